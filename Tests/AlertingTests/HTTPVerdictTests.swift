import Networking
import Testing

@testable import Alerting

private enum Kind { case success, later, rejected, gone }

private func kind(_ failure: NotifierFailure?) -> Kind {
    switch failure {
    case nil: .success
    case .retryLater: .later
    case .rejected(_, isGone: true): .gone
    case .rejected: .rejected
    }
}

@Test func `every status is success or one of two failures`() {
    let later = Set(401...599).subtracting([410, 413, 422, 501, 505])
    for status in 200...599 {
        let failure = HTTPVerdict.failure(of: HTTPResponse(status: status), secrets: [], now: 0)
        let expected: Kind =
            status < 300 ? .success : status == 410 ? .gone : later.contains(status) ? .later : .rejected
        #expect(kind(failure) == expected, "\(status)")
        guard case .retryLater(_, _, let within) = failure else { continue }
        let passes = [408, 425, 429].contains(status) || status >= 500
        #expect(within == (passes ? nil : 900_000), "\(status)")
    }
}

@Test(arguments: [
    (HTTPClientError.refused(url: "http://h/secret"), true), (.hostNotFound(host: "h"), true),
    (.notConnected(url: "http://h/secret", reason: "r"), true),
    (.timedOut(url: "http://h/secret", seconds: 1, whileConnecting: true), true),
    (.timedOut(url: "http://h/secret", seconds: 1, whileConnecting: false), true),
    (.connectionLost(url: "http://h/secret", reason: "r"), true), (.libraryNotStarted, true),
    (.malformedResponse(url: "http://h/secret", reason: "r"), true),
    (.tls(url: "http://h/secret", reason: "r"), true),
    (.failed(url: "http://h/secret", code: 1, reason: "r"), true),
    (.invalidURL("http://h/secret", reason: "r"), false), (.invalidHeader(name: "X"), false),
    (.responseTooLarge(url: "http://h/secret", limit: 1), false),
    (.tooManyRedirects(url: "http://h/secret", limit: 1), false),
])
func `every error without an answer is one of two failures and tells no address`(
    error: HTTPClientError, isLater: Bool
) {
    let failure = HTTPVerdict.failure(of: error)
    #expect(kind(failure) == (isLater ? .later : .rejected))
    #expect(!"\(failure)".contains("secret"))
}

@Test(
    arguments: [
        ("120", 120.0), ("0", 0), ("Sun, 01 Mar 2026 12:00:30 GMT", 30), ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("-1", nil), ("soon", nil), ("Sun, 31 Feb 2026 12:00:30 GMT", nil), ("", nil),
    ] as [(String, Double?)])
func `Retry-After is seconds or a date`(field: String, seconds: Double?) {
    #expect(HTTPVerdict.seconds(field, now: Sample.noon) == seconds)
}

@Test func `the receiver's words are kept short and without secrets`() {
    let answer = HTTPResponse(
        status: 400,
        body: Array("no key K3Y here\u{1}\nsecond line".utf8) + [UInt8](repeating: 65, count: 999))
    let failure = HTTPVerdict.failure(of: answer, secrets: ["K3Y", ""], now: 0)
    #expect(failure == .rejected(reason: "HTTP 400: no key redacted here", isGone: false))
    let long = HTTPResponse(status: 400, body: [UInt8](repeating: 65, count: 9_999))
    guard case .rejected(let reason, _) = HTTPVerdict.failure(of: long, secrets: [], now: 0) else {
        Issue.record("taken")
        return
    }
    #expect(reason.count == 210)
}
