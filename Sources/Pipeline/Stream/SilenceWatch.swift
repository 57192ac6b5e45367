/// How long one series has said nothing, and whether somebody was told.
///
/// A silence is measured on the steady clock, from the last point or the start of the service, whichever is later: an
/// outage of the service itself is no silence of its sources. Points that are read in from the past begin no silence
/// either: only a series whose points came in their time, and in two arrivals a step apart, is listened for.
struct SilenceWatch: BitwiseCopyable, Sendable {
    enum State: UInt8, BitwiseCopyable, Sendable {
        /// Nobody listens for it: its points did not come live yet, or it was let go.
        case unwatched
        case talking
        case silent
    }

    private(set) var state = State.unwatched
    /// The time of the last point that is no stale marker, milliseconds since 1970; `Int64.min` before the first.
    var last = Int64.min
    /// When that came, or when the service started: nanoseconds of the steady clock.
    private(set) var seen: UInt64 = 0
    /// The longest silence that is none, in milliseconds; 0 while that is not known.
    private(set) var limit: Int64 = 0
    /// Whether a point came since the start of the service; before, nobody knows whether it was silent.
    private var isHeard = false
    /// Whether it is still to be read from the store.
    private(set) var isUnread = false
    /// Whether its points have come live, ever.
    private(set) var isProven = false
    /// The first arrival of points in their time, while one alone proves nothing.
    private var tried: Arrival?

    /// Points that came together.
    struct Arrival: BitwiseCopyable, Sendable {
        /// The number of the request, within its shard.
        var request: Int
        /// When it came: nanoseconds of the steady clock.
        var moment: UInt64
        /// The time of its first point, milliseconds since 1970.
        var time: Int64
    }

    /// A series is let go when it was silent for so long: 24 hours.
    static let letGoAfter: Int64 = 86_400_000

    /// A series of which nothing is known.
    init() {}

    /// A series that is stored and was not read.
    init(unreadSince now: UInt64, limit: Int64) {
        seen = now
        self.limit = limit
        isUnread = true
    }

    /// A series that is read from the store.
    init(last: Int64, since now: UInt64, limit: Int64, wall: Int64) {
        self.last = last
        seen = now
        self.limit = limit
        isProven = last > .min
        if isProven, wall - last < memory { state = .talking }
    }

    /// How long after its last point a series is remembered, milliseconds.
    var memory: Int64 { max(Self.letGoAfter, limit > .max / 2 ? .max : 2 * limit) }

    /// Nanoseconds of the steady clock at which the silence is too long; `UInt64.max` when it never is.
    var due: UInt64 {
        guard limit > 0, state == .talking || isUnread else { return .max }
        let (length, isLong) = UInt64(limit).multipliedReportingOverflow(by: 1_000_000)
        return isLong || length > .max - seen ? .max : seen + length
    }

    /// The step has become known.
    mutating func setLimit(_ milliseconds: Int64) { limit = milliseconds }

    /// Takes a point.
    ///
    /// - Parameters:
    ///   - arrival: What it came with; its time is that of the point.
    ///   - step: The distance of values in milliseconds.
    ///   - isLive: Whether it came just now, not out of the journal.
    ///   - isInTime: Whether it is young enough to listen for the next.
    /// - Returns: The beginning of a silence that is over now. After a start it may be one that nobody was told of.
    mutating func hear(
        _ arrival: Arrival, step: Int64, isLive: Bool, isInTime: @autoclosure () -> Bool
    ) -> Int64? {
        let time = arrival.time
        let isOver =
            state == .silent || !isHeard && last > .min && limit > 0 && time - last >= limit
        let from = last
        if state == .silent || state == .unwatched && isInTime() && isProof(arrival, step, isLive) {
            state = .talking
            isProven = true
            tried = nil
        }
        if isLive { isHeard = true }
        // A late point is a sign of life; the newest one stays the last.
        last = max(last, time)
        seen = arrival.moment
        return isOver ? from : nil
    }

    /// Whether a point shows that a source sends as time goes by: points came before it, at least a step ago.
    ///
    /// Of points out of the journal nobody knows when they came: then requests whose points are a step apart show it.
    private mutating func isProof(_ arrival: Arrival, _ step: Int64, _ isLive: Bool) -> Bool {
        guard let first = tried else {
            tried = arrival
            return false
        }
        guard arrival.request != first.request else { return false }
        guard isLive else { return arrival.time - first.time >= step }
        return (arrival.moment - min(first.moment, arrival.moment)) / 1_000_000 >= step
    }

    /// Looks whether the silence is too long now.
    ///
    /// - Returns: Whether it has become so.
    mutating func begins(now: UInt64) -> Bool {
        guard state == .talking, now >= due else { return false }
        state = .silent
        return true
    }

    /// Whether it has been silent for so long that nothing will come.
    func isLost(wall: Int64) -> Bool { state == .silent && wall - last >= memory }

    /// Listens no more, until a point comes in its time.
    mutating func letGo() {
        state = .unwatched
        tried = nil
    }
}
