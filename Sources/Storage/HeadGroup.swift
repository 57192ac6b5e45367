/// The open chunks of neighbouring series, which a store keeps as one blob.
///
/// A chunk that still grows is stored again and again; on pages of their own, those of many series would write eight
/// times what they hold. The layout is a version byte, the number of chunks, for each the place of its series in the
/// group (a byte), its points, first time, distance of the last time and bytes, and then the bytes of all.
struct HeadGroup {
    /// Series in one group: as many as waste little of their last page, and few enough to be read for one of them.
    static let size: UInt32 = 32
    private static let version: UInt8 = 1

    /// Which series: those whose numbers divided by ``size`` give this.
    let number: UInt32
    /// Their open chunks, by series.
    private(set) var heads: [StoredChunk] = []

    init(number: UInt32) {
        self.number = number
    }

    /// The number of the group of a series.
    static func number(of series: UInt32) -> UInt32 { series / size }

    /// The open chunk of a series; setting `nil` removes it.
    subscript(series: UInt32) -> StoredChunk? {
        get {
            let place = place(of: series)
            return place < heads.count && heads[place].series == series ? heads[place] : nil
        }
        set {
            let place = place(of: series)
            let isThere = place < heads.count && heads[place].series == series
            if let newValue {
                if isThere { heads[place] = newValue } else { heads.insert(newValue, at: place) }
            } else if isThere {
                heads.remove(at: place)
            }
        }
    }

    private func place(of series: UInt32) -> Int {
        var (low, high) = (0, heads.count)
        while low < high {
            let middle = (low + high) / 2
            if heads[middle].series < series { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension HeadGroup {
    /// The blob of the group.
    var bytes: [UInt8] {
        var writer = PackedWriter()
        writer.reserve(heads.reduce(16) { $0 + $1.bytes.count + 32 })
        writer.byte(Self.version)
        writer.number(UInt64(heads.count))
        for head in heads {
            writer.byte(UInt8(head.series % Self.size))
            writer.number(UInt64(head.count))
            writer.signed(head.first)
            writer.number(UInt64(bitPattern: head.last &- head.first))
            writer.number(UInt64(head.bytes.count))
        }
        for head in heads { writer.append(head.bytes) }
        return writer.bytes
    }

    /// A group from its blob.
    ///
    /// - Parameter series: The only series that is wanted; every one when `nil`.
    /// - Throws: ``StorageError/corrupt(path:detail:)``, ``StorageError/newer(path:found:known:)``.
    init(number: UInt32, bytes: [UInt8], only series: UInt32? = nil) throws(StorageError) {
        self.number = number
        var reader = PackedReader(bytes)
        let version = try reader.byte()
        guard version <= Self.version else {
            throw .newer(path: "head", found: Int(version), known: Int(Self.version))
        }
        let count = try reader.number()
        guard version == Self.version, count <= Self.size else {
            throw reader.corrupt("version \(version), \(count) open chunks")
        }
        var lengths: [Int] = []
        var last = -1
        for _ in 0..<count {
            let place = try reader.byte()
            let points = try reader.number()
            let first = try reader.signed()
            let end = first &+ Int64(bitPattern: try reader.number())
            let length = try reader.number()
            guard Int(place) > last, place < Self.size, 1...UInt64(ChunkCodec.largestCount) ~= points,
                first <= end, length <= UInt64(reader.count)
            else { throw reader.corrupt("the open chunk of place \(place)") }
            last = Int(place)
            lengths.append(Int(length))
            heads.append(
                StoredChunk(
                    series: number * Self.size + UInt32(place), first: first, last: end, count: Int(points),
                    bytes: []))
        }
        for (index, length) in lengths.enumerated() {
            let place = try reader.skip(length)
            guard series == nil || heads[index].series == series else { continue }
            heads[index].bytes = Array(reader.padded[place..<place + length])
        }
        guard reader.remaining == 0 else { throw reader.corrupt("\(reader.remaining) bytes too many") }
        if let series { heads.removeAll { $0.series != series } }
    }
}
