import Foundation
import Testing

@testable import Storage

@Suite struct BatchSpoolTests {
    private func bytes(_ value: UInt8, _ count: Int = 100) -> [UInt8] {
        [UInt8](repeating: value, count: count)
    }

    @Test(arguments: [true, false])
    func `batches come out as they went in, the oldest first`(isOnDisk: Bool) throws {
        let place = try Playground()
        var spool = try BatchSpool(directory: isOnDisk ? place("spool") : nil, limit: 1_000)
        #expect(try spool.first() == nil)
        for value in 1...3 as ClosedRange<UInt8> {
            let (dropped, failure) = spool.append(bytes(value), samples: Int(value))
            #expect(dropped == 0 && failure == nil)
        }
        #expect(spool.count == 3 && spool.samples == 6 && spool.bytes == 300)
        #expect(spool.heldSamples == (isOnDisk ? 0 : 6))
        for value in 1...3 as ClosedRange<UInt8> {
            #expect(try spool.first()?.bytes == bytes(value))
            #expect(try spool.first()?.samples == Int(value))
            #expect(try spool.removeTaken() == Int(value))
            #expect(try spool.removeTaken() == 0)
        }
        #expect(spool.count == 0 && spool.samples == 0 && spool.bytes == 0)
    }

    @Test func `what waits outlives the process, and whether it was closed is known`() throws {
        let place = try Playground()
        var first = try BatchSpool(directory: place("spool"), limit: 1_000)
        #expect(!first.wasLeftOpen)
        _ = first.append(bytes(1), samples: 7)
        _ = first.append(bytes(2), samples: 8)
        _ = try first.first()
        try first.removeTaken()
        // A batch that was half written when the process ended never counted.
        try Data([1]).write(to: URL(fileURLWithPath: place("spool/0000000000000009-1-5.batch.draft")))
        // Nor is what nobody here has written, whose number would leave none for the next batch.
        for name in ["fffffffffffffffe-5-2", "+000000000000009-1-1", "00000000000000AA-1-1"] {
            try DataFiles.write([1, 2], to: place("spool") + "/" + name + ".batch")
        }
        var second = try BatchSpool(directory: place("spool"), limit: 1_000)
        #expect(second.wasLeftOpen && second.samples == 8 && second.count == 1)
        #expect(second.append(bytes(3), samples: 9).failure == nil)
        #expect(try second.first()?.bytes == bytes(2))
        try second.close()
        var third = try BatchSpool(directory: place("spool"), limit: 1_000)
        #expect(!third.wasLeftOpen && third.samples == 17)
        #expect(try third.first()?.bytes == bytes(2))
    }

    @Test func `one too many pushes out the oldest, but not the one on its way`() throws {
        let place = try Playground()
        var spool = try BatchSpool(directory: place("spool"), limit: 250)
        _ = spool.append(bytes(1), samples: 1)
        _ = spool.append(bytes(2), samples: 20)
        _ = try spool.first()
        #expect(spool.append(bytes(3), samples: 300).dropped == 20)
        #expect(try spool.removeTaken() == 1)
        #expect(spool.append(bytes(4), samples: 4_000).dropped == 0)
        #expect(spool.append(bytes(5), samples: 50_000).dropped == 300)
        #expect(try spool.first()?.bytes == bytes(4))
        let names = try FileManager.default.contentsOfDirectory(atPath: place("spool"))
        #expect(names.filter { $0.hasSuffix(".batch") }.count == 2, "\(names)")
        // A smaller bound at the next start holds with the next batch; one alone may be larger.
        var smaller = try BatchSpool(directory: place("spool"), limit: 10)
        #expect(smaller.append(bytes(6), samples: 6).dropped == 54_000)
        #expect(try smaller.first()?.bytes == bytes(6))
    }

    @Test func `a file that is not what was written is refused, and can be removed`() throws {
        let place = try Playground()
        var spool = try BatchSpool(directory: place("spool"), limit: 1_000)
        _ = spool.append(bytes(1), samples: 5)
        _ = spool.append(bytes(2), samples: 6)
        let path = place("spool/0000000000000001-5-100.batch")
        try Data(bytes(1, 99)).write(to: URL(fileURLWithPath: path))
        #expect(throws: StorageError.corrupt(path: path, detail: "99 bytes, 100 were written")) {
            try spool.first()
        }
        #expect(try spool.removeTaken() == 5)
        #expect(try spool.first()?.bytes == bytes(2))
    }

    @Test func `what no file can have waits in memory`() throws {
        let place = try Playground()
        var spool = try BatchSpool(directory: place("spool"), limit: 1_000)
        try FileManager.default.removeItem(atPath: place("spool"))
        let (dropped, failure) = spool.append(bytes(1), samples: 5)
        #expect(dropped == 0 && failure != nil && spool.heldSamples == 5)
        #expect(try spool.first()?.bytes == bytes(1))
        #expect(try spool.removeTaken() == 5)
        #expect(throws: StorageError.self) { try BatchSpool(directory: place("no/where"), limit: 1) }
    }

    @Test(arguments: [
        "1-2-3.batch", "000000000000000g-2-3.batch", "0000000000000001--2-3.batch",
        "0000000000000001-2.batch", "ffffffffffffffff-2-3.batch", "0000000000000001-2-9999999999999.batch",
    ])
    func `a file of another name is left alone`(name: String) throws {
        let place = try Playground()
        _ = try BatchSpool(directory: place("spool"), limit: 1_000)
        try Data([1]).write(to: URL(fileURLWithPath: place("spool/" + name)))
        let spool = try BatchSpool(directory: place("spool"), limit: 1_000)
        #expect(spool.count == 0 && FileManager.default.fileExists(atPath: place("spool/" + name)))
    }
}
