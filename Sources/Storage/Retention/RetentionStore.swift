/// What is old enough to go, and how much of it may go at once.
public struct Expiry: Sendable, Equatable {
    /// Chunks whose last point is before this time go, rolled up first; milliseconds since 1970, `nil` for none.
    public var pointsBefore: Int64?
    /// Blocks of rollups that end before this time go; a width that is not here is not made.
    public var rollupsBefore: [RollupWidth: Int64] = [:]
    /// Anomalies, changes of level and resolved incidents that ended before this time go; `nil` for none.
    public var recordsBefore: Int64?
    /// The series with which to begin.
    public var from: UInt32 = 0
    /// At most so many chunks and blocks.
    public var most = 500
    /// At most so many series are looked at.
    public var mostSeries = 2_000

    /// Nothing goes.
    public init() {}
}

/// What has gone.
public struct Expired: Sendable, Equatable {
    /// Chunks of points.
    public var chunks = 0
    /// The points in them.
    public var points = 0
    /// Blocks of rollups.
    public var rollups = 0
    /// Anomalies, changes of level and incidents.
    public var records = 0
    /// The series with which to go on; `nil` when all were looked at.
    public var next: UInt32?

    /// Nothing.
    public init() {}
}

/// Lets go of what is old. Every call is one transaction.
public protocol RetentionStore: Sendable {
    /// Rolls up and removes whole chunks that lie before a time, and removes what else is old.
    ///
    /// The newest chunk of a series stays, however old it is: with it the series goes on where it was.
    ///
    /// - Complexity: O(*s* log *n* + *c*) for *s* series that are looked at and *c* chunks that go.
    func expire(_ expiry: Expiry) throws(StorageError) -> Expired

    /// The rollups of a series that begin in some times, the earliest first.
    func rollups(
        of series: UInt32, _ width: RollupWidth, in times: Range<Int64>
    ) throws(StorageError) -> RollupColumns

    /// When the first interval of the rollups of a series begins; `nil` without one.
    func firstRollup(of series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64?
}

/// The blocks of rollups, by series, width and first time.
protocol RollupShelf {
    func rollup(
        _ series: UInt32, _ width: RollupWidth, at first: Int64
    ) throws(StorageError) -> RollupColumns?
    mutating func put(_ rollup: StoredRollup) throws(StorageError)
    /// The first block of a series.
    func firstBlock(_ series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64?
    mutating func removeRollup(_ series: UInt32, _ width: RollupWidth, at first: Int64) throws(StorageError)
}

extension ChunkShelf where Self: RollupShelf {
    /// Lets go of what is old of one series.
    ///
    /// - Parameter left: How many chunks and blocks may go; less by those that went.
    mutating func expire(
        _ series: UInt32, _ expiry: Expiry, left: inout Int, _ expired: inout Expired
    ) throws(StorageError) {
        var fold = RollupFold(
            series: series, widths: RollupWidth.allCases.filter { expiry.rollupsBefore[$0] != nil })
        if let before = expiry.pointsBefore {
            var time = Int64.min
            while left > 0, let chunk = try first(series, from: time), chunk.last < before,
                try next(series, after: chunk.first) != nil
            {
                try fold.add(try decoded(chunk), to: self)
                try remove(chunk)
                expired.chunks += 1
                expired.points += chunk.count
                left -= 1
                time = chunk.first
            }
        }
        try fold.store(in: &self)
        for width in RollupWidth.allCases {
            guard let before = expiry.rollupsBefore[width] else { continue }
            while left > 0, let first = try firstBlock(series, width),
                first.addingReportingOverflow(width.blockMilliseconds).partialValue <= before
            {
                try removeRollup(series, width, at: first)
                expired.rollups += 1
                left -= 1
            }
        }
    }

    private func first(_ series: UInt32, from time: Int64) throws(StorageError) -> ShelvedChunk? {
        if let chunk = try floor(series, time) { return chunk }
        return try next(series, after: time)
    }
}

/// Rollups of one series on their way, block by block.
private struct RollupFold {
    let series: UInt32
    let widths: [RollupWidth]
    private var blocks: [RollupWidth: [Int64: RollupColumns]] = [:]

    init(series: UInt32, widths: [RollupWidth]) {
        self.series = series
        self.widths = widths
    }

    mutating func add(_ points: PointColumns, to shelf: some RollupShelf) throws(StorageError) {
        for width in widths {
            var first: Int64?
            var block = RollupColumns()
            for place in 0..<points.count where points.values[place].isFinite {
                let begin = width.block(of: points.times[place])
                if begin != first {
                    if let first { blocks[width, default: [:]][first] = block }
                    first = begin
                    if let known = blocks[width]?[begin] {
                        block = known
                    } else {
                        block = try shelf.rollup(series, width, at: begin) ?? RollupColumns()
                    }
                }
                block.add(points.times[place], points.values[place], points.scores[place], width: width)
            }
            if let first { blocks[width, default: [:]][first] = block }
        }
    }

    func store(in shelf: inout some RollupShelf) throws(StorageError) {
        for (width, blocks) in blocks {
            for (first, block) in blocks where block.count > 0 {
                try shelf.put(StoredRollup(series: series, width: width, first: first, block))
            }
        }
    }
}
