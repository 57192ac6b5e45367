import Storage

/// What one shard adds to a checkpoint, of some of its series.
struct ShardSnapshot: Sendable {
    /// Full chunks, and those that still grow.
    var chunks: [(series: UInt32, points: HeadChunk)] = []
    var heads: [(series: UInt32, points: HeadChunk)] = []
    var late: [(series: UInt32, points: PointColumns)] = []
    var states: [StoredState] = []
    var revisions: [StoredRevision] = []
    var snapshots: [StoredSnapshot] = []
    var anomalies: [StoredAnomaly] = []
    var levelChanges: [StoredLevelChange] = []
}

/// What one shard knows now.
struct ShardReport: Sendable {
    /// Those that are open or not yet stored.
    var anomalies: [StoredAnomaly]
    /// What is no longer said of the past, though the store still says it.
    var revisions: [StoredRevision]
    /// Those that are not yet stored.
    var levelChanges: [StoredLevelChange]
}
