internal import Networking

/// What the head of a request says about its body.
enum RequestBody {
    /// How the body was coded for its way.
    enum Coding { case identity, gzip, zstd, snappy }

    /// The coding of a body.
    ///
    /// - Throws: ``Problem`` 400 for one that is not known here.
    static func coding(of request: HTTPRequest, for body: Route.Body) throws(Problem) -> Coding {
        let fields = request.headers.filter { $0.name == "content-encoding" }.map {
            $0.value.trimmed.lowercased()
        }
        let text = fields.joined(separator: ", ")
        switch text {
        // The protocol says so, and old senders leave the field out.
        case "snappy" where body.isSnappy, "" where body.isSnappy: return .snappy
        case "", "identity": return .identity
        case "gzip", "x-gzip": return .gzip
        case "zstd": return .zstd
        default:
            throw Problem(
                "unknown-content-encoding", 400, "Unknown content encoding",
                detail: "Content-Encoding \"\(text)\" is not known here; "
                    + (body.isSnappy ? "snappy, " : "") + "gzip, zstd and identity are.")
        }
    }

    /// Returns when the media type is one of the route's, when the route takes any, or none is said.
    ///
    /// - Throws: ``Problem`` 415.
    static func checkMediaType(of request: HTTPRequest, for body: Route.Body) throws(Problem) {
        guard !body.takesAnyType, let field = request.header("content-type") else { return }
        let parts = field.split(separator: ";", omittingEmptySubsequences: false).map {
            $0.trimmed.lowercased()
        }
        let charsets = parts.dropFirst().filter { $0.hasPrefix("charset=") }
        let isUTF8 = charsets.allSatisfy { ["charset=utf-8", "charset=\"utf-8\""].contains($0) }
        guard body.mediaTypes.contains(parts[0]), isUTF8 else {
            let known = body.mediaTypes.joined(separator: ", ")
            var problem = Problem(
                "unsupported-media-type", 415, "Unsupported media type",
                detail:
                    "This route takes \(known), not \"\(field)\"; set the Content-Type header (curl: -H 'Content-Type: \(body.mediaTypes[0])')."
            )
            problem.headers = [("Accept", known)]
            throw problem
        }
    }

    /// Returns when the length that the head announces is within the limit.
    ///
    /// - Throws: ``Problem`` 413.
    static func checkLength(of request: HTTPRequest, limit: Int) throws(Problem) {
        let announced = request.header("content-length").flatMap { Int($0.trimmed) } ?? 0
        guard max(announced, request.body.count) <= limit else { throw tooLarge(limit: limit) }
    }

    /// A body as it was before its coding.
    ///
    /// - Throws: ``Problem`` 400 when it is not of its coding, 413 when it is larger than the limit.
    static func decode(_ body: [UInt8], _ coding: Coding, limit: Int) throws(Problem) -> [UInt8] {
        do throws(CompressionError) {
            switch coding {
            case .identity: return body
            case .gzip: return try ContentCoding.gzip.decode(body, limit: limit)
            case .zstd: return try Zstandard.decompress(body, limit: limit)
            case .snappy: return try Snappy.decompress(body, limit: limit)
            }
        } catch .tooLarge {
            throw tooLarge(limit: limit, decoded: true)
        } catch {
            throw Problem(
                "malformed-body", 400, "Malformed body", detail: "The body is not what it says: \(error).")
        }
    }

    /// A body beyond the limit, as sent or as decoded.
    static func tooLarge(limit: Int, decoded: Bool = false) -> Problem {
        Problem(
            "body-too-large", 413, "Body too large",
            detail: "The \(decoded ? "decoded " : "")body is larger than max-body, \(limit) bytes.")
    }
}

extension StringProtocol {
    /// The text without spaces and tabs around it.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let tail = drop(while: isBlank)
        return String(tail.reversed().drop(while: isBlank).reversed())
    }
}
