import Detection
public import Storage
import TimeSeries

/// A level that moved, and when.
struct MovedLevel: Sendable {
    var change: LevelChange
    /// Milliseconds since 1970.
    var at: Int64
    var confirmed: Int64

    init(_ change: LevelChange, at: Int64, confirmed: Int64) {
        self.change = change
        self.at = at
        self.confirmed = confirmed
    }

    /// The change as it is stored.
    func stored(series: UInt32, definition: String) -> StoredLevelChange {
        StoredLevelChange(
            series: series, at: at, confirmed: confirmed, count: change.stepsAgo + 1, before: change.before,
            after: change.after, definition: definition)
    }
}

extension StoredLevelChange {
    /// What happened, in words and numbers, without the times.
    public var sentence: String {
        LevelChange.sentence(before: before, after: after, count: count)
    }
}
