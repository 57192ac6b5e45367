/// What one record of the journal says.
public enum JournalEntry: Sendable, Equatable {
    /// Series that appear for the first time.
    case series([StoredSeries])
    /// Points that arrived together.
    case points(PointBatch)
    /// What changed in series that points do not tell, each at a step of its series and not at its place in the journal.
    case changes([StoredSnapshot])
}

extension JournalEntry {
    private static let version: UInt8 = 1
    /// The newest version that is read: it added ``changes(_:)``.
    private static let newest: UInt8 = 2

    /// The second byte of an entry.
    private enum Kind {
        static let series: UInt8 = 1
        static let points: UInt8 = 2
        /// Points whose times are runs: each a time and how often it repeats.
        static let pointsInRuns: UInt8 = 3
        static let changes: UInt8 = 4
    }

    /// Whether the bytes of an entry say that it holds changes; nothing of it is decoded.
    public static func holdsChanges(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.dropFirst().first == Kind.changes
    }

    /// The payload of its record: a version, a kind, and columns that are copied as they lie in memory.
    ///
    /// - Returns: 20 bytes a point, 12 when many points share a time; 8 bytes and its labels for a series; 20 bytes, its
    ///   kind and what it says for a change.
    /// - Complexity: O(*n*).
    public func encoded() -> [UInt8] {
        switch self {
        case .series(let series): Self.encode(series)
        case .points(let batch): Self.encode(batch)
        case .changes(let changes): Self.encode(changes)
        }
    }

    /// The entry of a record.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``, ``StorageError/newer(path:found:known:)``.
    /// - Complexity: O(*n*).
    public init(decoding bytes: [UInt8]) throws(StorageError) {
        var reader = RawReader(bytes)
        let found = try reader.number(UInt8.self)
        guard found <= Self.newest else {
            throw .newer(path: "journal entry", found: Int(found), known: Int(Self.newest))
        }
        guard found >= Self.version else { throw reader.corrupt("version \(found)") }
        let kind = try reader.number(UInt8.self)
        switch kind {
        case Kind.series: self = .series(try Self.series(&reader))
        case Kind.points, Kind.pointsInRuns:
            self = .points(try Self.points(&reader, inRuns: kind == Kind.pointsInRuns))
        case Kind.changes: self = .changes(try Self.changes(&reader))
        default: throw reader.corrupt("kind \(kind)")
        }
        guard reader.remaining == 0 else { throw reader.corrupt("\(reader.remaining) bytes too many") }
    }
}

// MARK: - Series

extension JournalEntry {
    private static func encode(_ series: [StoredSeries]) -> [UInt8] {
        var writer = RawWriter(capacity: series.reduce(6) { $0 + 8 + $1.labels.count })
        writer.number(version)
        writer.number(Kind.series)
        writer.number(UInt32(series.count))
        for one in series {
            writer.number(one.id)
            writer.number(UInt32(one.labels.count))
            writer.append(one.labels)
        }
        return writer.bytes
    }

    private static func series(_ reader: inout RawReader) throws(StorageError) -> [StoredSeries] {
        let count = Int(try reader.number(UInt32.self))
        guard count <= reader.remaining / 8 else { throw reader.corrupt("\(count) series, cut short") }
        var series: [StoredSeries] = []
        series.reserveCapacity(count)
        for _ in 0..<count {
            let id = try reader.number(UInt32.self)
            let length = Int(try reader.number(UInt32.self))
            series.append(StoredSeries(id: id, labels: try reader.bytes(length)))
        }
        return series
    }
}

// MARK: - Changes

extension JournalEntry {
    private static func encode(_ changes: [StoredSnapshot]) -> [UInt8] {
        var writer = RawWriter(
            capacity: changes.reduce(6) { $0 + 20 + $1.kind.utf8.count + $1.bytes.count })
        writer.number(newest)
        writer.number(Kind.changes)
        writer.number(UInt32(changes.count))
        for one in changes {
            let kind = Array(one.kind.utf8)
            writer.number(one.series)
            writer.number(one.time)
            writer.number(UInt32(kind.count))
            writer.append(kind)
            writer.number(UInt32(one.bytes.count))
            writer.append(one.bytes)
        }
        return writer.bytes
    }

    private static func changes(_ reader: inout RawReader) throws(StorageError) -> [StoredSnapshot] {
        let count = Int(try reader.number(UInt32.self))
        guard count <= reader.remaining / 20 else { throw reader.corrupt("\(count) changes, cut short") }
        var changes: [StoredSnapshot] = []
        changes.reserveCapacity(count)
        for _ in 0..<count {
            let series = try reader.number(UInt32.self)
            let time = try reader.number(Int64.self)
            let kind = try reader.bytes(Int(try reader.number(UInt32.self)))
            guard let kind = String(validating: kind, as: UTF8.self) else {
                throw reader.corrupt("a kind that is no text")
            }
            let length = Int(try reader.number(UInt32.self))
            changes.append(
                StoredSnapshot(series: series, time: time, kind: kind, bytes: try reader.bytes(length)))
        }
        return changes
    }
}

// MARK: - Points

extension JournalEntry {
    private static func encode(_ batch: PointBatch) -> [UInt8] {
        precondition(
            batch.series.count == batch.count && batch.values.count == batch.count,
            "\(batch.series.count) series, \(batch.count) times, \(batch.values.count) values")
        let runs = Runs(batch.times)
        var writer = RawWriter(capacity: 10 + batch.count * 20)
        writer.number(version)
        writer.number(runs == nil ? Kind.points : Kind.pointsInRuns)
        writer.number(UInt32(batch.count))
        if let runs {
            writer.number(UInt32(runs.times.count))
            writer.column(runs.times)
            writer.column(runs.counts)
        } else {
            writer.column(batch.times)
        }
        writer.column(batch.series)
        writer.column(batch.values)
        return writer.bytes
    }

    private static func points(
        _ reader: inout RawReader, inRuns: Bool
    ) throws(StorageError) -> PointBatch {
        let count = Int(try reader.number(UInt32.self))
        // A series and a value take twelve bytes, whatever becomes of the times.
        guard count <= reader.remaining / 12 else { throw reader.corrupt("\(count) points, cut short") }
        let times =
            inRuns ? try Runs.times(count: count, &reader) : try reader.column(Int64.self, count: count)
        let series = try reader.column(UInt32.self, count: count)
        return PointBatch(
            series: series, times: times, values: try reader.column(Double.self, count: count))
    }

    /// Times that repeat.
    private struct Runs {
        var times: [Int64] = []
        var counts: [UInt32] = []

        /// `nil` when runs would take no less room than the times.
        init?(_ all: [Int64]) {
            let most = all.count * 2 / 3
            var start = 0
            while start < all.count {
                if times.count == most { return nil }
                var end = start + 1
                while end < all.count, all[end] == all[start] { end += 1 }
                times.append(all[start])
                counts.append(UInt32(end - start))
                start = end
            }
        }

        static func times(count: Int, _ reader: inout RawReader) throws(StorageError) -> [Int64] {
            let number = Int(try reader.number(UInt32.self))
            guard number <= reader.remaining / 12 else { throw reader.corrupt("\(number) runs, cut short") }
            let times = try reader.column(Int64.self, count: number)
            let counts = try reader.column(UInt32.self, count: number)
            guard counts.reduce(0, { $0 + Int($1) }) == count else {
                throw reader.corrupt("\(number) runs of other than \(count) points")
            }
            var all: [Int64] = []
            all.reserveCapacity(count)
            for (time, repeats) in zip(times, counts) {
                all.append(contentsOf: repeatElement(time, count: Int(repeats)))
            }
            return all
        }
    }
}
