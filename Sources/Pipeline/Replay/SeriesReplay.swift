import Storage
import TimeSeries

/// Goes over the stored points of one series of the full tier again: the same state, scores and stretches as the live run
/// made of these points, definition and models, to the last bit.
///
/// A late point, a stretch that is not to be learned, a preview of another definition and a restart are all this: load a
/// state from before, replay, compare.
struct SeriesReplay {
    var policy: FullPolicy
    /// Where it begins; `nil`: before the first point.
    let start: ReplayMemory.State?
    /// The models that went live since, the earliest first.
    let swaps: [ModelSwap]
    /// The changes of how many series share the budget since, the earliest first.
    var shares: [BudgetShare] = []

    /// What the replay came to.
    struct Result {
        /// The series at the end.
        let series: FullSeries
        /// When the first step that was judged anew begins, milliseconds since 1970; all of it from the first point on
        /// when `Int64.min`.
        var from = Int64.min
        /// The newest point that it did not go over again; `Int64.min` when it went over all.
        var after = Int64.min
        /// The times of the points, ascending, and the score of each; see `ScoreByte`.
        var times: [Int64] = []
        var scores: [UInt8] = []
        /// The stretches that are over, and the changes of level.
        var ended: [AnomalyRun] = []
        var moved: [MovedLevel] = []
        /// What somebody would have been told, in order.
        var told: [FullSeries.Told] = []
    }

    /// Goes over points from the start to the end.
    ///
    /// - Parameters:
    ///   - points: Those after the start, ascending in time.
    ///   - memory: What the series is to remember of the time before.
    ///   - revision: The number of this account of the past.
    ///   - prepare: Called before each point, for who makes models of their own.
    /// - Returns: `nil` when the state at the start cannot be read by this build, or is of another model.
    func run(
        _ points: PointColumns, memory: ReplayMemory = ReplayMemory(), revision: Int32 = 0,
        prepare: (FullSeries, Int) -> Void = { _, _ in }
    ) -> Result? {
        guard var result = begin(memory: memory, revision: revision) else { return nil }
        result.take(points, prepare: prepare)
        result.finish()
        return result
    }

    /// The series at the start, which is to take the points after it.
    func begin(memory: ReplayMemory, revision: Int32) -> Result? {
        let series: FullSeries
        if let start {
            guard let restored = FullSeries(policy: policy, state: start) else { return nil }
            series = restored
        } else {
            series = FullSeries(policy: policy)
            if let first = shares.first { series.share(among: first.before, isNoted: false) }
        }
        series.memory = memory
        series.revision = revision
        series.script = swaps
        series.shareScript = shares
        series.windowsSeen = policy.windows.mark
        var result = Result(series: series)
        if let start { result.begin(start.time, at: start.next) }
        return result
    }
}

extension SeriesReplay.Result {
    /// Goes over points, which are later than those before.
    mutating func take(_ points: PointColumns, prepare: (FullSeries, Int) -> Void = { _, _ in }) {
        // What came too late was never judged.
        for place in 0..<points.count where points.scores[place] != ScoreByte.late {
            prepare(series, place)
            let time = points.times[place]
            for outcome in series.take(time, points.values[place]) { note(outcome) }
            times.append(time)
            scores.append(ScoreByte.unscored)
            series.remember(at: time)
        }
    }

    /// There are no more points: what came to the series after the last of them comes to it now.
    func finish() {
        series.follow()
        series.script = []
        series.shareScript = []
    }
}

extension SeriesReplay.Result {
    fileprivate mutating func begin(_ time: Int64, at step: Int) {
        // The score of the step that is being filled goes to the last point before the replay.
        after = time
        times = [time]
        scores = [ScoreByte.unscored]
        from = series.clock?.time(of: step).milliseconds ?? time
    }

    fileprivate mutating func note(_ outcome: FullSeries.Outcome) {
        if outcome.byte != ScoreByte.unscored, let last = scores.indices.last { scores[last] = outcome.byte }
        if let run = outcome.ended { ended.append(run) }
        if let level = outcome.moved { moved.append(level) }
        if let one = outcome.told { told.append(one) }
    }
}
