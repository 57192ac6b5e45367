extension ChunkCodec {
    /// The version byte of a run: several chunks one after the other, read as one.
    static let runVersion: UInt8 = 2

    /// Chunks that follow one another as one, without a look into them.
    ///
    /// What fills a chunk piece by piece hands the pieces over as they are; they are packed together when it is full.
    ///
    /// - Parameters:
    ///   - parts: At least one, each of ``encode(_:)``; the earliest first.
    ///   - count: The points of all, at most ``largestCount``.
    /// - Returns: What ``decode(_:)`` reads as one chunk; a few bytes more than all parts.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func joined(_ parts: [[UInt8]], count: Int) -> [UInt8] {
        precondition(!parts.isEmpty && 1...largestCount ~= count, "\(parts.count) parts of \(count) points")
        if parts.count == 1 { return parts[0] }
        var writer = PackedWriter()
        writer.reserve(parts.reduce(10) { $0 + $1.count + 4 })
        writer.byte(runVersion)
        writer.number(UInt64(count))
        for part in parts {
            writer.number(UInt64(part.count))
            writer.append(part)
        }
        return writer.bytes
    }

    /// What a chunk is joined of, each with the number of its points: itself when it is no run.
    ///
    /// - Returns: `nil` for bytes that neither ``encode(_:)`` nor ``joined(_:count:)`` has written; those that pass may
    ///   still be no chunk for ``decode(_:)``.
    public static func parts(of bytes: [UInt8]) -> [(bytes: [UInt8], count: Int)]? {
        do throws(StorageError) {
            var reader = PackedReader(bytes)
            let found = try reader.byte()
            let count = try reader.number()
            guard found <= runVersion, 1...UInt64(largestCount) ~= count else { return nil }
            guard found == runVersion else { return [(bytes, Int(count))] }
            var parts: [(bytes: [UInt8], count: Int)] = []
            while reader.remaining > 0 {
                let length = try reader.number()
                guard length <= UInt64(reader.remaining) else { return nil }
                let place = try reader.skip(Int(length))
                let part = Array(reader.padded[place..<place + Int(length)])
                guard part.first != runVersion, let only = Self.parts(of: part)?.first else { return nil }
                parts.append(only)
            }
            return parts.isEmpty || parts.reduce(0) { $0 + $1.count } != Int(count) ? nil : parts
        } catch {
            return nil
        }
    }

    /// The points of a run.
    static func decodeRun(_ bytes: [UInt8]) throws(StorageError) -> PointColumns {
        var reader = PackedReader(bytes)
        _ = try reader.byte()
        let number = try reader.number()
        guard 1...UInt64(largestCount) ~= number else { throw reader.corrupt("\(number) points") }
        var points = PointColumns()
        while reader.remaining > 0 {
            let length = try reader.number()
            guard length <= UInt64(reader.remaining) else {
                throw reader.corrupt("a part of \(length) bytes")
            }
            let place = try reader.skip(Int(length))
            let part = Array(reader.padded[place..<place + Int(length)])
            guard part.first != runVersion else { throw reader.corrupt("a run within a run") }
            let decoded = try decode(part)
            guard points.times.last ?? Int64.min < decoded.times[0] || points.count == 0 else {
                throw reader.corrupt("times do not ascend")
            }
            points.times += decoded.times
            points.values += decoded.values
            points.scores += decoded.scores
            guard points.count <= Int(number) else { throw reader.corrupt("more than \(number) points") }
        }
        guard points.count == Int(number) else { throw reader.corrupt("\(points.count) of \(number) points") }
        return points
    }
}
