public import Alerting
import Synchronization

/// What happens now, for those who look on: values of watched series, incidents, change events.
///
/// Shards publish values of watched series alone, so that a service nobody looks at pays nothing. The newest events
/// stay in a bounded ring: who was away for a moment goes on where it was, who is too slow is told so.
public final class LiveFeed: Sendable {
    /// How much is kept.
    public struct Limits: Sendable {
        /// Events in the ring.
        public var events = 16_384
        /// Bytes of them, about.
        public var bytes = 8 << 20
        /// A series stays watched for so long after its last follower went, in seconds.
        public var lingerSeconds = 120.0

        /// The defaults.
        public init() {}
    }

    /// One series that is watched.
    private struct Watch {
        var followers: Int
        /// The first event that may be of it: before, nobody watched.
        let since: UInt64
        /// When it is not watched any more, on the steady clock; while nobody follows.
        var end: UInt64
    }

    private struct State {
        var ring: LiveRing
        var watches: [UInt32: Watch] = [:]
        var gaps = 0
    }

    /// The name of this run of the process, of letters and digits: events of another have other numbers.
    public let boot: String
    private let limits: Limits
    private let steady: @Sendable () -> UInt64
    /// Tells the shard of a series whether to publish it.
    private let tell: @Sendable (_ series: UInt32, _ isWatched: Bool) -> Void
    private let state: Mutex<State>
    private let bell = Mailbox<Bool>(capacity: 1)
    private let isRung = Atomic(false)

    init(
        boot: String, limits: Limits = Limits(), steady: @escaping @Sendable () -> UInt64,
        tell: @escaping @Sendable (_ series: UInt32, _ isWatched: Bool) -> Void
    ) {
        self.boot = boot
        self.limits = limits
        self.steady = steady
        self.tell = tell
        state = Mutex(State(ring: LiveRing(mostEvents: limits.events, mostBytes: limits.bytes)))
    }

    // MARK: - Publishing

    /// Publishes values; called by shards, once a batch.
    func publish(_ samples: [LiveSample]) {
        guard !samples.isEmpty else { return }
        state.withLock { state in for sample in samples { state.ring.append(.sample(sample)) } }
        ring()
    }

    /// Publishes an incident that changed; from any thread.
    public func publish(incident: Incident) {
        state.withLock { $0.ring.append(.incident(incident)) }
        ring()
    }

    /// Publishes something that happened in the world; from any thread.
    public func publish(event: ChangeEvent) {
        state.withLock { $0.ring.append(.change(event)) }
        ring()
    }

    // MARK: - Following

    /// Begins to follow; every follower must be given back by ``leave(_:)``.
    ///
    /// - Parameters:
    ///   - series: The numbers of series, which exist.
    ///   - topics: What else is wanted.
    ///   - last: The name of the last event that was heard, as ``name(of:)`` made it; `nil`: what happens from now on.
    /// - Returns: The follower, and whether it goes on where it was. If not, and `last` was given, its first reading has a
    ///   gap.
    public func follow(
        _ series: Set<UInt32>, _ topics: Set<LiveTopic>, after last: String? = nil
    ) -> (follower: LiveFollower, isResumed: Bool) {
        let now = steady()
        let result = state.withLock { state -> (LiveFollower, Bool) in
            let next = state.ring.next
            for id in series {
                if state.watches[id] == nil {
                    state.watches[id] = Watch(followers: 0, since: next, end: .max)
                    // Inside the lock: orders to a shard come in the order of what they say.
                    tell(id, true)
                }
                state.watches[id]?.followers += 1
            }
            var follower = LiveFollower(series: series, topics: topics, next: next, gap: nil)
            guard let last else { return (follower, false) }
            // All that happened since must be in the ring, and must have been watched.
            guard let heard = sequence(of: last), heard < next, heard + 1 >= state.ring.first,
                series.allSatisfy({ (state.watches[$0]?.since ?? .max) <= heard + 1 })
            else {
                let lost = sequence(of: last).flatMap { $0 < next ? next - 1 - $0 : nil }
                follower.gap = LiveGap(reason: .expired, dropped: lost)
                state.gaps += 1
                return (follower, false)
            }
            follower.next = heard + 1
            return (follower, true)
        }
        prune(now)
        return result
    }

    /// Ends to follow; a series stays watched for a while, so that a network that was cut loses nothing.
    public func leave(_ follower: LiveFollower) {
        let now = steady()
        let end = now + UInt64(max(limits.lingerSeconds, 0) * 1e9)
        state.withLock { state in
            for id in follower.series {
                guard let followers = state.watches[id]?.followers else { continue }
                state.watches[id]?.followers = followers - 1
                if followers == 1 { state.watches[id]?.end = end }
            }
        }
        prune(now)
    }

    /// Ends the watch of series whose last follower went long ago.
    public func prune() { prune(steady()) }

    private func prune(_ now: UInt64) {
        state.withLock { state in
            for (id, watch) in state.watches where watch.followers == 0 && watch.end <= now {
                state.watches[id] = nil
                tell(id, false)
            }
        }
    }

    /// What a follower has not heard yet, the oldest first.
    ///
    /// - Parameter most: At most so many events; the rest comes with the next reading.
    /// - Returns: After a gap nothing but the gap: the follower goes on with what happens from now on.
    public func read(_ follower: inout LiveFollower, most: Int = .max) -> LiveReading {
        if let gap = follower.gap {
            follower.gap = nil
            return LiveReading(gap: gap, at: follower.next - 1, events: [])
        }
        return state.withLock { state in
            guard follower.next >= state.ring.first else {
                let gap = LiveGap(reason: .slow, dropped: state.ring.next - follower.next)
                follower.next = state.ring.next
                state.gaps += 1
                return LiveReading(gap: gap, at: follower.next - 1, events: [])
            }
            var events: [LiveEvent] = []
            for event in state.ring.suffix(from: follower.next) {
                guard events.count < most else { break }
                follower.next = event.sequence + 1
                if follower.wants(event) { events.append(event) }
            }
            return LiveReading(gap: nil, at: follower.next - 1, events: events)
        }
    }

    /// Waits until something is published or ``ring()`` is called, or the time is over; for one thread.
    public func wait(seconds: Double) {
        _ = bell.takeAll(waiting: seconds)
        isRung.store(false, ordering: .sequentiallyConsistent)
    }

    /// Wakes who waits.
    public func ring() {
        if !isRung.exchange(true, ordering: .sequentiallyConsistent) { bell.put(true) }
    }

    // MARK: - Names and gauges

    /// The name of an event, for whoever wants to go on after it: the run and the number.
    public func name(of sequence: UInt64) -> String { "\(boot)-\(sequence)" }

    /// The number in a name; `nil` for a name of another run, or none.
    private func sequence(of name: String) -> UInt64? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == boot, let number = UInt64(parts[1]), number < .max else {
            return nil
        }
        return number
    }

    /// Series that are watched, events that were published, and gaps that followers were told of.
    public var counts: (watched: Int, events: Int, gaps: Int) {
        state.withLock { ($0.watches.count, Int($0.ring.next - 1), $0.gaps) }
    }
}

/// Who looks on, and how far it has come.
public struct LiveFollower: Sendable {
    /// The series that it looks at.
    public let series: Set<UInt32>
    /// What else it hears of.
    public let topics: Set<LiveTopic>
    /// The number of the next event.
    fileprivate(set) var next: UInt64
    /// The number up to which it has heard everything, or will not any more.
    public var at: UInt64 { next - 1 }
    /// To be told before anything else.
    fileprivate(set) var gap: LiveGap?

    fileprivate func wants(_ event: LiveEvent) -> Bool {
        switch event.content {
        case .sample(let sample): series.contains(sample.series)
        case .incident: topics.contains(.incidents)
        case .change: topics.contains(.events)
        }
    }
}

/// What a follower reads at once.
public struct LiveReading: Sendable {
    /// What it has missed; then there are no events.
    public var gap: LiveGap?
    /// The number up to which it has heard everything, or will not any more.
    public var at: UInt64
    /// What it asked for, the oldest first.
    public var events: [LiveEvent]
}
