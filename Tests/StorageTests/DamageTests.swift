import Foundation
import TestSupport
import Testing

@testable import Storage

/// A data directory with a database of some size, closed in order.
private func sample(_ place: borrowing Playground) throws {
    let store = try place.store()
    var checkpoint = Checkpoint(3, series: (0..<20).map(series))
    for id: UInt32 in 0..<20 {
        checkpoint.chunks.append(chunk(id, points(0..<300)))
        checkpoint.states.append(
            StoredState(series: id, kind: "stream/1", bytes: [UInt8](repeating: 3, count: 700)))
        checkpoint.anomalies.append(anomaly(id, 5...9))
    }
    try store.commit(checkpoint)
    _ = try store.add(model("a"))
}

/// Opens a directory that must be refused, and expects that no byte of it has changed.
@discardableResult
private func expectRefusal(_ kind: String, _ path: String, _ place: borrowing Playground) throws -> String {
    let before = try snapshot(place.path)
    let words = expectError(kind) { _ = try DataDirectory.open(path, holder: "x") }
    #expect(try snapshot(place.path) == before, "bytes were changed by a refusal")
    return words
}

/// Every record, or an error: nothing of it may crash.
private func readAll(_ store: SQLiteStore) throws {
    _ = try store.series()
    for series in try store.lastChunks() {
        for chunk in try store.chunks(of: series.series, in: Int64.min...Int64.max) {
            _ = try ChunkCodec.decode(chunk.bytes)
        }
    }
    _ = try store.states()
    _ = try store.anomalies(AnomalyFilter())
    _ = try store.models(of: nil)
    _ = try store.champions()
    _ = try store.size()
}

@Suite
struct DamageTests {
    @Test(arguments: ["empty", "text", "short", "zeros", "page type"])
    func `a damaged database is refused and left as it is`(damage: String) throws {
        let place = try Playground()
        try sample(place)
        let path = place("data/bellwether.db")
        var bytes = try read(path)
        switch damage {
        case "empty": bytes = []
        case "text": bytes = Array(String(repeating: "not a database. ", count: 500).utf8)
        case "short": bytes = Array(bytes[..<(bytes.count / 2)])
        case "zeros": for i in 100..<bytes.count { bytes[i] = 0 }
        default: bytes[4096 * 2] ^= 0xFF
        }
        try write(bytes, path)
        let words = try expectRefusal("corrupt", place("data"), place)
        #expect(words.contains(path))
        #expect(words.contains("restore a backup"))
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `flipped bytes are refused or read, and never crash`(seed: UInt64) throws {
        let place = try Playground()
        try sample(place)
        let path = place("data/bellwether.db")
        var bytes = try read(path)
        var generator = SeededGenerator(seed: seed)
        let range = seed % 3 == 0 ? 0..<100 : 0..<bytes.count
        for _ in 0..<8 {
            bytes[Int.random(in: range, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
        }
        try write(bytes, path)
        let before = try snapshot(place.path)
        do {
            let directory: DataDirectory
            do {
                directory = try DataDirectory.open(place("data"), holder: "x")
            } catch {
                #expect(try snapshot(place.path) == before, "seed \(seed): bytes were changed by a refusal")
                throw error
            }
            try readAll(SQLiteStore(directory))
        } catch let error as StorageError {
            #expect(["corrupt", "newer", "refused"].contains(error.kind), "seed \(seed): \(error)")
        }
    }

    @Test
    func `a newer version and another program's database are refused`() throws {
        let place = try Playground()
        try sample(place)
        let path = place("data/bellwether.db")
        let bytes = try read(path)
        var changed = bytes
        changed[63] = UInt8(Schema.version + 1)
        try write(changed, path)
        let words = try expectRefusal("newer", place("data"), place)
        #expect(words.contains("install a newer version"))
        changed = bytes
        changed[68] = 1
        try write(changed, path)
        #expect(try expectRefusal("refused", place("data"), place).contains("another program"))
        try write(bytes, path)
        try readAll(SQLiteStore(DataDirectory.open(place("data"), holder: "x")))
    }

    @Test
    func `a log left by a crash is kept when the database is refused, and read when it is not`() throws {
        let place = try Playground()
        let crash = try Playground()
        do {
            let store = try place.store()
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [chunk(0, points(0..<300))]))
            try store.commit(Checkpoint(2, chunks: [chunk(0, points(1000..<1300))]))
            // What a loss of power would leave: the files as they are now.
            try FileManager.default.copyItem(atPath: place("data"), toPath: crash("data"))
        }
        try FileManager.default.removeItem(atPath: crash("data/bellwether.db-shm"))
        let path = crash("data/bellwether.db")
        #expect(try !read(path + "-wal").isEmpty)
        let bytes = try read(path)
        var changed = bytes
        changed[68] = 1
        try write(changed, path)
        try expectRefusal("refused", crash("data"), crash)
        try write(Array(bytes[..<50]), path)
        try expectRefusal("corrupt", crash("data"), crash)
        changed = bytes
        changed[18] = 1
        changed[19] = 1
        try write(changed, path)
        #expect(try expectRefusal("refused", crash("data"), crash).contains("another database"))

        // A log that says the database is of a newer version.
        try write(bytes, path)
        let newer = try Playground()
        try FileManager.default.copyItem(atPath: crash("data"), toPath: newer("data"))
        do {
            let database = try Connection(newer("data/bellwether.db"), .write)
            database.keepLogOnClose(true)
            try database.run("PRAGMA user_version = 99")
        }
        try FileManager.default.removeItem(atPath: newer("data/bellwether.db-shm"))
        try expectRefusal("newer", newer("data"), newer)

        let store = try SQLiteStore(DataDirectory.open(crash("data"), holder: "x"))
        #expect(try store.journalSegment() == 2)
        #expect(try store.size().points == 600)
    }

    @Test
    func `the database itself refuses to change a model`() throws {
        let place = try Playground()
        try sample(place)
        let database = try Connection(place("data/bellwether.db"), .write)
        for sql in [
            "UPDATE model SET method = 'x'", "DELETE FROM model", "UPDATE model_metric SET value = 1",
            "DELETE FROM model_metric",
        ] {
            let words = expectError("refused") { try database.run(sql) }
            #expect(words.contains("a stored model never changes"))
        }
    }
}

@Test(arguments: 0..<12 as Range<Int>)
func `a flipped bit in the numbers of a chunk or a state is told and changes nothing`(bit: Int) throws {
    let place = try Playground()
    try sample(place)
    let path = place("data/bellwether.db")
    var bytes = try read(path)
    let wanted =
        bit % 2 == 0 ? ChunkCodec.encode(points(0..<300)) : [UInt8](repeating: 3, count: 700)
    let start = try #require(
        bytes.indices.first { bytes.dropFirst($0).starts(with: wanted) }, "the blob is not in the file")
    bytes[start + wanted.count / 2 + bit] ^= 1 << UInt8(bit % 8)
    try write(bytes, path)
    let words = try expectRefusal("corrupt", place("data"), place)
    #expect(words.contains("checksum"), "\(words)")
}
