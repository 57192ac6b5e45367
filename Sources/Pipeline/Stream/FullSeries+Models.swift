import Detection
import Forecasting
import TimeSeries

extension FullSeries {
    /// p\*.
    var threshold: Double { policy.threshold(step: clock?.step) }

    /// Another number of series shares the budget.
    ///
    /// - Parameter isNoted: Whether replay is to know of it.
    func share(among series: Int, isNoted: Bool = true) {
        guard series != policy.series else { return }
        if isNoted, let next {
            memory.note(BudgetShare(at: next, before: policy.series, after: series))
        }
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
        recordedFrom = next
        return (next, clock)
    }

    /// Whether nothing is going on: no model is being made, no stretch of anomalies is open.
    var isIdle: Bool { recorded == nil && !run.isOpen }

    /// No model will come.
    func stopRecording() { recorded = nil }

    /// No default model can be made of what is known yet.
    func postpone() {
        stopRecording()
        triedAt = known
        if let next { memory.note(ModelSwap(recordedFrom: next, at: next, prepared: nil)) }
    }

    /// Lets the models go live that did so before the step that comes next, and keeps the values of steps for those
    /// that were being made: a replay follows the history of the models, it makes none.
    func follow() {
        while let change = shareScript.first, let next, change.at <= next {
            shareScript.removeFirst()
            share(among: change.after)
        }
        while let swap = script.first, let next {
            if swap.recordedFrom == next, swap.prepared != nil, recorded == nil {
                recorded = []
                recordedFrom = next
            }
            guard swap.at <= next else { return }
            script.removeFirst()
            if let values = swap.recorded, swap.prepared != nil {
                recorded = values
                recordedFrom = swap.recordedFrom
            }
            if let prepared = swap.prepared {
                _ = install(
                    prepared.live, judge: prepared.judge, evidence: prepared.evidence, levels: prepared.levels
                )
            } else {
                postpone()
            }
        }
    }

    /// Takes the swaps that are to come out of the journal: what was recorded for the first of them before the state was
    /// stored is in no state.
    ///
    /// - Parameter swaps: In the order in which they took effect; the state may have seen some of them. Before the step that
    ///   comes next it may or may not, and a model that goes live twice there changes nothing.
    func follow(journalled swaps: [ModelSwap]) {
        guard !swaps.isEmpty else { return }
        script = next.map { next in swaps.filter { $0.at >= next } } ?? swaps
        guard let next, let first = script.first(where: { $0.prepared != nil }), recorded == nil,
            first.recordedFrom < next, let values = first.recorded
        else { return }
        recorded = Array(values.prefix(next - first.recordedFrom))
        recordedFrom = first.recordedFrom
    }

    /// What is to be known of a swap before it takes effect now.
    func swap(to prepared: PreparedModel?) -> ModelSwap? {
        next.map { next in
            ModelSwap(
                recordedFrom: prepared == nil ? next : recordedFrom, at: next, prepared: prepared,
                recorded: prepared == nil ? nil : recorded)
        }
    }

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
        memory.note(
            ModelSwap(
                recordedFrom: recordedFrom, at: next ?? recordedFrom,
                prepared: PreparedModel(live: model, judge: judge, evidence: evidence, levels: levels)))
        triedAt = known
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
