import Alerting
import Storage

/// How one series is replayed from before a moment: all that its shard knows of it.
struct ReplayPlan: Sendable {
    var series: UInt32
    var replay: SeriesReplay
    /// What the series is to remember of the time before.
    var memory: ReplayMemory
    /// The number of the account of the past that comes of it.
    var revision: Int32

    /// The newest point that it does not go over, milliseconds since 1970; `Int64.min` when it goes over all.
    var after: Int64 { replay.start?.time ?? .min }

    /// Whether a plan made later is the same: no late point and no model came in between.
    func isSame(as other: ReplayPlan) -> Bool {
        revision == other.revision && after == other.after
            && replay.swaps.map(\.at) == other.replay.swaps.map(\.at) && replay.shares == other.replay.shares
            && replay.policy.windows == other.replay.policy.windows
    }
}

/// A replay on its way from the thread that made it to the shard that goes on with it.
struct ReplayHandover: @unchecked Sendable {  // One thread has it at a time.
    var plan: ReplayPlan
    var result: SeriesReplay.Result
}

extension Store {
    /// The events that declare something of the values of series, the latest first.
    func declaringEvents() throws(StorageError) -> [ChangeEvent] {
        var declaring: [ChangeEvent] = []
        for record in try events(in: Int64.min...Int64.max, limit: .max) {
            let event = try ChangeEvent(record)
            if event.declaration != nil { declaring.append(event) }
        }
        return declaring
    }
}
