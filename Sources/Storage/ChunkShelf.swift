/// How the first time of a stored chunk came about.
///
/// A caller that still fills a chunk stores it again under the same first time, without the late points that
/// were merged into it meanwhile. The origin says when such a replacement would lose points.
enum ChunkOrigin: Int64 {
    /// As the caller stored it: the next one of the same first time replaces it.
    case whole = 0
    /// The caller's, with late points merged in: the next one is merged over it.
    case mended = 1
    /// Made of late points, or split off: no caller knows of it.
    case made = 2
}

/// A stored chunk without its bytes.
struct ShelvedChunk {
    var series: UInt32
    /// Milliseconds since 1970 of the first and the last point.
    var first: Int64
    var last: Int64
    var count: Int
    var byteCount: Int
    var origin: ChunkOrigin
}

/// The chunks of every series, by series and first time. Those of one series never overlap.
protocol ChunkShelf {
    /// Where it is, for errors.
    var path: String { get }
    /// The last chunk of a series that begins at a time or before it.
    func floor(_ series: UInt32, _ time: Int64) throws(StorageError) -> ShelvedChunk?
    /// The first chunk of a series that begins after a time.
    func next(_ series: UInt32, after time: Int64) throws(StorageError) -> ShelvedChunk?
    func bytes(of chunk: ShelvedChunk) throws(StorageError) -> [UInt8]
    /// Stores a chunk where there is none.
    mutating func insert(_ chunk: StoredChunk, origin: ChunkOrigin) throws(StorageError)
    mutating func remove(_ chunk: ShelvedChunk) throws(StorageError)
    /// Stores a chunk in the place of one of the same series and first time.
    mutating func replace(_ old: ShelvedChunk, with chunk: StoredChunk) throws(StorageError)
    /// The open chunk of a series; every other function knows of closed ones alone.
    mutating func head(of series: UInt32) throws(StorageError) -> StoredChunk?
    mutating func setHead(of series: UInt32, to head: StoredChunk?) throws(StorageError)
}

/// The most points in a chunk that a store makes itself.
let longestChunk = 512

extension ChunkShelf {
    /// Stores a caller's chunk: it replaces the one of the same first time, and wins where it overlaps
    /// others.
    mutating func store(_ chunk: StoredChunk) throws(StorageError) {
        precondition(chunk.first <= chunk.last, "a chunk from \(chunk.first) to \(chunk.last)")
        guard let below = try floor(chunk.series, chunk.last), below.last >= chunk.first else {
            return try insert(chunk, origin: .whole)
        }
        if below.first == chunk.first, below.origin == .whole { return try replace(below, with: chunk) }
        var points = try decoded(chunk.bytes, series: chunk.series, first: chunk.first)
        var time = chunk.last
        while let old = try floor(chunk.series, time), old.last >= chunk.first {
            if old.first != chunk.first || old.origin != .whole {
                points = points.merged(with: try decoded(old)[...])
            }
            try remove(old)
            guard old.first > Int64.min else { break }
            time = old.first - 1
        }
        try insert(points, series: chunk.series, origin: .mended)
    }

    /// Merges late points into the chunks they belong to; where both have a point, the stored one stays.
    ///
    /// A point belongs to the last chunk that begins before it; those before every chunk make chunks of their
    /// own.
    ///
    /// - Complexity: O(*n* + *c*) for *n* late points and *c* points in the chunks that they fall into.
    mutating func merge(_ late: PointColumns, into series: UInt32) throws(StorageError) {
        var from = 0
        while from < late.count {
            let time = late.times[from]
            var target = try floor(series, time)
            var above = try next(series, after: time)
            if target == nil, let first = above, first.origin == .made {
                target = first
                above = try next(series, after: first.first)
            }
            var end = late.count
            if let above { end = from + late.times[from...].prefixLength { $0 < above.first } }
            let stored = if let target { try decoded(target) } else { PointColumns() }
            let merged = stored.merged(with: late[from..<end])
            if merged.count > stored.count {
                if let target { try remove(target) }
                let origin: ChunkOrigin = target.map { $0.origin == .made ? .made : .mended } ?? .made
                try insert(merged, series: series, origin: origin)
            }
            from = end
        }
    }

    /// Writes other scores to stored points; a time without a point is passed over.
    mutating func rescore(_ revision: StoredRevision) throws(StorageError) {
        var place = 0
        while place < revision.times.count {
            let time = revision.times[place]
            guard let chunk = try floor(revision.series, time), chunk.last >= time else {
                place += 1
                continue
            }
            var points = try decoded(chunk)
            var at = 0
            while place < revision.times.count, revision.times[place] <= chunk.last {
                while at < points.count, points.times[at] < revision.times[place] { at += 1 }
                if at < points.count, points.times[at] == revision.times[place] {
                    points.scores[at] = revision.scores[place]
                }
                place += 1
            }
            try remove(chunk)
            try insert(
                StoredChunk(
                    series: chunk.series, first: chunk.first, last: chunk.last, count: chunk.count,
                    bytes: ChunkCodec.encode(points)),
                origin: chunk.origin)
        }
    }

    /// Merges the late points of a checkpoint, those of one series at once.
    mutating func merge(_ late: [(series: UInt32, points: PointColumns)]) throws(StorageError) {
        var bySeries: [UInt32: [PointColumns]] = [:]
        for (series, points) in late where points.count > 0 { bySeries[series, default: []].append(points) }
        for (series, parts) in bySeries.sorted(by: { $0.key < $1.key }) {
            let points = parts.count == 1 ? parts[0] : PointColumns(joining: parts)
            try close(headOf: series, before: points)
            try merge(points, into: series)
        }
    }

    /// Stores points as chunks of nearly equal length, so that a full chunk that grows leaves no crumbs.
    private mutating func insert(
        _ points: PointColumns, series: UInt32, origin: ChunkOrigin
    ) throws(StorageError) {
        let parts = (points.count + longestChunk - 1) / longestChunk
        for part in 0..<parts {
            let range = part * points.count / parts..<(part + 1) * points.count / parts
            let slice = PointColumns(points[range])
            try insert(
                StoredChunk(
                    series: series, first: points.times[range.lowerBound],
                    last: points.times[range.upperBound - 1], count: range.count,
                    bytes: ChunkCodec.encode(slice)),
                origin: part == 0 ? origin : .made)
        }
    }

    func decoded(_ chunk: ShelvedChunk) throws(StorageError) -> PointColumns {
        try decoded(try bytes(of: chunk), series: chunk.series, first: chunk.first)
    }

    /// The points of a chunk; an error names the store and the chunk.
    private func decoded(_ bytes: [UInt8], series: UInt32, first: Int64) throws(StorageError) -> PointColumns
    {
        do throws(StorageError) {
            return try ChunkCodec.decode(bytes)
        } catch {
            var detail = "\(error)"
            if case .corrupt(_, let text) = error { detail = text }
            throw .corrupt(path: path, detail: "the chunk of series \(series) at \(first): \(detail)")
        }
    }
}

extension ArraySlice {
    /// How many elements there are before the first that fails a test that sorted elements fail from some
    /// place on.
    fileprivate func prefixLength(while test: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if test(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low - startIndex
    }
}
