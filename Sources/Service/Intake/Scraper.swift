internal import Networking
internal import Pipeline
internal import Synchronization

/// Asks targets for their metrics, each in its rhythm by a thread of its own; the list may change while it does.
final class Scraper: Sendable {
    /// A target and the thread that scrapes it.
    private final class Running: Sendable {
        let target: ScrapedTarget
        let stopper = Stopper()
        /// Whether it is scraped no more, while others are.
        let isLeaving = Atomic(false)
        let isDone = Atomic(false)
        let join = Mutex<(@Sendable () -> Void)?>(nil)

        init(_ target: ScrapedTarget) { self.target = target }
    }

    /// Scrapes that came to something, those that did not, and samples that were not stored.
    private struct Counts {
        var done = 0, failed = 0, lost = 0

        mutating func add(_ target: ScrapedTarget) {
            done += target.done.value
            failed += target.failed.value
            lost += target.lost.value
        }
    }

    private struct State {
        var running: [Running] = []
        /// Those that may still be at their last scrape.
        var leaving: [Running] = []
        /// What was counted of targets that are gone.
        var past = Counts()
        var hadTargets: Bool
        var isStopped = false
    }

    private let state: Mutex<State>
    private let first: [ScrapedTarget]
    private let mostBytes: Int
    private let monitor: Monitor
    private let clocks: Clocks
    private let log: Log

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
        first = targets
        state = Mutex(State(hadTargets: !targets.isEmpty))
        self.mostBytes = mostBytes
        self.monitor = monitor
        self.clocks = clocks
        self.log = log
    }

    /// Starts the threads.
    func start() { follow(first) }

    /// The targets of a list: those that are scraped already where nothing about them differs, else new ones.
    ///
    /// - Throws: `HTTPClientError` for an address that is none.
    func targets(_ sources: [ScrapeSource]) throws(HTTPClientError) -> [ScrapedTarget] {
        var known = state.withLock { $0.running.map(\.target) }
        var targets: [ScrapedTarget] = []
        for source in sources {
            if let place = known.firstIndex(where: { $0.source == source }) {
                targets.append(known.remove(at: place))
            } else {
                targets.append(
                    try ScrapedTarget(
                        source, mostBytes: mostBytes, monitor: monitor, clocks: clocks, log: log))
            }
        }
        return targets
    }

    /// Scrapes these targets from now on, and no others.
    ///
    /// The series of a target that is not among them end, unless another one has its labels.
    func follow(_ targets: [ScrapedTarget]) {
        let (added, left, over) = state.withLock { state in
            guard !state.isStopped else { return ([Running](), [Running](), [Running]()) }
            let kept = state.running.filter { one in targets.contains { $0 === one.target } }
            let left = state.running.filter { one in !kept.contains { $0 === one } }
            let added = targets.filter { target in !kept.contains { $0.target === target } }.map(Running.init)
            let over = state.leaving.filter { $0.isDone.load(ordering: .acquiring) }
            for one in over { state.past.add(one.target) }
            state.leaving = state.leaving.filter { one in !over.contains { $0 === one } } + left
            state.running = kept + added
            state.hadTargets = state.hadTargets || !added.isEmpty
            return (added, left, over)
        }
        for one in over { one.join.withLock { $0 }?() }
        for one in left {
            if let heir = added.first(where: { $0.target.source.labels == one.target.source.labels }) {
                heir.target.takeOver(from: one.target)
            } else {
                one.isLeaving.store(true, ordering: .releasing)
            }
            one.stopper.stop()
        }
        for (place, one) in added.enumerated() {
            // Targets of one rhythm are spread over it.
            let share = Double(place) / Double(added.count)
            let offset = share * one.target.source.everySeconds
            guard let join = startThread({ self.run(one, offset: offset) }) else {
                log.warning("\(one.target.source.url) is not scraped: the system has no thread")
                continue
            }
            one.join.withLock { $0 = join }
        }
        guard !added.isEmpty || !left.isEmpty else { return }
        log.info("\(targets.count) target\(targets.count == 1 ? " is" : "s are") scraped")
    }

    /// Lets no thread begin another scrape.
    func beginStop() {
        let running = state.withLock { state in
            state.isStopped = true
            return state.running
        }
        for one in running { one.stopper.stop() }
    }

    /// Ends the threads; a scrape that is on its way is waited for, at most its timeout.
    func stop() {
        beginStop()
        let all = state.withLock { $0.running + $0.leaving }
        for one in all {
            let join = one.join.withLock { join in
                defer { join = nil }
                return join
            }
            join?()
        }
    }

    private func run(_ one: Running, offset: Double) {
        let every = one.target.source.everySeconds
        while true {
            let now = clocks.wall()
            let next = ((now - offset) / every).rounded(.down) * every + every + offset
            guard one.stopper.sleep(seconds: next - now) else { break }
            one.target.scrape(at: Int64((next * 1000).rounded()))
        }
        if one.isLeaving.load(ordering: .acquiring) {
            one.target.end(at: Int64((clocks.wall() * 1000).rounded()))
        }
        one.isDone.store(true, ordering: .releasing)
    }

    /// Tells `/metrics` how the targets do, all together: a target has its own `up`.
    func write(to out: inout Exposition) {
        let (hadTargets, counts) = state.withLock { state in
            var counts = state.past
            for one in state.running + state.leaving { counts.add(one.target) }
            return (state.hadTargets, counts)
        }
        guard hadTargets else { return }
        out.counter(
            "bellwether_scrapes_total", "Scrapes of all targets, by how they came out.",
            [([("result", "ok")], Double(counts.done)), ([("result", "failed")], Double(counts.failed))])
        out.counter(
            "bellwether_scrape_lost_samples_total",
            "Samples of scrapes that were refused, or could not be stored.", [([], Double(counts.lost))])
    }
}
