import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite
struct CrashTests {
    /// The points that round `n` leaves, and nothing of round `n` + 1.
    private func checkpoint(_ round: Int) -> Checkpoint {
        var checkpoint = Checkpoint(round, series: [series(UInt32(round))])
        for id in 1...UInt32(round) {
            checkpoint.chunks.append(chunk(id, points([Int64(round) * 10, Int64(round) * 10 + 1])))
            checkpoint.states.append(StoredState(series: id, kind: "stream/1", bytes: [UInt8(round)]))
        }
        checkpoint.late = [(1, points([Int64(-round)]))]
        return checkpoint
    }

    /// Copies of database and log, taken at any moment, cut anywhere: an old round or the new one, never half
    /// of it.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `a log that ends anywhere shows a whole checkpoint`(seed: UInt64) throws {
        let place = try Playground()
        let crash = try Playground()
        let store = try place.store()
        var generator = SeededGenerator(seed: seed)
        let rounds = Int.random(in: 1...12, using: &generator)
        for round in 1...rounds { try store.commit(checkpoint(round)) }
        try FileManager.default.createDirectory(atPath: crash("data"), withIntermediateDirectories: false)
        try write(try read(place("data/bellwether.db")), crash("data/bellwether.db"))
        var log = try read(place("data/bellwether.db-wal"))
        log.removeLast(Int.random(in: 0...log.count, using: &generator))
        if seed % 2 == 0, !log.isEmpty { log[Int.random(in: 0..<log.count, using: &generator)] ^= 0x10 }
        try write(log, crash("data/bellwether.db-wal"))

        let restarted = try SQLiteStore(DataDirectory.open(crash("data"), holder: "x"))
        let round = try restarted.journalSegment()
        #expect(round <= rounds)
        #expect(try restarted.series().count == round)
        #expect(try restarted.states().allSatisfy { $0.bytes == [UInt8(round)] })
        #expect(try restarted.states().count == round)
        let size = try restarted.size()
        #expect(size.points == round * (round + 1) + round, "seed \(seed)")
        var counted = 0
        for id in 0...UInt32(rounds) {
            for chunk in try restarted.chunks(of: id, in: Int64.min...Int64.max) { counted += chunk.count }
        }
        #expect(counted == size.points)
    }

    @Test
    func `readers see whole checkpoints while others are stored`() async throws {
        let place = try Playground()
        let store = try place.store()
        try store.commit(checkpoint(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 2...40 { try store.commit(self.checkpoint(round)) }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<100 {
                        let states = try store.states()
                        #expect(states.allSatisfy { Int($0.bytes[0]) == states.count })
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.journalSegment() == 40)
    }

    @Test
    func `a reader does not wait for the writer`() throws {
        let place = try Playground()
        let store = try place.store()
        try store.commit(checkpoint(1))
        try store.write { (database) throws(StorageError) in
            try database.run("UPDATE meta SET journal_segment = 99")
            let seen = try store.journalSegment()
            #expect(seen == 1, "inside the transaction of the writer")
        }
        #expect(try store.journalSegment() == 99)
    }

    @Test
    func `a checkpoint that fails half way leaves the store usable`() throws {
        let place = try Playground()
        let store = try place.store()
        try store.commit(checkpoint(1))
        var bad = checkpoint(2)
        bad.champions = [("none", 1)]
        expectError("refused") { try store.commit(bad) }
        #expect(try store.journalSegment() == 1)
        #expect(try store.states().map(\.bytes) == [[1]])
        try store.commit(checkpoint(2))
        #expect(try store.size().points == 2 * 3 + 2)
    }
}
