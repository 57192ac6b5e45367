/// Turns points of one series into few bytes and back, exactly.
///
/// A chunk is a version byte, the number of points, and three columns: times as integers, values as
/// repeated, decimal, of full precision or raw, scores as integers or a Rice code. Every Double comes back
/// with the bits it had: -0.0, infinities, subnormals and each NaN, such as Prometheus' mark of a stale series.
/// A run of chunks, see ``joined(_:count:)``, is read as one.
public enum ChunkCodec {
    /// The most points that one chunk holds.
    public static let largestCount = 1_048_576

    private static let version: UInt8 = 1

    /// How the column of values is written.
    private enum Scheme {
        static let repeated: UInt8 = 0
        static let decimal: UInt8 = 1
        static let full: UInt8 = 2
        static let raw: UInt8 = 3
    }

    /// More bytes than this a value, and numbers of full precision may be smaller than decimals.
    private static let costlyDecimal = 4

    /// The bytes of a chunk.
    ///
    /// - Parameter points: At least one and at most ``largestCount``; columns of one length, times ascending.
    /// - Returns: About one byte a point for counters and numbers of few decimals, next to nothing for a
    ///   regular step and a repeated value, and at most nine bytes a point and some 30 more.
    /// - Complexity: O(*n*).
    public static func encode(_ points: PointColumns) -> [UInt8] {
        precondition(1...largestCount ~= points.count, "\(points.count) points in a chunk")
        precondition(
            points.values.count == points.count && points.scores.count == points.count,
            "\(points.count) times, \(points.values.count) values, \(points.scores.count) scores")
        precondition(isAscending(points.times), "times of a chunk do not ascend")
        var writer = PackedWriter()
        writer.byte(version)
        writer.number(UInt64(points.count))
        PackedIntegers.write(points.times, to: &writer)
        write(points.values, to: &writer)
        PackedScores.write(points.scores, to: &writer)
        return writer.bytes
    }

    /// The points of a chunk.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)`` for bytes that ``encode(_:)`` does not write,
    ///   ``StorageError/newer(path:found:known:)``. Bytes that are wrong and yet possible give other points.
    /// - Complexity: O(*n*); nothing is allocated for more points than the bytes may hold.
    public static func decode(_ bytes: [UInt8]) throws(StorageError) -> PointColumns {
        if bytes.first == runVersion { return try decodeRun(bytes) }
        var reader = PackedReader(bytes)
        let found = try reader.byte()
        guard found <= runVersion else {
            throw .newer(path: "chunk", found: Int(found), known: Int(runVersion))
        }
        guard found == version else { throw reader.corrupt("version \(found)") }
        let number = try reader.number()
        guard 1...UInt64(largestCount) ~= number else { throw reader.corrupt("\(number) points") }
        let count = Int(number)
        var points = PointColumns()
        points.times = try PackedIntegers.read(count: count, &reader)
        guard isAscending(points.times) else { throw reader.corrupt("times do not ascend") }
        points.values = try values(count: count, &reader)
        points.scores = try PackedScores.read(count: count, &reader)
        guard reader.remaining == 0 else { throw reader.corrupt("\(reader.remaining) bytes too many") }
        return points
    }

    private static func isAscending(_ times: [Int64]) -> Bool {
        for i in 1..<max(times.count, 1) where times[i] <= times[i - 1] { return false }
        return true
    }

    private static func write(_ values: [Double], to writer: inout PackedWriter) {
        if values.allSatisfy({ $0.bitPattern == values[0].bitPattern }) {
            writer.byte(Scheme.repeated)
            writer.word(values[0].bitPattern)
            return
        }
        var best: PackedWriter?
        if let decimals = PackedDecimals(values) {
            var column = PackedWriter()
            column.byte(Scheme.decimal)
            decimals.write(values, to: &column)
            best = column
        }
        if (best?.bytes.count ?? .max) / costlyDecimal >= values.count {
            var column = PackedWriter()
            column.byte(Scheme.full)
            PackedFloats.write(values, to: &column)
            if column.bytes.count < best?.bytes.count ?? .max { best = column }
        }
        if let best, best.bytes.count <= values.count * 8 {
            writer.append(best)
        } else {
            writer.byte(Scheme.raw)
            for value in values { writer.word(value.bitPattern) }
        }
    }

    private static func values(
        count: Int, _ reader: inout PackedReader
    ) throws(StorageError) -> [Double] {
        let scheme = try reader.byte()
        switch scheme {
        case Scheme.repeated: return [Double](repeating: Double(bitPattern: try reader.word()), count: count)
        case Scheme.decimal: return try PackedDecimals.read(count: count, &reader)
        case Scheme.full: return try PackedFloats.read(count: count, &reader)
        case Scheme.raw: return try raw(count: count, &reader)
        default: throw reader.corrupt("value scheme \(scheme)")
        }
    }

    private static func raw(count: Int, _ reader: inout PackedReader) throws(StorageError) -> [Double] {
        guard reader.remaining >= count * 8 else { throw reader.corrupt("\(count) raw values, cut short") }
        var values = [Double](repeating: 0, count: count)
        for i in values.indices { values[i] = Double(bitPattern: try reader.word()) }
        return values
    }
}
