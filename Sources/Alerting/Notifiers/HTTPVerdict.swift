public import Networking
internal import TimeSeries

/// The one place where an answer, or that there was none, becomes success or one of the two failures.
public enum HTTPVerdict {
    /// Milliseconds for which a refusal may be that of something in between: a proxy while the receiver is deployed, or
    /// a token that is being replaced.
    static let refusalPatience: Int64 = 900_000

    /// What an answer means: 2xx is success, 408, 425, 429 and server errors pass, and so may other refusals that say
    /// nothing of the message, for ``refusalPatience``; 400, 413, 422 and redirects do not, and 410 is the end.
    ///
    /// - Parameters:
    ///   - secrets: Texts that must not be told again, though the receiver may.
    ///   - now: Milliseconds since 1970, against which a date in `Retry-After` is read.
    public static func failure(of answer: HTTPResponse, secrets: [String], now: Int64) -> NotifierFailure? {
        let status = answer.status
        let reason = "HTTP \(status)" + words(answer, secrets)
        switch status {
        case 200..<300: return nil
        case 300..<400:
            return .rejected(reason: reason + "; redirects are not followed: correct the URL", isGone: false)
        case 410: return .rejected(reason: reason + ": the receiver wants nothing more", isGone: true)
        // Not implemented, and no such version of HTTP: neither will be mended by waiting.
        case 501, 505: return .rejected(reason: reason, isGone: false)
        case 408, 425, 429, 500...:
            let after = answer.header("retry-after").flatMap { seconds($0, now: now) }
            return .retryLater(reason: reason, after: after)
        case 400, 413, 422: return .rejected(reason: reason, isGone: false)
        case 401..<500: return .retryLater(reason: reason, after: nil, within: refusalPatience)
        default: return .rejected(reason: reason, isGone: false)
        }
    }

    /// What it means that there was no answer. The address is not told: some are secret.
    public static func failure(of error: HTTPClientError) -> NotifierFailure {
        switch error {
        case .invalidURL(_, let reason):
            .rejected(reason: "the address cannot be asked: " + reason, isGone: false)
        case .invalidHeader(let name):
            .rejected(reason: "the header field \(name) cannot be sent", isGone: false)
        case .responseTooLarge(_, let limit):
            .rejected(reason: "the answer is larger than \(limit) bytes", isGone: false)
        case .tooManyRedirects: .rejected(reason: "the receiver redirects", isGone: false)
        case .refused: .retryLater(reason: "the connection was refused", after: nil)
        case .notConnected(_, let reason): .retryLater(reason: "no connection: " + reason, after: nil)
        case .hostNotFound: .retryLater(reason: "the host was not found", after: nil)
        case .timedOut(_, let seconds, whileConnecting: true):
            .retryLater(reason: "no connection within \(NumberText.exact(seconds)) s", after: nil)
        case .timedOut(_, let seconds, whileConnecting: false):
            .retryLater(reason: "no answer within \(NumberText.exact(seconds)) s", after: nil)
        case .connectionLost(_, let reason):
            .retryLater(reason: "the connection was lost: " + reason, after: nil)
        case .givenUp: .retryLater(reason: "given up, since the service ends", after: nil)
        case .malformedResponse: .retryLater(reason: "the answer is no HTTP", after: nil)
        case .tls(_, let reason): .retryLater(reason: "TLS failed: " + reason, after: nil)
        case .libraryNotStarted: .retryLater(reason: "libcurl did not start", after: nil)
        case .failed(_, let code, let reason):
            .retryLater(reason: "libcurl error \(code): \(reason)", after: nil)
        }
    }

    /// The first line of a short text, for the operator.
    private static func words(_ answer: HTTPResponse, _ secrets: [String]) -> String {
        let line = answer.body.prefix { $0 != 0x0A && $0 != 0x0D }.prefix(1_000)
        var text = String(decoding: line.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
        for secret in secrets where !secret.isEmpty { text = text.replacing(secret, with: "redacted") }
        return text.isEmpty ? "" : ": " + MessageText.cut(text, to: 200)
    }

    // MARK: - Retry-After

    /// Seconds to wait, given as such or as a date; `nil` for anything else.
    ///
    /// - Source: RFC 9110, section 10.2.3.
    static func seconds(_ field: String, now: Int64) -> Double? {
        if let seconds = Int(field) { return seconds >= 0 ? Double(seconds) : nil }
        return date(field).map { max(Double($0 - now) / 1_000, 0) }
    }

    /// Milliseconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), let year = Int(words[3]),
            let month = MailText.months.firstIndex(of: String(words[2]))
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
            (0..<61).contains(clock[2]), let date = CivilDate(year: year, month: month + 1, day: day)
        else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
        return Int64(seconds) * 1_000
    }
}
