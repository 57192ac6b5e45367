import Alerting
import Storage
import TimeSeries

extension Shard {
    /// Hands over the verdicts of a batch.
    func flush() {
        guard !verdicts.isEmpty else { return }
        tell(verdicts)
        verdicts.removeAll()
    }

    /// Notes the end of a stretch of a series, and what is said of it.
    func note(_ outcome: FullSeries.Outcome, of full: FullSeries, _ slot: Int) {
        if let ended = outcome.ended { close(slot, ended, policy: full.policy) }
        if let moved = outcome.moved {
            levelChanges.append(moved.stored(series: owners[slot], definition: full.policy.name))
        }
        guard let told = outcome.told,
            let verdict = Verdict(told, of: owners[slot], full.policy, full.clock)
        else { return }
        verdicts.append(verdict)
    }

    /// Whether data stop or come again.
    enum Flow {
        case stops, comes
    }

    /// Notes what is said of a silence.
    func note(
        _ flow: Flow, _ sentence: String, of id: UInt32, _ from: Int64, at time: Int64, _ policy: FullPolicy,
        _ clock: StepClock?
    ) {
        guard let alert = policy.definition.alert else { return }
        let peak = Verdict.Peak(
            time: from, value: .nan, expected: .nan, lower: .nan, upper: .nan, score: 0, pValue: 1,
            direction: 0, evidence: "")
        verdicts.append(
            Verdict(
                key: Verdict.Key(series: id, kind: .noData, from: from), isOver: flow == .comes, time: time,
                labels: policy.labels, definition: policy.name, severity: alert.severity, peak: peak,
                sentence: sentence, lateness: policy.lateness(step: clock?.step),
                leastOpen: alert.leastOpenMilliseconds))
    }

    /// The stretches of anomalies that go on.
    func openAnomalies() -> [StoredAnomaly] {
        openRuns.sorted().map { openAnomaly(Int($0)) }
    }

    /// The stretch of anomalies of a slot.
    func openAnomaly(_ slot: Int) -> StoredAnomaly {
        let full = fulls[slot]
        return (full?.run ?? states[slot].run).stored(
            series: owners[slot], definition: full?.policy.name ?? "", definitionHash: full?.policy.hash ?? ""
        )
    }

    /// The newest values of a series, the oldest first; none when it is not in memory.
    func recent(_ id: UInt32, _ count: Int) -> [Double] {
        guard local(id) < slots.count, slots[local(id)] >= 0 else { return [] }
        scoreWaiting(of: Int(slots[local(id)]))
        return Array(newest(of: Int(slots[local(id)])).values.suffix(max(count, 0)))
    }
}

extension Verdict {
    /// What is said of a confirmed stretch; `nil` where nobody is to be told.
    init?(_ told: FullSeries.Told, of series: UInt32, _ policy: FullPolicy, _ clock: StepClock?) {
        guard let alert = policy.definition.alert else { return nil }
        let stored = told.run.stored(
            series: series, definition: policy.name, definitionHash: policy.hash)
        self.init(
            key: Key(series: series, kind: .anomaly, from: stored.from), isOver: told.isOver,
            time: told.time, labels: policy.labels, definition: policy.name, severity: alert.severity,
            peak: Peak(
                time: stored.peak, value: stored.value, expected: stored.expected, lower: stored.lower,
                upper: stored.upper, score: stored.score, pValue: stored.pValue,
                direction: stored.direction, evidence: stored.evidence),
            sentence: stored.sentence, lateness: policy.lateness(step: clock?.step),
            leastOpen: alert.leastOpenMilliseconds)
    }
}
