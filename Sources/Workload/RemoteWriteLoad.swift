import Glibc
import Synchronization

/// Remote write on some connections at once; each sends the bodies of its own sources in turn, as a sender's shards do.
///
/// A body is made while the service works on the one before.
package final class RemoteWriteLoad: Sendable {
    package let port: UInt16
    private let sources: [[RemoteWriteSource]]
    /// Seconds between two bodies of a connection; 0 for as fast as answers come.
    private let pause: Double
    /// The share of series that are replaced a minute.
    private let churn: Double
    private let shared = Mutex(State())
    private let isOver = Atomic(false)
    private let acknowledged = Atomic<Int>(0)

    private struct State {
        var latencies: [Double] = []
        var failure: WorkloadFailure?
        /// Bodies of each source that were acknowledged, by connection.
        var turns: [Int] = []
    }

    /// - Parameters:
    ///   - sources: By connection.
    ///   - samplesPerSecond: The rate to keep; as fast as answers come when `nil`.
    package init(
        port: UInt16, sources: [[RemoteWriteSource]], samplesPerSecond: Double? = nil, churn: Double = 0
    ) {
        self.port = port
        self.sources = sources
        self.churn = churn
        let series = sources.first?.first?.series ?? 0
        pause = samplesPerSecond.map { Double(series * sources.count) / $0 } ?? 0
        shared.withLock { $0.turns = sources.map { _ in 0 } }
    }

    /// Sends until `body` returns.
    ///
    /// - Throws: At the first answer other than 204.
    package func run(_ body: @escaping @Sendable () -> Void) throws(WorkloadFailure) {
        Threads.run(sources.count + 1) { [self] number in
            if number == sources.count {
                body()
                isOver.store(true, ordering: .relaxed)
                return
            }
            do throws(WorkloadFailure) {
                try send(number)
            } catch {
                shared.withLock { $0.failure = $0.failure ?? error }
                isOver.store(true, ordering: .relaxed)
            }
        }
        if let failure = shared.withLock({ $0.failure }) { throw failure }
    }

    /// Whether a connection failed.
    package var hasFailed: Bool { shared.withLock { $0.failure != nil } }

    /// Samples acknowledged so far.
    package var samples: Int { acknowledged.load(ordering: .relaxed) }

    /// Samples that the series with the fewest have.
    package var depth: Int { shared.withLock { $0.turns.min() ?? 0 } }

    /// Samples that the series with the most may have.
    package var most: Int { shared.withLock { ($0.turns.max() ?? 0) + 1 } }

    /// Nanoseconds of the requests since the last call, from the first byte sent to the last byte read.
    package func takeLatencies() -> [Double] {
        shared.withLock { state in
            defer { state.latencies = [] }
            return state.latencies
        }
    }

    private func send(_ number: Int) throws(WorkloadFailure) {
        var sources = sources[number]
        var connection = try Connection(port: port)
        let clock = ContinuousClock()
        let begin = clock.now
        var minutes = 0
        var sent = 0
        var request = RequestBytes.post(body: sources[0].next())
        while !isOver.load(ordering: .relaxed) {
            let start = clock.now
            try connection.send(request)
            sent += 1
            let next = sent % sources.count
            if churn > 0, Int((clock.now - begin) / .seconds(60)) > minutes {
                minutes += 1
                for place in sources.indices { sources[place].replace(share: churn) }
            }
            request = RequestBytes.post(body: sources[next].next())
            let answer = try connection.receive()
            let nanoseconds = (clock.now - start) / .nanoseconds(1)
            guard answer.status == 204 else {
                throw WorkloadFailure(
                    "status \(answer.status): \(String(decoding: answer.body.prefix(200), as: UTF8.self))")
            }
            acknowledged.wrappingAdd(sources[0].series, ordering: .relaxed)
            let turn = sent / sources.count
            shared.withLock {
                $0.latencies.append(nanoseconds)
                $0.turns[number] = turn
            }
            let due = begin + .seconds(pause * Double(sent))
            let early = (due - clock.now) / .seconds(1)
            if pause > 0, early > 0 { usleep(UInt32(min(early, 10) * 1e6)) }
        }
    }
}

extension RequestBytes {
    /// A body of remote write, compressed already.
    package static func post(body: [UInt8]) -> [UInt8] {
        let head =
            "POST /api/v1/write HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
            + "Content-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }
}
