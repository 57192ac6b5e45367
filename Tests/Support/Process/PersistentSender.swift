import Foundation
import Networking
import Synchronization

/// Threads that send samples to a service that comes and goes, and repeat what was not acknowledged.
///
/// Each thread has series of its own, sends now by remote write and now as JSON lines, and swaps some
/// neighbouring requests, so that a part of the samples is late. A sample is known by its series and time;
/// its value follows.
public final class PersistentSender: Sendable {
    private struct State {
        var address: String?
        var isEnding = false
        var acknowledged: [String: [Int64: Double]] = [:]
        var sent: [String: [Int64: Double]] = [:]
        var faults: [String] = []
        var repeated = 0
        var refused = 0
        var running = 0
        var done: [Int] = []
    }

    private let state = Mutex(State())
    private let start: Int64
    private let isOrdered: Bool
    private let requests: [Int]?
    private static let seriesPerThread = 3
    private static let samplesPerRun = 8

    /// Starts the threads, which wait for an address.
    ///
    /// - Parameters:
    ///   - start: The time of the first sample, in milliseconds since 1970, and hours ago.
    ///   - isOrdered: Whether no sample is late, so that two runs of the same requests have the same scores.
    ///   - requests: How many requests each thread sends, then it ends; `nil` for as many as ``finish(within:)``
    ///     lets it.
    public init(threads: Int, start: Int64, isOrdered: Bool = false, requests: [Int]? = nil) {
        precondition(requests.map { $0.count == threads } ?? true, "\(threads) threads need as many counts")
        self.start = start
        self.isOrdered = isOrdered
        self.requests = requests
        state.withLock {
            $0.running = threads
            $0.done = [Int](repeating: 0, count: threads)
        }
        for thread in 0..<threads {
            Thread.detachNewThread { [self] in
                work(thread)
                state.withLock { $0.running -= 1 }
            }
        }
    }

    /// Where the service answers now; `nil` while it does not run.
    public var address: String? {
        get { state.withLock { $0.address } }
        set { state.withLock { $0.address = newValue } }
    }

    /// Samples that were acknowledged.
    public var acknowledgedCount: Int {
        state.withLock { $0.acknowledged.values.reduce(0) { $0 + $1.count } }
    }
    /// How many requests of each thread were acknowledged.
    public var requestCounts: [Int] { state.withLock { $0.done } }
    /// Requests that were sent again, and those that were answered with 503.
    public var repeated: (requests: Int, refused: Int) { state.withLock { ($0.repeated, $0.refused) } }

    /// Lets every thread finish its request, and waits for that; the service must run.
    public func finish(within seconds: Double = 60) throws {
        if requests == nil { state.withLock { $0.isEnding = true } }
        let end = ContinuousClock.now + .seconds(seconds)
        while state.withLock({ $0.running > 0 }) {
            guard ContinuousClock.now < end else {
                throw RunningProgram.Failure(description: "the senders did not end within \(seconds) s")
            }
            usleep(10_000)
        }
    }

    /// What is wrong with what a service holds: acknowledged samples that are missing or have another value,
    /// and samples that were never sent. Empty when all is well.
    public func differences(to exported: [String: [Int64: Double]]) -> [String] {
        let (acknowledged, faults) = state.withLock { ($0.acknowledged, $0.faults) }
        var found = faults
        for (name, samples) in acknowledged {
            for (time, value) in samples where exported[name]?[time] != value {
                let stored = exported[name]?[time].map { "\($0)" } ?? "nothing"
                found.append("\(name) at \(time): \(value) was acknowledged, stored is \(stored)")
            }
        }
        found += invented(in: exported)
        return found
    }

    /// Samples that a service holds and that were never sent.
    public func invented(in exported: [String: [Int64: Double]]) -> [String] {
        let sent = state.withLock { $0.sent }
        var found: [String] = []
        for (name, samples) in exported {
            for (time, value) in samples where sent[name]?[time] != value {
                found.append("\(name) at \(time): \(value) was never sent")
            }
        }
        return found
    }

    // MARK: - One thread

    private func work(_ thread: Int) {
        var client: (address: String, client: PointClient)?
        var number = 0
        while !state.withLock({ $0.isEnding }), requests.map({ number < $0[thread] }) ?? true {
            // Of eight requests the last two are swapped.
            let place =
                isOrdered
                ? number : number % 8 == 6 ? number + 1 : number % 8 == 7 ? number - 1 : number
            let runs = (0..<Self.seriesPerThread).map { run(thread, series: $0, request: place) }
            state.withLock { state in for run in runs { Self.add(run, to: &state.sent) } }
            var attempts = 0
            while !send(runs, asLines: number % 3 == 0, &client) {
                attempts += 1
                guard attempts < 6_000 else { return note("request \(number) was never acknowledged") }
                usleep(10_000)
            }
            state.withLock { state in
                for run in runs { Self.add(run, to: &state.acknowledged) }
                if attempts > 0 { state.repeated += 1 }
                state.done[thread] += 1
            }
            number += 1
        }
    }

    /// Whether the samples were acknowledged.
    private func send(
        _ runs: [SampleRun], asLines: Bool, _ client: inout (address: String, client: PointClient)?
    ) -> Bool {
        guard let address else { return false }
        do {
            if client?.address != address { client = (address, try PointClient(address)) }
            guard let client = client?.client else { return false }
            let answer = asLines ? try client.add(runs) : try client.write(runs)
            switch answer.status {
            case 204 where !asLines: return true
            case 200 where asLines:
                let rejected = try JSONDocument(answer.body).root["rejected"]?.integer
                if rejected != 0 { note(String(decoding: answer.body, as: UTF8.self)) }
                return true
            case 503:
                if answer.header("retry-after") == nil { note("503 without Retry-After") }
                state.withLock { $0.refused += 1 }
            default: note("\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
            }
        } catch {
            // No connection, or one that ended: the service was killed.
            client = nil
        }
        return false
    }

    private func run(_ thread: Int, series: Int, request: Int) -> SampleRun {
        let places = (0..<Self.samplesPerRun).map { request * Self.samplesPerRun + $0 }
        return SampleRun(
            metric: "crash_\(thread)_\(series)", times: places.map { start + Int64($0) * 1000 },
            values: places.map { place in
                series == 0 ? Double(place) : Double((place * 7919 + thread) % 1009) / Double(series * 8)
            })
    }

    private func note(_ fault: String) {
        state.withLock { if $0.faults.count < 10 { $0.faults.append(fault) } }
    }

    private static func add(_ run: SampleRun, to samples: inout [String: [Int64: Double]]) {
        for (time, value) in zip(run.times, run.values) { samples[run.metric, default: [:]][time] = value }
    }
}
