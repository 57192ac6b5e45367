public import Storage

/// How long what is stored is kept; `nil` stands for ever.
public struct Retention: Sendable, Equatable {
    /// Points as they came, in milliseconds.
    public var points: Int64?
    /// What is kept of points when they go, by width, in milliseconds; a width that is not here is not made.
    public var rollups: [RollupWidth: Int64?] = [:]
    /// Anomalies, changes of level and resolved incidents, in milliseconds.
    public var records: Int64?

    /// Everything is kept.
    public static let forever = Retention()

    /// So long a width is kept where nobody says it, if points are not kept for longer: 400 days, and five years.
    public static let usualRollups: [RollupWidth: Int64] = [
        .fiveMinutes: 400 * 86_400_000, .hour: 1_825 * 86_400_000,
    ]
    /// So long anomalies and incidents are kept where nobody says it: five years.
    public static let usualRecords: Int64 = 1_825 * 86_400_000

    /// Everything is kept.
    public init() {}

    /// Points are kept for a time, in milliseconds; the rest as is usual.
    public init(points: Int64) {
        self.points = points
        rollups = Self.usualRollups.mapValues { .some(Swift.max($0, points)) }
        records = max(Self.usualRecords, points)
    }

    /// Whether everything is kept.
    public var isForever: Bool { points == nil && records == nil }

    /// What goes at a moment, milliseconds since 1970: by whole hours, so that it is worth a look.
    func expiry(at now: Int64) -> Expiry {
        var expiry = Expiry()
        let hour = RollupWidth.hour
        func before(_ kept: Int64) -> Int64 { hour.begin(of: now - kept) }
        expiry.pointsBefore = points.map(before)
        for (width, kept) in rollups { expiry.rollupsBefore[width] = kept.map(before) ?? .min }
        expiry.recordsBefore = records.map(before)
        return expiry
    }
}

/// What has gone since the start, for `/metrics`.
public struct RetentionCounts: Sendable, Equatable {
    /// Points, the chunks they were in, blocks of rollups, and anomalies, changes of level and incidents.
    public var points = 0, chunks = 0, rollups = 0, records = 0
}

/// How far the look at what is old has come.
struct RetentionSweep {
    /// What the look is for; the next one begins when that has changed.
    var expiry: Expiry?
    var isDone = true
    var counts = RetentionCounts()
    /// Whether a failure was logged since the last success.
    var isTold = false
}
