import Storage

/// What one shard adds to a checkpoint.
struct ShardSnapshot: Sendable {
    var chunks: [(series: UInt32, points: HeadChunk)] = []
    var late: [(series: UInt32, points: PointColumns)] = []
    var states: [StoredState] = []
    var anomalies: [StoredAnomaly] = []
    var levelChanges: [StoredLevelChange] = []
}

/// What one shard knows now.
struct ShardReport: Sendable {
    /// Those that are open or not yet stored.
    var anomalies: [StoredAnomaly]
    /// Those that are not yet stored.
    var levelChanges: [StoredLevelChange]
}
