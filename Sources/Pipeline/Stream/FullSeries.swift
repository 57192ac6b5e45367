import Detection
import Forecasting
import Glibc
import Storage
import TimeSeries

/// One series of the full tier: samples → steps → expectation of the champion → judgement.
///
/// A class, since its judge alone is 12 KB that are changed in place; its shard owns it.
final class FullSeries {
    /// Whose bytes, in which version.
    static let kind = "full/6"

    var policy: FullPolicy
    /// `nil` until it is found.
    var clock: StepClock?
    var run = AnomalyRun()
    /// Whether somebody is to be told of `run`.
    var confirmation = Confirmation()
    /// How long nothing has come.
    var silence = SilenceWatch()
    /// Whether it comes from a snapshot.
    var isRestored = false
    /// Whether its definition wants somebody to be told of anomalies, and of silence.
    let hasAlert: Bool
    let isWatched: Bool
    /// Steps with a known value so far.
    var known = 0
    /// The model that is live; `nil` during the warm-up.
    var live: LiveModel?
    /// Known steps at the last fit of a model that is nobody's champion.
    var triedAt = 0
    var finder = StepFinder()
    var aggregator = StepAggregator()
    var missing = MissingSteps()
    var judge: CausalJudge?
    /// What else speaks against values; it goes on when the model changes.
    var evidence = FusedEvidence()
    /// Finds where the level moved; made with the first model, which knows the season.
    var levels: LevelWatch?
    /// The values of the steps from `recordedFrom` on, while a model is being made that will go on from them.
    private(set) var recorded: [Double]?
    /// The step whose value comes next; `nil` before the first.
    var next: Int?
    /// What was expected of the newest steps.
    private(set) var trail = BandTrail()
    /// The newest step with a value, since the series came into memory.
    private(set) var newest: JudgedValue?
    /// The steps that ended since somebody looked, while somebody does.
    var watched: [JudgedValue]?

    /// The model that says what to expect.
    struct LiveModel: Sendable {
        var model: any ForecastModel
        /// The method, `auto/…` when it was chosen.
        var method: String
        var season: [Int]
        /// The version that it belongs to; 0 for the default of a definition without one.
        var version: Int
    }

    /// What became of a step.
    struct Outcome {
        var byte: UInt8
        var isAnomalous = false
        /// The stretch of anomalies that is over now.
        var ended: AnomalyRun?
        /// What somebody is to be told.
        var told: Told?
        /// A change of level that the step confirms.
        var moved: MovedLevel?
    }

    /// A confirmed stretch that goes on or is over, as of a time.
    struct Told {
        var run: AnomalyRun
        var isOver: Bool
        /// Milliseconds since 1970.
        var time: Int64
    }

    init(policy: FullPolicy) {
        self.policy = policy
        hasAlert = policy.definition.alert != nil
        isWatched = policy.definition.alert.map { $0.noData != .off } ?? false
        clock = policy.definition.step.map { StepClock(step: $0, zone: policy.definition.timezone) }
    }

    /// Takes a sample that is later than all before, and answers what became of each step that it ends.
    func take(_ time: Int64, _ value: Double) -> [Outcome] {
        if clock == nil, let step = finder.take(time) {
            clock = StepClock(step: step, zone: policy.definition.timezone)
        }
        guard let clock else { return [] }
        let index = clock.index(at: time)
        guard let ended = aggregator.take(time, value, at: index, policy.aggregation) else { return [] }
        if next == nil { next = ended.index }
        var outcomes = pass(ended.value)
        let absent = index - ended.index - 1
        guard absent <= MissingSteps.most else {
            // What was normal before so long an outage is to be learned again from what is stored.
            if run.isOpen {
                outcomes.append(
                    Outcome(byte: ScoreByte.unscored, ended: run.ended, told: end(run, at: time)))
            }
            forget(until: index)
            return outcomes
        }
        for _ in 0..<max(absent, 0) { outcomes += pass(.nan) }
        return outcomes
    }

    /// Takes the value of the next step, or `nan`.
    private func pass(_ value: Double) -> [Outcome] {
        var steps: [(value: Double, isMeasured: Bool)] = []
        missing.take(value, policy.definition.missing) { steps.append(($0, $1)) }
        return steps.compactMap { step in
            defer { next = next.map { $0 + 1 } }
            return advance(step.value, isMeasured: step.isMeasured)
        }
    }

    private func forget(until index: Int) {
        _ = run.close()
        live = nil
        judge = nil
        evidence = FusedEvidence()
        levels = nil
        recorded = nil
        missing = MissingSteps()
        known = 0
        triedAt = 0
        next = index
    }

    /// Judges the value of one step, then learns it.
    private func advance(_ value: Double, isMeasured: Bool) -> Outcome? {
        recorded?.append(value)
        if value.isFinite { known += 1 }
        let possible = policy.definition.range.contains(value) ? value : .nan
        let fused = evidence.push(possible)
        let moved = levels?.push(possible).map {
            MovedLevel($0, at: time(stepsAgo: $0.stepsAgo), confirmed: stepTime)
        }
        let unscored = moved.map { Outcome(byte: ScoreByte.unscored, moved: $0) }
        guard live != nil, judge != nil else {
            if isMeasured { note(value, nil, nil, isAnomaly: false) }
            return unscored
        }
        let expected = live?.model.next ?? .nan
        // A value that cannot be is an error in the data: it teaches nothing and is no anomaly.
        guard value.isFinite, policy.definition.range.contains(value),
            let judgement = judge?.judge(value, expected: expected, fused: fused),
            let band = band(around: expected)
        else {
            live?.model.observe(.nan)
            judge?.skip()
            if isMeasured { note(value, nil, nil, isAnomaly: false) }
            return unscored
        }
        let expectedBand = LiveBand(expected: expected, lower: band.lower, upper: band.upper)
        trail.append(stepTime, expectedBand)
        judge?.learn(value, expected: expected, judgement)
        live?.model.observe(judgement.isWithheld ? expected : value)
        guard isMeasured else { return unscored }
        var outcome = Outcome(
            byte: ScoreByte.encode(negativeLog10: -log10(judgement.pValue)), moved: moved)
        if judgement.isAnomalous, matters(value, expected, judgement) {
            outcome.isAnomalous = true
            confirmation.add(openAfter: openAfter)
            run.add(
                AnomalyRun.Peak(
                    time: stepTime, began: time(stepsAgo: judgement.stepsSinceOnset), value: value,
                    expected: expected, lower: band.lower, upper: band.upper, score: judgement.score,
                    pValue: judgement.pValue, direction: judgement.strength < 0 ? -1 : 1,
                    evidence: judgement.evidence.place))
            if hasAlert, confirmation.isConfirmed {
                outcome.told = Told(run: run, isOver: false, time: run.to)
            }
        } else {
            confirmation.pass()
            let before = run
            // What the definition does not want to hear of is quiet, however unusual it is.
            let isQuiet =
                judgement.score < AnomalyRun.quietScore || !matters(value, expected, judgement)
            if run.pass(isQuiet: isQuiet, closeAfter: closeAfter) {
                outcome.ended = before.ended
                outcome.told = end(before, at: stepTime)
            }
        }
        note(value, judgement.score, expectedBand, isAnomaly: outcome.isAnomalous)
        return outcome
    }

    /// Where the residual alone is not anomalous; not below 0 where no value ever was.
    private func band(around expected: Double) -> (lower: Double, upper: Double)? {
        guard let judge else { return nil }
        let band = judge.band(around: expected)
        return judge.isNonNegative ? (min(max(band.lower, 0), band.upper), band.upper) : band
    }

    /// Ends the stretch that goes on, if one does, since no value will come.
    func giveUp(at time: Int64) -> Outcome? {
        guard run.isOpen else { return nil }
        let outcome = Outcome(byte: ScoreByte.unscored, ended: run.ended, told: end(run, at: time))
        _ = run.close()
        return outcome
    }

    /// What is to be told of a stretch that is over.
    private func end(_ run: AnomalyRun, at time: Int64) -> Told? {
        confirmation.end() && hasAlert ? Told(run: run.ended, isOver: true, time: time) : nil
    }

    /// Notes a step that has a value, for who looks on.
    private func note(_ value: Double, _ score: Double?, _ band: LiveBand?, isAnomaly: Bool) {
        guard value.isFinite else { return }
        let judged = JudgedValue(
            time: stepTime, value: value, score: score, band: band, isAnomaly: isAnomaly)
        newest = judged
        watched?.append(judged)
    }

    /// Whether the definition wants to hear of an anomaly.
    private func matters(_ value: Double, _ expected: Double, _ judgement: Judgement) -> Bool {
        let isOnSide =
            switch policy.definition.direction {
            case .above: judgement.strength > 0
            case .below: judgement.strength < 0
            case .both: true
            }
        return isOnSide && !policy.definition.ignore.covers(value: value, expected: expected)
    }

    private var closeAfter: Int32 {
        guard let clock, let alert = policy.definition.alert else { return AnomalyRun.closeAfter }
        return Int32(clamping: alert.closeAfter.steps(of: clock.step))
    }

    private var openAfter: Int32 {
        guard let clock, let alert = policy.definition.alert else { return 1 }
        return Int32(clamping: alert.openAfter.steps(of: clock.step))
    }

    /// When the step that is being judged began.
    private var stepTime: Int64 { time(stepsAgo: 0) }

    /// When a step before the one that is being judged began.
    private func time(stepsAgo steps: Int) -> Int64 {
        guard let clock, let next else { return 0 }
        return clock.time(of: next - steps).milliseconds
    }
}

// MARK: - Models

extension FullSeries {
    /// p\*.
    var threshold: Double { policy.threshold(step: clock?.step) }

    /// Another number of series shares the budget.
    func share(among series: Int) {
        policy.series = series
        judge?.setThreshold(threshold)
    }

    /// Holds out for as long as the definition says.
    func hold(_ judge: inout CausalJudge) {
        switch policy.definition.adoption {
        case .automatic: break
        case .never: judge.hold(for: .max)
        case .after(let length):
            if let clock { judge.hold(for: length.steps(of: clock.step)) }
        }
    }

    /// From now on keeps the values of steps for a model that is being made.
    ///
    /// - Returns: The first step that will be kept, and the clock; `nil` while there are no steps.
    func record() -> (next: Int, clock: StepClock)? {
        guard let next, let clock else { return nil }
        recorded = []
        return (next, clock)
    }

    /// Whether nothing is going on: no model is being made, no stretch of anomalies is open.
    var isIdle: Bool { recorded == nil && !run.isOpen }

    /// No model will come.
    func stopRecording() { recorded = nil }

    /// Makes a model the live one, between two steps: it first observes what came since it was made.
    ///
    /// - Parameters:
    ///   - model: At the step that ``record()`` named.
    ///   - judge: Knows the errors of the model.
    ///   - evidence: Knows the history that the model was made from; taken where it has seen more than what is there.
    ///   - levels: Knows that history too; taken where there is none, or one for another season.
    /// - Returns: Whether it is live; not when nothing was recorded for it.
    func install(
        _ model: LiveModel, judge: CausalJudge, evidence: FusedEvidence = FusedEvidence(),
        levels: LevelWatch = LevelWatch(season: 1)
    ) -> Bool {
        guard let values = recorded else { return false }
        let possible = values.map { policy.definition.range.contains($0) ? $0 : .nan }
        if evidence.count > self.evidence.count {
            self.evidence = evidence
            for value in possible { _ = self.evidence.push(value) }
        }
        if self.levels?.period != levels.period {
            self.levels = levels
            for value in possible { _ = self.levels?.push(value) }
        }
        var model = model
        var judge = judge
        judge.setThreshold(threshold)
        hold(&judge)
        for value in values {
            guard value.isFinite, policy.definition.range.contains(value) else {
                model.model.observe(.nan)
                judge.skip()
                continue
            }
            let expected = model.model.next
            let judgement = judge.judge(value, expected: expected)
            judge.learn(value, expected: expected, judgement)
            model.model.observe(judgement.isWithheld ? expected : value)
        }
        recorded = nil
        live = model
        self.judge = judge
        return true
    }

    /// What the next step will be compared with; `nil` during the warm-up.
    var expectation: (time: Int64, expected: Double, lower: Double, upper: Double)? {
        guard let live, let band = band(around: live.model.next) else { return nil }
        let expected = live.model.next
        return (stepTime, expected, band.lower, band.upper)
    }

    /// Whether a default model is due: there is none, or it knows less than half of what is known now; not while something
    /// is going on that it would take for normal.
    ///
    /// - Parameter fewest: Known steps before the first.
    func wantsDefault(fewest: Int, most: Int) -> Bool {
        guard recorded == nil, !run.isOpen, live.map({ $0.version == 0 }) ?? true else { return false }
        return known >= max(fewest, 2 * triedAt) && (triedAt < most || live == nil)
    }
}
