/// How wide the intervals are that rolled up points are counted in.
public enum RollupWidth: Int64, Sendable, CaseIterable {
    case fiveMinutes = 300_000
    case hour = 3_600_000

    /// In milliseconds; intervals begin at its multiples since 1970.
    public var milliseconds: Int64 { rawValue }

    /// The times that one stored block of rollups covers: whole days, so that a block of one width ends where one of
    /// the other may begin.
    var blockMilliseconds: Int64 { self == .fiveMinutes ? 86_400_000 : 16 * 86_400_000 }

    /// When the interval begins that a time lies in.
    public func begin(of time: Int64) -> Int64 { Self.floor(time, rawValue) }

    func block(of time: Int64) -> Int64 { Self.floor(time, blockMilliseconds) }

    private static func floor(_ time: Int64, _ width: Int64) -> Int64 {
        let rest = time % width
        let begin = time.subtractingReportingOverflow(rest < 0 ? rest + width : rest)
        return begin.overflow ? .min : begin.partialValue
    }
}

/// What is kept of the points of some intervals of one series; all columns have one length.
///
/// Only finite values count; an interval without one is not there. Sums are made in the order of the points, so that
/// they are those of a plain loop to the last bit.
public struct RollupColumns: Sendable, Equatable {
    /// When each interval begins, milliseconds since 1970; strictly ascending.
    public private(set) var times: [Int64] = []
    /// How many values there were.
    public private(set) var counts: [Double] = []
    /// Their sum, in the unit of the series.
    public private(set) var sums: [Double] = []
    /// The least of them.
    public private(set) var minima: [Double] = []
    /// The greatest.
    public private(set) var maxima: [Double] = []
    /// The latest.
    public private(set) var lasts: [Double] = []
    /// The strongest score of them, see ``ScoreByte``.
    public private(set) var worst: [UInt8] = []

    /// No interval.
    public init() {}

    /// How many intervals there are.
    public var count: Int { times.count }

    /// Takes in a point that is later than all before in its interval.
    public mutating func add(_ time: Int64, _ value: Double, _ score: UInt8, width: RollupWidth) {
        guard value.isFinite else { return }
        let begin = width.begin(of: time)
        let place = place(of: begin)
        guard place < count, times[place] == begin else {
            times.insert(begin, at: place)
            counts.insert(1, at: place)
            sums.insert(value, at: place)
            minima.insert(value, at: place)
            maxima.insert(value, at: place)
            lasts.insert(value, at: place)
            worst.insert(score, at: place)
            return
        }
        counts[place] += 1
        sums[place] += value
        minima[place] = Swift.min(minima[place], value)
        maxima[place] = Swift.max(maxima[place], value)
        lasts[place] = value
        if worst[place] == ScoreByte.unscored || score != ScoreByte.unscored && score > worst[place] {
            worst[place] = score
        }
    }

    /// Appends intervals that are all later.
    public mutating func append(_ later: RollupColumns, in range: Range<Int64>) {
        for place in later.times.indices where range.contains(later.times[place]) {
            times.append(later.times[place])
            counts.append(later.counts[place])
            sums.append(later.sums[place])
            minima.append(later.minima[place])
            maxima.append(later.maxima[place])
            lasts.append(later.lasts[place])
            worst.append(later.worst[place])
        }
    }

    /// The first place whose interval does not begin before a time; mostly the last, since points come in order.
    private func place(of time: Int64) -> Int {
        guard let last = times.last, last >= time else { return count }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A run of rollups of one series as it is stored.
public struct StoredRollup: Sendable, Equatable {
    /// The number of its series.
    public var series: UInt32
    /// The width of its intervals.
    public var width: RollupWidth
    /// Milliseconds since 1970 at which the block begins.
    public var first: Int64
    /// When its last interval begins.
    public var last: Int64
    /// How many intervals it has.
    public var count: Int
    /// What ``RollupCodec`` made of them.
    public var bytes: [UInt8]

    init(series: UInt32, width: RollupWidth, first: Int64, _ columns: RollupColumns) {
        self.series = series
        self.width = width
        self.first = first
        last = columns.times.last ?? first
        count = columns.count
        bytes = RollupCodec.encode(columns)
    }

    init(series: UInt32, width: RollupWidth, first: Int64, last: Int64, count: Int, bytes: [UInt8]) {
        self.series = series
        self.width = width
        self.first = first
        self.last = last
        self.count = count
        self.bytes = bytes
    }
}

/// Turns rollups into bytes and back, exactly: five chunks, one of each column of numbers.
public enum RollupCodec {
    private static let version: UInt8 = 1

    /// The bytes of some rollups: a version, and for each column its length (UInt32, little-endian) and its chunk. The
    /// scores stand in the first.
    ///
    /// - Parameter columns: At least one interval.
    public static func encode(_ columns: RollupColumns) -> [UInt8] {
        var bytes = [version]
        let none = [UInt8](repeating: 0, count: columns.count)
        let parts = [columns.counts, columns.sums, columns.minima, columns.maxima, columns.lasts]
        for (place, values) in parts.enumerated() {
            var points = PointColumns()
            points.times = columns.times
            points.values = values
            points.scores = place == 0 ? columns.worst : none
            let chunk = ChunkCodec.encode(points)
            withUnsafeBytes(of: UInt32(chunk.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes += chunk
        }
        return bytes
    }

    /// The rollups of some bytes.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``, ``StorageError/newer(path:found:known:)``.
    public static func decode(_ bytes: [UInt8]) throws(StorageError) -> RollupColumns {
        guard let found = bytes.first else { throw corrupt("no bytes") }
        guard found <= version else { throw .newer(path: "rollup", found: Int(found), known: Int(version)) }
        guard found == version else { throw corrupt("version \(found)") }
        var position = 1
        var parts: [PointColumns] = []
        for _ in 0..<5 {
            guard bytes.count - position >= 4 else { throw corrupt("it ends at byte \(position)") }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            position += 4
            guard length <= bytes.count - position else { throw corrupt("a column ends too early") }
            parts.append(try ChunkCodec.decode(Array(bytes[position..<position + length])))
            position += length
        }
        guard position == bytes.count, parts.allSatisfy({ $0.times == parts[0].times }) else {
            throw corrupt("its columns do not fit")
        }
        return RollupColumns(parts)
    }

    private static func corrupt(_ detail: String) -> StorageError { .corrupt(path: "rollup", detail: detail) }
}

extension RollupColumns {
    /// - Parameter parts: Counts with scores, sums, minima, maxima and lasts, of the same times.
    fileprivate init(_ parts: [PointColumns]) {
        times = parts[0].times
        counts = parts[0].values
        worst = parts[0].scores
        sums = parts[1].values
        minima = parts[2].values
        maxima = parts[3].values
        lasts = parts[4].values
    }
}
