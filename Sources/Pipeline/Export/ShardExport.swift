/// What a shard hands to who keeps scores elsewhere: as they come, or the newest when it is asked for.
///
/// Off, it costs a batch one look at two fields.
struct ShardExport {
    /// A series whose newest score somebody scrapes.
    private struct Asked {
        var newest: ExportedScore?
        /// On the steady clock.
        var at: UInt64
    }

    /// Where scores go as they come; `nil`: nowhere.
    var take: (@Sendable (ExportBatch) -> Void)?
    /// Milliseconds before now from which on values are handed over.
    var mostAge = Int64.max
    /// Counted within the shard.
    private var asked: [UInt32: Asked] = [:]
    private var lastAsked: UInt64 = 0
    /// The time of what was last handed over of each series.
    private var lastTimes: [UInt32: Int64] = [:]
    private var batch = ExportBatch()
    private var oldest = Int64.min

    /// The newest scores of a series are kept for so long after somebody asked for them, nanoseconds.
    private static let lingering: UInt64 = 900_000_000_000

    /// Whether anybody wants anything.
    var isOn: Bool { take != nil || !asked.isEmpty }

    /// Begins with a batch of points.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - time: On the steady clock.
    mutating func begin(now: Int64, at time: UInt64) {
        let (bound, overflow) = now.subtractingReportingOverflow(mostAge)
        oldest = overflow ? .min : bound
        if !asked.isEmpty, time > lastAsked + Self.lingering { asked = [:] }
    }

    /// Whether somebody asks for a series now and then.
    func isAsked(_ local: UInt32) -> Bool { asked[local] != nil }

    /// Takes what is told of a value.
    ///
    /// - Parameter isSent: Whether it goes where scores go as they come.
    mutating func add(_ score: ExportedScore, of local: UInt32, isSent: Bool) {
        if asked[local] != nil { asked[local]?.newest = score.isEnd ? nil : score }
        guard isSent, take != nil else { return }
        // What was never told of does not end.
        if score.isEnd, lastTimes[local] == nil { return }
        guard score.time >= oldest else {
            batch.tooOld += 1
            return
        }
        guard score.time > lastTimes[local] ?? .min else {
            batch.outOfOrder += 1
            return
        }
        lastTimes[local] = score.time
        batch.scores.append(score)
    }

    /// Hands over what came of a batch of points.
    mutating func flush() {
        guard let take, !batch.isEmpty else { return }
        take(batch)
        batch = ExportBatch()
    }

    /// The newest of a series; from now on it is kept for a while.
    mutating func newest(of local: UInt32, at time: UInt64) -> ExportedScore? {
        lastAsked = time
        let newest = asked[local]?.newest
        asked[local] = Asked(newest: newest, at: time)
        return newest
    }

    /// Keeps nothing more of series that nobody asked for in a while.
    mutating func forget(at time: UInt64) {
        guard time > Self.lingering else { return }
        asked = asked.filter { $0.value.at >= time - Self.lingering }
    }
}
