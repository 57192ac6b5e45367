internal import Networking
internal import Pipeline
internal import Synchronization

/// Asks targets for their metrics, each in its rhythm by a thread of its own.
final class Scraper: Sendable {
    private let targets: [ScrapedTarget]
    private let clocks: Clocks
    private let log: Log
    private let stopper = Stopper()
    private let joins = Mutex<[@Sendable () -> Void]>([])

    /// - Parameter mostBytes: The most bytes of one answer.
    /// - Throws: `HTTPClientError` for an address that is none.
    init(
        _ sources: [ScrapeSource], mostBytes: Int, monitor: Monitor, clocks: Clocks, log: Log
    ) throws(HTTPClientError) {
        var targets: [ScrapedTarget] = []
        for source in sources {
            targets.append(
                try ScrapedTarget(source, mostBytes: mostBytes, monitor: monitor, clocks: clocks, log: log))
        }
        self.targets = targets
        self.clocks = clocks
        self.log = log
    }

    /// Starts the threads.
    func start() {
        for (place, target) in targets.enumerated() {
            // Targets of one rhythm are spread over it.
            let share = Double(place) / Double(targets.count)
            guard let join = startThread({ self.run(target, offset: share * target.source.everySeconds) })
            else { return log.warning("\(target.source.url) is not scraped: the system has no thread") }
            joins.withLock { $0.append(join) }
        }
        log.info("\(targets.count) target\(targets.count == 1 ? " is" : "s are") scraped")
    }

    /// Lets no thread begin another scrape.
    func beginStop() { stopper.stop() }

    /// Ends the threads; a scrape that is on its way is waited for, at most its timeout.
    func stop() {
        beginStop()
        let joins = joins.withLock { joins in
            defer { joins = [] }
            return joins
        }
        for join in joins { join() }
    }

    private func run(_ target: ScrapedTarget, offset: Double) {
        let every = target.source.everySeconds
        while true {
            let now = clocks.wall()
            let next = ((now - offset) / every).rounded(.down) * every + every + offset
            guard stopper.sleep(seconds: next - now) else { return }
            target.scrape(at: Int64((next * 1000).rounded()))
        }
    }

    /// Tells `/metrics` how the targets do, all together: a target has its own `up`.
    func write(to out: inout Exposition) {
        let (done, failed) = targets.reduce((0, 0)) { ($0.0 + $1.done.value, $0.1 + $1.failed.value) }
        out.counter(
            "bellwether_scrapes_total", "Scrapes of all targets, by how they came out.",
            [([("result", "ok")], Double(done)), ([("result", "failed")], Double(failed))])
        out.counter(
            "bellwether_scrape_lost_samples_total",
            "Samples of scrapes that were refused, or could not be stored.",
            [([], Double(targets.reduce(0) { $0 + $1.lost.value }))])
    }
}
