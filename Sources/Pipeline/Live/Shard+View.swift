import Storage
import TimeSeries

/// What a shard tells of one series that is to be drawn.
struct SeriesView: Sendable {
    var row: ShardRow
    /// p\* now.
    var threshold: Double
    /// The usual distance of its points in milliseconds; 0 while unknown.
    var distance = 0.0
    /// The steps of the full tier.
    var clock: StepClock?
    /// The model that is live, and the step that it expects.
    var live: FullSeries.LiveModel?
    var next: Int?
    /// What was expected of the newest steps.
    var trail = BandTrail()
    /// Up to when what was said is final; `nil` when it is not in memory.
    var finality: Finality?
}

extension Shard {
    /// What there is to say of a series; one that is not in memory stays on disk.
    func view(of id: UInt32, now: Int64) -> SeriesView? {
        guard local(id) < registrations.count else { return nil }
        let registration = registrations[local(id)]
        let row = fleetRow(registration, now: now, silent: nil)
        let policy = registration.policy
        var view = SeriesView(
            row: row, threshold: policy?.threshold(step: policy?.definition.step) ?? StreamSeries.threshold)
        view.clock = policy.flatMap { policy in
            policy.definition.step.map { StepClock(step: $0, zone: policy.definition.timezone) }
        }
        let slot = slots[local(id)]
        guard slot >= 0 else { return view }
        view.distance = states[Int(slot)].usualDistance
        view.finality = finality(of: id)
        guard let full = fulls[Int(slot)] else { return view }
        view.threshold = full.threshold
        view.clock = full.clock
        view.live = full.live
        view.next = full.next
        view.trail = full.trail
        return view
    }
}

extension Monitor {
    /// What the shard of a series has to say of it; `nil` when the monitor has stopped.
    func look(at id: UInt32) -> SeriesView? {
        let now = surroundings.wall()
        let shard = shards[Int(id) % shards.count]
        let promise = Promise<SeriesView?>()
        if !shard.mailbox.put(.control { promise.fulfil($0.view(of: id, now: now)) }) { promise.abandon() }
        return promise.wait() ?? nil
    }
}
