import Synchronization
import Workload

/// The same request over and over, on several connections at once.
struct Load {
    let port: UInt16
    let request: [UInt8]
    let connections: Int

    struct Result {
        /// Answers counted, those of the warm-up included.
        var count: Int
        /// Answers in a second, without the warm-up.
        var perSecond: Double
        /// Nanoseconds from the first byte sent to the last byte read.
        var medianLatency: Double
        var worstLatency: Double
    }

    /// Asks for so long, after a warm-up of a fifth of that, at most a second; what has begun by then is waited for.
    ///
    /// - Throws: At the first answer other than 200: a run with one counts for nothing.
    func run(seconds: Double) throws(Failure) -> Result {
        let warmUp = try latencies(seconds: min(seconds / 5, 1))
        let clock = ContinuousClock()
        let start = clock.now
        let sorted = try latencies(seconds: seconds).sorted()
        let elapsed = (clock.now - start) / .seconds(1)
        return Result(
            count: warmUp.count + sorted.count, perSecond: Double(sorted.count) / elapsed,
            medianLatency: sorted[sorted.count / 2],
            worstLatency: sorted[sorted.count - 1])
    }

    /// At least one a connection.
    private func latencies(seconds: Double) throws(Failure) -> [Double] {
        let outcome = Outcome()
        let end = ContinuousClock.now + .seconds(seconds)
        Threads.run(connections) { _ in
            do throws(Failure) {
                let own = try ask(until: end)
                outcome.state.withLock { $0.latencies += own }
            } catch {
                outcome.state.withLock { $0.failure = error }
            }
        }
        let (latencies, failure) = outcome.state.withLock { $0 }
        if let failure { throw failure }
        return latencies
    }

    private final class Outcome: Sendable {
        let state = Mutex<(latencies: [Double], failure: Failure?)>(([], nil))
    }

    private func ask(until end: ContinuousClock.Instant) throws(Failure) -> [Double] {
        var connection = try Connection(port: port)
        var latencies: [Double] = []
        repeat {
            let begin = ContinuousClock.now
            let answer = try connection.exchange(request)
            latencies.append((ContinuousClock.now - begin) / .nanoseconds(1))
            guard answer.status == 200 else {
                throw Failure(
                    "status \(answer.status): \(String(decoding: answer.body.prefix(200), as: UTF8.self))")
            }
        } while ContinuousClock.now < end
        return latencies
    }
}
