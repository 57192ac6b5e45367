import Storage

/// Points of one series in memory that will be, or were, one chunk of the store: the earlier ones packed in blocks, the
/// newest as they are.
///
/// About a fifth of the memory of 512 plain points, and all that an append touches is the newest block.
struct HeadChunk: Sendable {
    /// One point with its score.
    struct Entry: BitwiseCopyable {
        var time: Int64
        var value: Double
        var score: UInt8
    }

    /// Plain points beyond which a block is packed.
    static let blockPoints = 64

    /// Blocks in the form of chunks, the earliest first; all before `entries`.
    private var blocks: [[UInt8]] = []
    private var packedCount = 0
    private var packedFirst: Int64 = 0
    /// The peaks of the scores of packed points, see `HeatStrip`.
    private var packedPeaks: [UInt8] = []
    /// The newest points, strictly ascending in time; not empty when there are points.
    private(set) var entries: [Entry] = []

    init() {}

    /// The points of a stored chunk.
    ///
    /// - Parameters:
    ///   - points: All of them.
    ///   - packed: The same as they are stored. A run of blocks is kept as it is, but for the last; what is empty, or no
    ///     run of small blocks, is packed anew.
    init(_ points: PointColumns, _ packed: [UInt8] = []) {
        var begin = 0
        if let parts = ChunkCodec.parts(of: packed), parts.allSatisfy({ $0.count <= Self.blockPoints }) {
            for part in parts.dropLast() {
                packedPeaks += HeatStrip.peaks(of: Array(points.scores[begin..<begin + part.count]))
                blocks.append(part.bytes)
                begin += part.count
            }
            packedFirst = points.times[0]
            packedCount = begin
        }
        for place in begin..<points.count {
            append(Entry(time: points.times[place], value: points.values[place], score: points.scores[place]))
        }
    }

    /// How many points there are.
    var count: Int { packedCount + entries.count }

    /// The time of the first point.
    var first: Int64? { packedCount > 0 ? packedFirst : entries.first?.time }

    /// The time of the last point.
    var last: Int64? { entries.last?.time }

    /// Appends a point that is later than all before.
    mutating func append(_ entry: Entry) {
        if entries.count >= Self.blockPoints { pack() }
        entries.append(entry)
    }

    /// Writes the score of the newest point.
    mutating func score(_ byte: UInt8) {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].score = byte
    }

    /// Writes other scores to points.
    ///
    /// - Returns: Whether any is another one than before.
    mutating func rescore(_ scores: [Int64: UInt8]) -> Bool {
        let old = columns
        let isChanged = old.times.indices.contains { place in
            scores[old.times[place]].map { $0 != old.scores[place] } ?? false
        }
        guard isChanged else { return false }
        unpack()
        for place in entries.indices {
            if let score = scores[entries[place].time] { entries[place].score = score }
        }
        return true
    }

    /// The value at a time; `nil` when there is no point.
    func value(at time: Int64) -> Double? {
        guard let first, let last, time >= first, time <= last else { return nil }
        if let place = place(of: time) { return place.isThere ? entries[place.index].value : nil }
        for block in blocks.reversed() {
            let points = Self.decoded(block)
            guard points.times[0] <= time else { continue }
            return points.times.firstIndex(of: time).map { points.values[$0] }
        }
        return nil
    }

    /// Inserts a point that is not later than all and not before the first, where there is none of its time.
    mutating func insert(_ entry: Entry) {
        if place(of: entry.time) == nil { unpack() }
        guard let place = place(of: entry.time), !place.isThere else { return }
        entries.insert(entry, at: place.index)
    }

    /// Takes the newest point off.
    mutating func removeLast() -> Entry? { entries.popLast() }

    /// All points.
    var columns: PointColumns {
        var columns = PointColumns()
        columns.times.reserveCapacity(count)
        columns.values.reserveCapacity(count)
        columns.scores.reserveCapacity(count)
        for block in blocks {
            let points = Self.decoded(block)
            columns.times += points.times
            columns.values += points.values
            columns.scores += points.scores
        }
        for entry in entries {
            columns.times.append(entry.time)
            columns.values.append(entry.value)
            columns.scores.append(entry.score)
        }
        return columns
    }

    /// The points as one chunk of the store, packed as they are here.
    var encoded: [UInt8] {
        guard !entries.isEmpty else { return ChunkCodec.joined(blocks, count: count) }
        return ChunkCodec.joined(blocks + [ChunkCodec.encode(plainColumns)], count: count)
    }

    private var plainColumns: PointColumns {
        var columns = PointColumns()
        columns.times = entries.map(\.time)
        columns.values = entries.map(\.value)
        columns.scores = entries.map(\.score)
        return columns
    }

    /// The last two points, as far as there are so many.
    var newestTwo: [Entry] {
        guard entries.count < 2, let block = blocks.last else { return entries.suffix(2) }
        let points = Self.decoded(block)
        let last = points.count - 1
        return [Entry(time: points.times[last], value: points.values[last], score: points.scores[last])]
            + entries
    }

    /// The peaks of the scores of eight points each, the oldest first.
    var peaks: [UInt8] { packedPeaks + HeatStrip.peaks(of: entries.map(\.score)) }

    /// About the scores of all points, the oldest first: packed ones have the peak of their eight.
    var recentScores: [UInt8] {
        packedPeaks.flatMap { repeatElement($0, count: HeatStrip.pointsPerCharacter) } + entries.map(\.score)
    }

    // MARK: - Blocks

    /// Where a time stands, or would stand, among the plain points; `nil` when that is within the packed ones.
    private func place(of time: Int64) -> (index: Int, isThere: Bool)? {
        if packedCount > 0 { guard let plain = entries.first, time >= plain.time else { return nil } }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return (low, low < entries.count && entries[low].time == time)
    }

    private mutating func pack() {
        let columns = plainColumns
        if packedCount == 0 { packedFirst = columns.times[0] }
        packedCount += entries.count
        packedPeaks += HeatStrip.peaks(of: columns.scores)
        blocks.append(ChunkCodec.encode(columns))
        entries.removeAll(keepingCapacity: entries.count == Self.blockPoints)
    }

    private mutating func unpack() {
        let all = columns
        entries = (0..<all.count).map {
            Entry(time: all.times[$0], value: all.values[$0], score: all.scores[$0])
        }
        blocks = []
        packedCount = 0
        packedPeaks = []
    }

    private static func decoded(_ block: [UInt8]) -> PointColumns {
        do throws(StorageError) {
            return try ChunkCodec.decode(block)
        } catch {
            preconditionFailure("a block in memory cannot be read: \(error)")
        }
    }
}
