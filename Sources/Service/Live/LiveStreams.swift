public import Alerting
internal import Networking
public import Pipeline
internal import Synchronization

/// Tells all who look on what happens: one thread for any number of streams.
///
/// A stream whose client is slow waits, and costs no more than its capacity; what happens meanwhile stays in the ring
/// of the feed, and who is overtaken by that is told of a gap.
public final class LiveStreams: Sendable {
    /// The most streams at once.
    public static let mostStreams = 1_000
    /// The most series that one stream shows.
    public static let mostSeries = 200

    /// One stream.
    private final class Seat: @unchecked Sendable {  // The variables belong to the thread of the streams.
        let key: UInt64
        let stream: HTTPStream
        var follower: LiveFollower
        /// When something was last sent, on the steady clock.
        var sentAt: UInt64

        init(key: UInt64, stream: HTTPStream, follower: LiveFollower, sentAt: UInt64) {
            self.key = key
            self.stream = stream
            self.follower = follower
            self.sentAt = sentAt
        }
    }

    private struct State {
        var seats: [UInt64: Seat] = [:]
        var nextKey: UInt64 = 0
        var isStopped = false
    }

    private let feed: LiveFeed
    private let steady: @Sendable () -> UInt64
    private let isSilenced: @Sendable (Incident) -> Bool
    private let state = Mutex(State())
    private let join = Mutex<(@Sendable () -> Void)?>(nil)

    /// More bytes than these wait for a client: it reads first.
    private static let highWater = 64 << 10
    /// Events in one piece.
    private static let eventsAtOnce = 256
    /// Silence after which a comment shows that the stream is alive, in nanoseconds.
    private static let beat: UInt64 = 15_000_000_000

    /// Begins to tell what a feed has; ended by ``stop()``.
    ///
    /// - Parameters:
    ///   - steady: Nanoseconds of a clock that never goes back.
    ///   - isSilenced: Whether nobody hears of an incident now.
    public init(
        _ feed: LiveFeed, steady: @escaping @Sendable () -> UInt64,
        isSilenced: @escaping @Sendable (Incident) -> Bool = { _ in false }
    ) {
        self.feed = feed
        self.isSilenced = isSilenced
        self.steady = steady
        let ended = startThread { [self] in work() }
        join.withLock { $0 = ended }
    }

    /// Ends all streams and the thread; may be called again.
    public func stop() {
        let seats = state.withLock { state in
            state.isStopped = true
            return Array(state.seats.values)
        }
        feed.ring()
        let ended = join.withLock { join in
            defer { join = nil }
            return join
        }
        ended?()
        for seat in seats { seat.stream.close() }
    }

    /// How many streams there are.
    public var count: Int { state.withLock { $0.seats.count } }

    /// Tells a stream what happens from now on, or since the event that it heard last.
    ///
    /// - Parameters:
    ///   - series: The numbers of series that exist.
    ///   - last: The name of that event; `nil` for a client that comes for the first time.
    func add(_ stream: HTTPStream, series: Set<UInt32>, topics: Set<LiveTopic>, after last: String?) {
        let (follower, isResumed) = feed.follow(series, topics, after: last)
        stream.send(LiveText.hello(isResumed: isResumed, name: feed.name(of: follower.at)))
        let now = steady()
        let key: UInt64? = state.withLock { state in
            guard !state.isStopped else { return nil }
            state.nextKey += 1
            state.seats[state.nextKey] = Seat(
                key: state.nextKey, stream: stream, follower: follower, sentAt: now)
            return state.nextKey
        }
        guard let key else {
            feed.leave(follower)
            return stream.close()
        }
        stream.onClose { [self] in
            let isThere = state.withLock { $0.seats.removeValue(forKey: key) != nil }
            if isThere { feed.leave(follower) }
        }
        feed.ring()
    }

    // MARK: - On the thread

    private func work() {
        var patience = 1.0
        while true {
            feed.wait(seconds: patience)
            guard let seats = state.withLock({ $0.isStopped ? nil : Array($0.seats.values) }) else { return }
            feed.prune()
            var texts: [UInt64: [UInt8]] = [:]
            var isBehind = false
            for seat in seats { isBehind = !tell(seat, &texts) || isBehind }
            // Nobody says when a slow client has read.
            patience = isBehind ? 0.05 : 1
        }
    }

    /// Sends a client what it has not heard yet.
    ///
    /// - Parameter texts: What was written in this round already, by number.
    /// - Returns: Whether it has heard everything.
    private func tell(_ seat: Seat, _ texts: inout [UInt64: [UInt8]]) -> Bool {
        let now = steady()
        while seat.stream.pending < Self.highWater {
            var follower = seat.follower
            let reading = feed.read(&follower, most: Self.eventsAtOnce)
            var piece: [UInt8] = []
            if let gap = reading.gap { piece += LiveText.gap(gap, name: feed.name(of: reading.at)) }
            for event in reading.events {
                let text =
                    texts[event.sequence]
                    ?? LiveText.event(
                        event, name: feed.name(of: event.sequence), isSilenced: isSilenced)
                texts[event.sequence] = text
                piece += text
            }
            guard !piece.isEmpty else {
                seat.follower = follower
                if now - min(now, seat.sentAt) >= Self.beat, seat.stream.send(LiveText.beat) {
                    seat.sentAt = now
                }
                return true
            }
            guard seat.stream.send(piece) else { return seat.stream.isClosed }
            seat.follower = follower
            seat.sentAt = now
        }
        return false
    }
}
