import Foundation
import Testing

@testable import Storage

@Suite
struct BackupTests {
    private func filled(_ place: borrowing Playground) throws -> SQLiteStore {
        let store = try place.store()
        var checkpoint = Checkpoint(7, series: [series(0)], chunks: [chunk(0, points(0..<400))])
        checkpoint.time = 5
        _ = try store.add(model("a"))
        checkpoint.champions = [("a", 1)]
        try store.commit(checkpoint)
        return store
    }

    @Test
    func `a backup taken while the service writes is restored elsewhere`() throws {
        let place = try Playground()
        let store = try filled(place)
        try SQLiteStore.backup(database: store.directory.databasePath, to: place("copy.db"))
        try store.commit(Checkpoint(8, chunks: [chunk(0, points(500..<600))]))
        #expect(try snapshot(place.path).keys.filter { !$0.hasPrefix("data") } == ["copy.db"])

        let copy = try read(place("copy.db"))
        try SQLiteStore.restore(backup: place("copy.db"), into: place("again"))
        #expect(try read(place("copy.db")) == copy)
        let restored = try SQLiteStore(DataDirectory.open(place("again"), holder: "x"))
        #expect(try restored.size().points == 400)
        #expect(try restored.champions() == ["a": 1])
        #expect(try restored.model("a", version: 1)?.parameters.count == 100)
        #expect(try restored.journalSegment() == 0, "the journal begins anew")
        try restored.commit(Checkpoint(1, chunks: [chunk(0, points(500..<600))]))
        #expect(try restored.size().points == 500)
    }

    @Test
    func `a backup needs no service, and leaves the database as it was`() throws {
        let place = try Playground()
        do { _ = try filled(place) }
        let before = try snapshot(place("data"))
        try SQLiteStore.backup(database: place("data/bellwether.db"), to: place("copy.db"))
        #expect(try snapshot(place("data")) == before)
        // A copy may also stand in for the database by hand.
        try FileManager.default.copyItem(atPath: place("copy.db"), toPath: place("data/other.db"))
        _ = Foundation.rename(place("data/other.db"), place("data/bellwether.db"))
        #expect(try place.store().size().points == 400)
    }

    @Test
    func `a backup overwrites nothing and leaves nothing behind`() throws {
        let place = try Playground()
        let store = try filled(place)
        let database = store.directory.databasePath
        try write([1], place("copy.db"))
        #expect(
            expectError("refused") { try SQLiteStore.backup(database: database, to: place("copy.db")) }
                .contains("choose another name"))
        #expect(try read(place("copy.db")) == [1])
        try FileManager.default.removeItem(atPath: place("copy.db"))
        #expect(throws: StorageError.self) {
            try SQLiteStore.backup(database: database, to: place("no/copy.db"))
        }
        #expect(throws: StorageError.self) {
            try SQLiteStore.backup(database: place("none"), to: place("copy.db"))
        }
        try write([2], place("text"))
        expectError("corrupt") { try SQLiteStore.backup(database: place("text"), to: place("copy.db")) }
        #expect(try snapshot(place.path).keys.filter { !$0.hasPrefix("data") } == ["text"])
    }

    @Test
    func `what is not a sound backup is not restored`() throws {
        let place = try Playground()
        do {
            let store = try filled(place)
            expectError("refused") {
                try SQLiteStore.restore(backup: store.directory.databasePath, into: place("again"))
            }
            try SQLiteStore.backup(database: store.directory.databasePath, to: place("copy.db"))
        }
        let bytes = try read(place("copy.db"))
        var changed = bytes
        changed[4096 * 3] ^= 0xFF
        try write(changed, place("damaged.db"))
        changed = bytes
        changed[63] = 77
        try write(changed, place("newer.db"))
        try write([], place("empty.db"))
        expectError("refused") { try SQLiteStore.restore(backup: place("damaged.db"), into: place("again")) }
        expectError("newer") { try SQLiteStore.restore(backup: place("newer.db"), into: place("again")) }
        expectError("refused") { try SQLiteStore.restore(backup: place("empty.db"), into: place("again")) }
        #expect(throws: StorageError.self) {
            try SQLiteStore.restore(backup: place("none.db"), into: place("again"))
        }
        #expect(!FileManager.default.fileExists(atPath: place("again")))
    }

    @Test
    func `a restore does not touch a directory that is in use or has data`() throws {
        let place = try Playground()
        var store: SQLiteStore? = try filled(place)
        try SQLiteStore.backup(database: place("data/bellwether.db"), to: place("copy.db"))
        expectError("locked") { try SQLiteStore.restore(backup: place("copy.db"), into: place("data")) }
        withExtendedLifetime(store) {}
        store = nil
        #expect(
            expectError("refused") { try SQLiteStore.restore(backup: place("copy.db"), into: place("data")) }
                .contains("restore into a new directory"))
        _ = try DataDirectory.open(place("other"), holder: "x")
        try write([1], place("other/journal/000001"))
        expectError("refused") { try SQLiteStore.restore(backup: place("copy.db"), into: place("other")) }
    }
}
