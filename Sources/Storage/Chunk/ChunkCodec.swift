/// Points as bytes.
public enum ChunkCodec {
    /// The bytes of some points: their count, then each column.
    public static func encode(_ points: PointColumns) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + points.count * 17)
        withUnsafeBytes(of: UInt32(points.count).littleEndian) { bytes += $0 }
        for time in points.times { withUnsafeBytes(of: time.littleEndian) { bytes += $0 } }
        for value in points.values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        return bytes + points.scores
    }

    /// The points of some bytes.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)`` when they are not of this form.
    public static func decode(_ bytes: [UInt8]) throws(StorageError) -> PointColumns {
        guard bytes.count >= 4 else { throw .corrupt(path: "", detail: "a chunk of \(bytes.count) bytes") }
        let count = bytes[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count == 4 + count * 17 else {
            throw .corrupt(path: "", detail: "a chunk of \(bytes.count) bytes for \(count) points")
        }
        return bytes.withUnsafeBytes { raw in
            var points = PointColumns()
            points.times = (0..<count).map {
                Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 4 + $0 * 8, as: Int64.self))
            }
            points.values = (0..<count).map {
                let bits = raw.loadUnaligned(fromByteOffset: 4 + count * 8 + $0 * 8, as: UInt64.self)
                return Double(bitPattern: UInt64(littleEndian: bits))
            }
            points.scores = Array(raw[(4 + count * 16)...])
            return points
        }
    }
}
