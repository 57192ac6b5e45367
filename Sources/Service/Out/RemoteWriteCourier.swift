internal import Alerting
internal import Networking
internal import Synchronization

/// Sends batches to one receiver, and knows when to come again.
final class RemoteWriteCourier: Sendable {
    /// What became of a batch.
    enum Outcome: Equatable {
        /// - Parameter wasAway: Whether the attempt before had failed.
        case taken(wasAway: Bool)
        /// It never will be taken.
        case refused(reason: String)
        /// - Parameter seconds: When to come again.
        case later(reason: String, seconds: Double, isFirst: Bool)
    }

    /// Seconds after a failure, doubled by each further one, and the most of them.
    private static let shortest = 0.25, longest = 60.0
    /// No receiver puts us off for longer, in seconds; it may have meant something else.
    private static let longestAsked = 3600.0

    private let client: HTTPClient
    private let path: String
    private let headers: [(name: String, value: String)]
    private let secrets: [String]
    private let failures = Mutex(0)

    /// - Throws: `HTTPClientError` for an address that is none.
    init(_ target: RemoteWriteTarget) throws(HTTPClientError) {
        let parts = ScrapedTarget.parts(of: target.url)
        var settings = HTTPClient.Configuration()
        settings.timeout = target.timeoutSeconds
        settings.connectTimeout = min(settings.connectTimeout, target.timeoutSeconds)
        settings.maximumResponseBytes = 1 << 20
        client = try HTTPClient(baseURL: parts.base, configuration: settings)
        path = parts.target
        var headers = Self.fields
        if let token = target.token { headers.append(("Authorization", "Bearer " + token)) }
        self.headers = headers + target.headers.map { ($0.name, $0.value) }
        secrets = [target.token ?? ""] + target.headers.map(\.value)
    }

    /// What every request has.
    ///
    /// - Source: Prometheus, *Remote-Write 1.0 specification*, "Protocol".
    static let fields: [(name: String, value: String)] = [
        ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
        ("X-Prometheus-Remote-Write-Version", "0.1.0"),
    ]

    /// Whether the last attempt, if there was one, did not fail.
    var isWell: Bool { failures.withLock { $0 == 0 } }

    /// Waits no longer for answers.
    func giveUp(inSeconds seconds: Double) { client.giveUp(inSeconds: seconds) }

    /// Sends a batch, and waits for what becomes of it.
    ///
    /// - Parameters:
    ///   - wall: Milliseconds since 1970, against which a date in `Retry-After` is read.
    ///   - steady: Nanoseconds of the steady clock, whose last digits spread the attempts of many senders.
    func send(_ batch: [UInt8], wall: Int64, steady: UInt64) -> Outcome {
        guard let failure = attempt(batch, wall) else {
            return .taken(
                wasAway: failures.withLock { count in
                    defer { count = 0 }
                    return count > 0
                })
        }
        switch failure {
        // What is refused is not sent again: the next batch is, and that is soon enough for a proxy or a new token.
        case .rejected(let reason, _), .retryLater(let reason, _, .some):
            failures.withLock { $0 = 0 }
            return .refused(reason: reason)
        case .retryLater(let reason, let asked, nil):
            let count = failures.withLock { count in
                count += 1
                return count
            }
            let share = Double(steady % 1_000) / 1_000
            return .later(
                reason: reason, seconds: Self.wait(failures: count, asked: asked, share: share),
                isFirst: count == 1)
        }
    }

    /// Seconds to wait after so many failures in a row: half of a doubling time to all of it, and not less than asked.
    ///
    /// - Parameter share: 0 ..< 1, random.
    static func wait(failures: Int, asked: Double?, share: Double) -> Double {
        let own = min(shortest * Double(1 << min(max(failures - 1, 0), 20)), longest)
        return max(own * (0.5 + 0.5 * share), min(asked ?? 0, longestAsked))
    }

    private func attempt(_ batch: [UInt8], _ wall: Int64) -> NotifierFailure? {
        do throws(HTTPClientError) {
            let answer = try client.send(.post, path, headers: headers, body: batch)
            return HTTPVerdict.failure(of: answer, secrets: secrets, now: wall)
        } catch {
            return HTTPVerdict.failure(of: error)
        }
    }
}
