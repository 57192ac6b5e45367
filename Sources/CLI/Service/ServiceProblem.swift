import Networking

/// Why a service did not do what it was asked, as its answer says.
struct ServiceProblem {
    /// The status code of the answer.
    let status: Int
    /// The last part of the problem's type; empty when the answer is no problem document.
    let slug: String
    /// What to tell.
    let message: String

    init(_ answer: HTTPResponse) {
        status = answer.status
        guard let root = (try? JSONDocument(answer.body))?.root, let title = root["title"]?.string else {
            slug = ""
            message = "the service answered with status \(answer.status)"
            return
        }
        slug = root["type"]?.string?.split(separator: "/").last.map(String.init) ?? ""
        var text = root["detail"]?.string.map { "\(title): \($0)" } ?? title
        if status == 401 { text += " (--token-file FILE)" }
        if let errors = root["errors"]?.elements {
            let places = errors.compactMap { error in
                error["pointer"]?.string.map { "\($0): \(error["detail"]?.string ?? "")" }
            }
            // One place is what the detail is about already.
            if places.count > 1 { text += "; " + places.joined(separator: "; ") }
        }
        message = text
    }

    /// How a command ends by it: 2 where the question made no sense, 5 while a training runs, else 1.
    var code: ExitCode {
        if slug == "already-running" { return .alreadyRunning }
        return status == 422 ? .usage : .failure
    }

    /// The same as what ends a command.
    var failure: Failure { Failure(message, code: code) }
}

extension HTTPResponse {
    /// The answer as JSON.
    ///
    /// - Throws: ``Failure`` when it is none.
    func json() throws(Failure) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument(body).root
        } catch {
            throw Failure("the answer of the service is no JSON: \(error); is --url the one of bellwether?")
        }
    }
}
