import Storage

/// What a shard has still to say anew because points came late: series by series, in the order in which they began to
/// wait.
struct GatheredReplays {
    private var waiting: [UInt32] = []
    private var first = 0
    /// Series that cannot wait any longer.
    private(set) var due: [UInt32] = []
    /// A replay that is done in pieces.
    var underway: Underway?
    /// No replay that can wait goes on before, nanoseconds of the steady clock.
    var rest: UInt64 = 0

    /// A long replay, and how far it is.
    struct Underway {
        var plan: ReplayPlan
        var result: SeriesReplay.Result
        /// What it goes over, and how many of these points it has gone over.
        var points: PointColumns
        var place = 0
        /// The late points that it is for.
        var late: [Int64]
        /// How often it was begun.
        var attempts = 1
    }

    /// Whether nothing waits.
    var isEmpty: Bool { underway == nil && first == waiting.count && due.isEmpty }

    /// Lets a series wait behind the others.
    mutating func wait(_ series: UInt32) { waiting.append(series) }

    /// Notes that a series cannot wait any longer; it stays in the row, where nothing is found of it.
    mutating func hasten(_ series: UInt32) { due.append(series) }

    /// The series that cannot wait.
    mutating func takeDue() -> [UInt32] {
        defer { due = [] }
        return due
    }

    /// The series that waits longest.
    mutating func next() -> UInt32? {
        guard first < waiting.count else { return nil }
        defer {
            first += 1
            if first == waiting.count { (waiting, first) = ([], 0) }
        }
        return waiting[first]
    }

    /// How long, in seconds, nothing is to be done but what comes; `nil` when nothing waits.
    func pause(now: UInt64) -> Double? {
        guard !isEmpty else { return nil }
        return rest > now ? min(Double(rest - now) / 1e9, Self.longestPause) : 0
    }

    private static let longestPause = 1.0
}

extension FullSeries {
    /// So many late points of one series wait at the most.
    private static let mostGathered = 1_000

    /// Notes a late point that what was said does not know of yet.
    ///
    /// - Returns: Whether there are too many of them to wait for more.
    func gather(_ time: Int64) -> Bool {
        gathered.append(time)
        lateSince = min(lateSince, time)
        replayDue = lateSince.addingClamping(policy.definition.latenessMilliseconds)
        return gathered.count == Self.mostGathered
    }

    /// Goes on with the late points that came while others were gone over.
    func wait(for late: [Int64]) {
        gathered = late
        lateSince = late.min() ?? .max
        replayDue = lateSince.addingClamping(policy.definition.latenessMilliseconds)
    }
}

extension Int64 {
    /// The sum, or the largest number there is.
    fileprivate func addingClamping(_ other: Int64) -> Int64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
