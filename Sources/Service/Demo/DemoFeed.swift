internal import Ingest
internal import Networking
internal import Pipeline
internal import Storage
internal import Synchronization
internal import TimeSeries

/// Replays data sets as if they were measured now: a thread that sends a row of each every second.
final class DemoFeed: Sendable {
    private let series: [Replayed]
    private let monitor: Monitor
    private let clocks: Clocks
    private let log: Log
    private let isStopping = Atomic(false)
    private let join = Mutex<(@Sendable () -> Void)?>(nil)

    /// A data set and where it is.
    struct Replayed: Sendable {
        var metric: DemoMetric
        var labels: Labels
        var values: [Double]
        /// The time of row `metric.start - metric.history`, milliseconds since 1970.
        var origin: Int64 = 0
        /// The first time that was not sent.
        var next: Int64 = 0

        /// The value of a time on the grid; after the last row comes the first.
        func value(at time: Int64) -> Double {
            let rows = Int((time - origin) / DemoMetric.stepMilliseconds)
            return values[(metric.start - metric.history + rows) % values.count]
        }

        /// Takes the points up to a time, the oldest first.
        mutating func take(until now: Int64, most: Int) -> [Point] {
            var points: [Point] = []
            while next <= now, points.count < most {
                points.append(Point(milliseconds: next, value: value(at: next)))
                next += DemoMetric.stepMilliseconds
            }
            return points
        }
    }

    /// Points of one series in one batch: what was missed while the service was down comes in several.
    private static let mostPoints = 20_000
    /// What was missed longer ago than so many milliseconds stays a gap.
    private static let longestGap: Int64 = 86_400_000

    init(_ series: [Replayed], monitor: Monitor, clocks: Clocks, log: Log) {
        self.series = series
        self.monitor = monitor
        self.clocks = clocks
        self.log = log
    }

    /// Starts the thread; nothing is replayed when the system has none.
    func start() {
        guard let join = startThread({ self.run() }) else {
            return log.warning("the demonstration cannot start: the system has no thread")
        }
        self.join.withLock { $0 = join }
    }

    /// Ends the thread.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        join.withLock { join in
            join?()
            join = nil
        }
    }

    private func run() {
        var series = series.map { place($0) }
        while !isStopping.load(ordering: .acquiring) {
            let now = Int64(clocks.wall() * 1000)
            var decoded = DecodedPoints()
            for index in series.indices {
                decoded.append(series[index].labels, series[index].take(until: now, most: Self.mostPoints))
            }
            if decoded.points.isEmpty {
                sleepFor(seconds: 0.05)
            } else {
                send(decoded)
            }
        }
    }

    /// Goes on where an earlier demonstration ended, or begins with the history.
    private func place(_ replayed: Replayed) -> Replayed {
        var replayed = replayed
        let step = DemoMetric.stepMilliseconds
        let now = Int64(clocks.wall() * 1000) / step * step
        replayed.origin = now - Int64(replayed.metric.history) * step
        replayed.next = replayed.origin
        let stored = monitor.series(matching: nil).first { $0.labels == replayed.labels }
        guard let stored, let times = try? monitor.points(of: stored.id).times, let first = times.first,
            let last = times.last
        else { return replayed }
        replayed.origin = first
        replayed.next = max(last + step, first + (now - Self.longestGap - first) / step * step)
        return replayed
    }

    /// Sends a batch until it is taken.
    private func send(_ decoded: DecodedPoints) {
        while !isStopping.load(ordering: .acquiring) {
            let answer = Answer()
            monitor.ingest(decoded) { answer.give($0.failure) }
            guard let failure = answer.wait() else { return }
            log.debug("the demonstration's points come again: \(failure)")
            sleepFor(seconds: 0.5)
        }
    }

    /// What became of a batch.
    private final class Answer: Sendable {
        private let failure = Mutex<IngestFailure?>(nil)
        private let semaphore = Semaphore()

        func give(_ failure: IngestFailure?) {
            self.failure.withLock { $0 = failure }
            semaphore.signal()
        }

        func wait() -> IngestFailure? {
            semaphore.wait()
            return failure.withLock { $0 }
        }
    }
}
