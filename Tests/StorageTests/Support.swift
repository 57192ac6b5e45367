import Foundation
import Glibc
import TestSupport
import Testing
import TimeSeries

@testable import Storage

/// A directory of its own for one test, removed at the end.
final class Playground {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/bellwether-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// A store in the directory `data`.
    func store() throws -> SQLiteStore {
        try SQLiteStore(DataDirectory.open(self("data"), holder: "a test"))
    }
}

/// Both implementations of a store; each call makes an empty one.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, memory

    var testDescription: String { rawValue }

    /// Calls a test with an empty store.
    func with(_ body: (any Store) throws -> Void) throws {
        switch self {
        case .memory: try body(MemoryStore())
        case .sqlite:
            let place = try Playground()
            try body(place.store())
        }
    }
}

/// The bytes of every file below a directory, by path; directories have none.
func snapshot(_ path: String) throws -> [String: [UInt8]?] {
    var files: [String: [UInt8]?] = [:]
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    for name in names {
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isDirectory)
        files[name] = isDirectory.boolValue ? .some(nil) : try read(path + "/" + name)
    }
    return files
}

func read(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

// MARK: - Records

func points(_ times: some Sequence<Int64>, value: Double = 0) -> PointColumns {
    var points = PointColumns()
    for time in times { points.append(time, value + Double(time), UInt8(truncatingIfNeeded: time)) }
    return points
}

func chunk(_ series: UInt32, _ points: PointColumns) -> StoredChunk {
    StoredChunk(
        series: series, first: points.times[0], last: points.times[points.count - 1], count: points.count,
        bytes: ChunkCodec.encode(points))
}

func series(_ id: UInt32) -> StoredSeries {
    StoredSeries(id: id, labels: Labels(metric: "series \(id)").encoded)
}

func anomaly(_ series: UInt32, _ range: ClosedRange<Int64>, definition: String = "") -> StoredAnomaly {
    StoredAnomaly(
        series: series, from: range.lowerBound, to: range.upperBound, began: range.lowerBound - 5, count: 3,
        isOpen: true, peak: range.lowerBound, value: 7.25, expected: -0.1, lower: -.infinity, upper: 1e-300,
        score: 1.5,
        pValue: 1e-9, direction: -1, evidence: "residual", definition: definition, definitionHash: "abc")
}

func model(_ definition: String, method: String = "ridge", bytes: Int = 100) -> StoredModel {
    StoredModel(
        definition: definition, version: 0, method: method, created: 1_000, windowFirst: -5, windowLast: 900,
        configurationHash: "hash",
        metrics: [.init(name: "mase", value: 0.1), .init(name: "coverage", value: 0.95)],
        parent: nil, checksum: "sha256:00", parameters: [UInt8](repeating: 9, count: bytes))
}

extension Checkpoint {
    /// A checkpoint of some series and chunks.
    init(_ segment: Int, series: [StoredSeries] = [], chunks: [StoredChunk] = []) {
        self.init(journalSegment: segment)
        self.series = series
        self.chunks = chunks
    }
}

extension StorageError {
    /// The name of the case.
    var kind: String { String("\(Mirror(reflecting: self).children.first?.label ?? "")") }
}

/// Expects a storage error of one kind, and answers its words.
@discardableResult
func expectError(
    _ kind: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> String {
    do {
        try body()
        Issue.record("nothing was refused, for \(kind)", sourceLocation: sourceLocation)
    } catch let error as StorageError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        return error.description
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
    return ""
}

func expectSize(
    of store: any Store, _ points: Int, _ bytes: Int, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let size = try store.size()
    #expect(size.points == points, sourceLocation: sourceLocation)
    #expect(size.chunkBytes == bytes, sourceLocation: sourceLocation)
}
