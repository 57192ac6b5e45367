import Alerting
import Detection
import Forecasting
import Glibc
import Storage
import TimeSeries

/// One series of the full tier: samples → steps → expectation of the champion → judgement.
///
/// A class, since its judge alone is 16 KB that are changed in place; its shard owns it.
final class FullSeries {
    /// Whose bytes, in which version.
    static let kind = "full/9"

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
    var hasAlert: Bool
    var isWatched: Bool
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
    var recorded: [Double]?
    /// The first of these steps.
    var recordedFrom = 0
    /// From where it can be replayed.
    var memory = ReplayMemory()
    /// While it is replayed, the models that went live when these steps came; see ``follow()``.
    var script: [ModelSwap] = []
    var shareScript: [BudgetShare] = []
    /// The mark of the windows that its past was judged by; those of the policy may be newer.
    var windowsSeen: UInt64 = 0
    /// How often what was said of its past was said anew.
    var revision: Int32 = 0
    /// Late points that what was said does not know of yet, and the earliest that it will be said anew for.
    var gathered: [Int64] = []
    var lateSince = Int64.max
    /// With a point after this moment they cannot wait any longer.
    var replayDue = Int64.max
    /// Which stretches ended lately, and when the value came that ended each.
    private(set) var ends: [(from: Int64, at: Int64)] = []
    /// The step whose value comes next; `nil` before the first.
    var next: Int?
    /// The step whose newest point the light tier has scored, before a definition took the series over: it is learned only.
    var scoredBefore: Int?
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
        windowsSeen = policy.windows.mark
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
            return advance(step.value, isMeasured: step.isMeasured && next != scoredBefore)
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
        if !script.isEmpty || !shareScript.isEmpty { follow() }
        let mode = policy.windows.isEmpty ? nil : policy.windows.mode(at: stepTime)
        let isLearned = mode != .dontLearn
        let isMuted = mode != nil && policy.windows.isMuted(at: stepTime)
        recorded?.append(isLearned ? value : .nan)
        if value.isFinite, isLearned { known += 1 }
        let possible = policy.definition.range.contains(value) ? value : .nan
        let fused = push(possible, isLearned: isLearned)
        let moved = levels?.push(isLearned ? possible : .nan).map {
            MovedLevel($0, at: time(stepsAgo: $0.stepsAgo), confirmed: stepTime)
        }
        let unscored = moved.map { Outcome(byte: ScoreByte.unscored, moved: $0) }
        // A judge comes and goes with its model; to ask for it would copy it.
        guard live != nil else {
            if isMeasured { note(value, nil, nil, isAnomaly: false) }
            return unscored
        }
        let expected = live?.model.next ?? .nan
        // A value that cannot be is an error in the data: it teaches nothing and is no anomaly.
        guard value.isFinite, policy.definition.range.contains(value),
            let judgement = judgement(of: value, expected, fused, isLearned: isLearned),
            let band = band(around: expected)
        else {
            live?.model.observe(.nan)
            judge?.skip()
            if isMeasured { note(value, nil, nil, isAnomaly: false) }
            return unscored
        }
        let expectedBand = LiveBand(expected: expected, lower: band.lower, upper: band.upper)
        trail.append(stepTime, expectedBand)
        learn(value, expected, judgement, mode)
        guard isMeasured else { return unscored }
        var outcome = Outcome(
            byte: ScoreByte.encode(negativeLog10: -log10(judgement.pValue)), moved: moved)
        let isDeclaredNormal = mode == .learnQuietly
        if judgement.isAnomalous, !isDeclaredNormal, matters(value, expected, judgement) {
            outcome.isAnomalous = true
            if !isMuted { confirmation.add(openAfter: openAfter) }
            run.add(
                AnomalyRun.Peak(
                    time: stepTime, began: time(stepsAgo: judgement.stepsSinceOnset), value: value,
                    expected: expected, lower: band.lower, upper: band.upper, score: judgement.score,
                    pValue: judgement.pValue, direction: judgement.strength < 0 ? -1 : 1,
                    evidence: UInt32(judgement.evidence.place)), revision: revision)
            if hasAlert, confirmation.isConfirmed, !isMuted {
                outcome.told = Told(run: run, isOver: false, time: run.to)
            }
        } else {
            confirmation.pass()
            let before = run
            // What the definition does not want to hear of is quiet, however unusual it is.
            let isQuiet =
                isDeclaredNormal || judgement.score < AnomalyRun.quietScore
                || !matters(value, expected, judgement)
            if run.pass(isQuiet: isQuiet, closeAfter: closeAfter) {
                outcome.ended = before.ended
                outcome.told = end(before, at: stepTime)
                noteEnd(of: before)
            }
        }
        note(value, judgement.score, expectedBand, isAnomaly: outcome.isAnomalous)
        return outcome
    }

    /// What else speaks against a value, which then stands for itself or, where it is not to be learned, for nothing.
    private func push(_ value: Double, isLearned: Bool) -> FusedAssessment? {
        guard !isLearned else { return evidence.push(value) }
        var probe = evidence
        defer { _ = evidence.push(.nan) }
        return probe.push(value)
    }

    private func judgement(
        of value: Double, _ expected: Double, _ fused: FusedAssessment?, isLearned: Bool
    ) -> Judgement? {
        guard !isLearned else { return judge?.judge(value, expected: expected, fused: fused) }
        var probe = judge
        return probe?.judge(value, expected: expected, fused: fused)
    }

    private func learn(
        _ value: Double, _ expected: Double, _ judgement: borrowing Judgement, _ mode: LearningMode?
    ) {
        switch mode {
        case .dontLearn:
            judge?.skip()
            live?.model.observe(.nan)
        case .learnQuietly:
            judge?.admit(value, expected: expected, judgement)
            live?.model.observe(value)
        case .mute, nil:
            judge?.learn(value, expected: expected, judgement)
            live?.model.observe(judgement.isWithheld ? expected : value)
        }
    }

    /// Where the residual alone is not anomalous; not below 0 where no value ever was.
    func band(around expected: Double) -> (lower: Double, upper: Double)? {
        guard let band = judge?.band(around: expected) else { return nil }
        return judge?.isNonNegative == true ? (min(max(band.lower, 0), band.upper), band.upper) : band
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

    /// Takes over what was expected of the steps before a moment, as it was when they came.
    func keep(trailOf other: FullSeries, before time: Int64) {
        var joined = BandTrail()
        if time > .min {
            for entry in other.trail.entries(in: .min...time - 1) { joined.append(entry.time, entry.band) }
        }
        for entry in trail.entries(in: max(time, .min)...Int64.max) { joined.append(entry.time, entry.band) }
        trail = joined
    }

    /// Notes when a stretch ended, for as long as late points may change that.
    private func noteEnd(of run: AnomalyRun) {
        let step = clock?.step.nominalMilliseconds ?? 0
        let oldest = stepTime - policy.definition.latenessMilliseconds - 2 * step
        ends.removeAll { $0.at < oldest }
        ends.append((run.from, stepTime))
    }

    /// Takes over which stretches ended before a moment.
    func keep(endsOf other: FullSeries, before time: Int64) {
        ends = other.ends.filter { $0.at < time } + ends
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

    /// Quiet steps after which a stretch is over.
    var closeAfter: Int32 {
        guard let clock, let alert = policy.definition.alert else { return AnomalyRun.closeAfter }
        return Int32(clamping: alert.closeAfter.steps(of: clock.step))
    }

    private var openAfter: Int32 {
        guard let clock, let alert = policy.definition.alert else { return 1 }
        return Int32(clamping: alert.openAfter.steps(of: clock.step))
    }

    /// When the step that is being judged began.
    var stepTime: Int64 { time(stepsAgo: 0) }

    /// When a step before the one that is being judged began.
    private func time(stepsAgo steps: Int) -> Int64 {
        guard let clock, let next else { return 0 }
        return clock.time(of: next - steps).milliseconds
    }
}
