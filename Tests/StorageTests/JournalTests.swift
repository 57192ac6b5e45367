import Foundation
import Storage
import TestSupport
import Testing

private let head = 8

/// Payloads of several lengths; the seed decides their bytes.
private func payloads(_ lengths: [Int], seed: UInt64 = 1) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    return lengths.map { length in (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) } }
}

struct JournalTests {
    @Test
    func `what is appended is replayed in order, over segments`() throws {
        let directory = try JournalDirectory()
        let all = payloads([1, 100, 5_000, 3, 70_000, 12])
        var writer = try JournalWriter(directory: directory.path, segment: 1)
        try writer.append([Journal.frame(all[0]), Journal.frame(all[1])])
        try writer.append([Journal.frame(all[2])])
        try writer.append([])
        try writer.rotate(to: 2)
        try writer.append([Journal.frame(all[3])])
        try writer.rotate(to: 3)
        try writer.append([Journal.frame(all[4]), Journal.frame(all[5])])
        let length = writer.bytes
        #expect(writer.segment == 3 && length == head + 8 + 70_000 + 8 + 12)
        let (read, end) = try directory.replay()
        #expect(read == all)
        #expect(
            end
                == JournalEnd(
                    segment: 3, validLength: length, tornBytes: 0, records: 6,
                    payloadBytes: all.reduce(0) { $0 + $1.count }))
        #expect(try directory.replay(from: 2).payloads == Array(all[3...]))
    }

    @Test
    func `more records than one call of the system takes arrive whole`() throws {
        let directory = try JournalDirectory()
        let all = payloads((0..<3_000).map { 1 + $0 % 50 })
        var writer = try JournalWriter(directory: directory.path, segment: 7)
        try writer.append(all.map(Journal.frame))
        #expect(try directory.replay().payloads == all)
    }

    @Test
    func `segments are listed by number, removed from the earliest, and a gap before the first is fine`()
        throws
    {
        let directory = try JournalDirectory()
        #expect(try Journal.segments(in: directory.path).isEmpty)
        #expect(try directory.replay(from: 3).end.segment == 2)
        var writer = try JournalWriter(directory: directory.path, segment: 1)
        for segment in 2...5 {
            try writer.append([Journal.frame([UInt8(segment)])])
            try writer.rotate(to: segment)
        }
        for name in [
            "1.journal", "0000001.journal", "000000002.journal", "00000009.journal.old", "x.journal",
        ] {
            try Data([1]).write(to: URL(fileURLWithPath: directory.path + "/" + name))
        }
        #expect(try Journal.segments(in: directory.path) == [1, 2, 3, 4, 5])
        try Journal.removeSegments(below: 4, in: directory.path)
        #expect(try Journal.segments(in: directory.path) == [4, 5])
        #expect(try directory.replay().payloads == [[5]])
        #expect(try directory.replay(from: 6).end.segment == 5)
    }

    @Test
    func `a segment that exists already is not overwritten`() throws {
        let directory = try JournalDirectory()
        try directory.write([1, 2, 3], 4)
        #expect(throws: StorageError.self) { _ = try JournalWriter(directory: directory.path, segment: 4) }
        #expect(try directory.bytes(4) == [1, 2, 3])
        #expect(throws: StorageError.self) {
            _ = try JournalWriter(directory: directory.path + "/nowhere", segment: 1)
        }
        #expect(throws: StorageError.self) { try Journal.segments(in: directory.path + "/nowhere") }
    }

    @Test
    func `what the reader of a payload throws ends the replay`() throws {
        let directory = try JournalDirectory()
        var writer = try JournalWriter(directory: directory.path, segment: 1)
        try writer.append([Journal.frame([1]), Journal.frame([2])])
        var seen = 0
        #expect(throws: StorageError.full(path: "x")) {
            try Journal.replay(in: directory.path, from: 1) { (_: [UInt8]) throws(StorageError) in
                seen += 1
                throw .full(path: "x")
            }
        }
        #expect(seen == 1)
    }
}

struct JournalTornTailTests {
    private let whole = payloads([40, 25])
    private let last = payloads([60], seed: 2)[0]

    /// A journal of two segments whose last ends with `tail`.
    private func journal(tail: [UInt8]) throws -> (directory: JournalDirectory, valid: Int) {
        let directory = try JournalDirectory()
        var writer = try JournalWriter(directory: directory.path, segment: 1)
        try writer.append([Journal.frame(whole[0])])
        try writer.rotate(to: 2)
        try writer.append([Journal.frame(whole[1])])
        let valid = writer.bytes
        try directory.write(try directory.bytes(2) + tail, 2)
        return (directory, valid)
    }

    @Test(arguments: 0..<68)
    func `a last record that is cut anywhere is left out, and life goes on`(length: Int) throws {
        let tail = Array(Journal.frame(last)[..<length])
        let (directory, valid) = try journal(tail: tail)
        let before = try directory.bytes(2)
        let (read, end) = try directory.replay()
        #expect(read == whole)
        #expect(end.segment == 2 && end.validLength == valid && end.tornBytes == length && end.records == 2)
        #expect(try directory.bytes(2) == before, "replay changes no file")
        try Journal.removeTornTail(end, in: directory.path)
        #expect(try directory.bytes(2).count == valid)
        var writer = try JournalWriter(directory: directory.path, segment: 3)
        try writer.append([Journal.frame(last)])
        #expect(try directory.replay().payloads == whole + [last])
    }

    @Test(arguments: 0..<68)
    func `a last record with any byte changed is left out`(place: Int) throws {
        var tail = Journal.frame(last)
        tail[place] ^= 0x55
        let (directory, valid) = try journal(tail: tail)
        let (read, end) = try directory.replay()
        #expect(read == whole && end.validLength == valid && end.tornBytes == tail.count)
    }

    @Test(arguments: 0..<8)
    func `a segment whose head was cut is empty, and becomes one`(length: Int) throws {
        let (directory, _) = try journal(tail: [])
        try directory.write(Array(try directory.bytes(2)[..<length]), 2)
        let (read, end) = try directory.replay()
        #expect(read == [whole[0]] && end.segment == 2 && end.validLength == 0 && end.tornBytes > 0)
        try Journal.removeTornTail(end, in: directory.path)
        let again = try directory.replay().end
        #expect(again.validLength == head && again.tornBytes == 0)
    }

    @Test(arguments: [1, 7, 8, 9, 100, 3_000_000])
    func `zeros at the end are nothing, in any segment`(zeros: Int) throws {
        let (directory, valid) = try journal(tail: [UInt8](repeating: 0, count: zeros))
        try directory.write(try directory.bytes(1) + [UInt8](repeating: 0, count: zeros), 1)
        let (read, end) = try directory.replay()
        #expect(read == whole && end.validLength == valid && end.tornBytes == 0)
    }

    @Test
    func `a torn record before zeros is left out`() throws {
        let tail = Array(Journal.frame(last)[..<30]) + [UInt8](repeating: 0, count: 4_096)
        let (directory, valid) = try journal(tail: tail)
        let end = try directory.replay().end
        #expect(end.validLength == valid && end.tornBytes == tail.count)
    }
}

struct JournalDamageTests {
    private static let all = payloads([40, 25, 60, 33])

    /// One segment with four records.
    private func journal() throws -> JournalDirectory {
        let directory = try JournalDirectory()
        var writer = try JournalWriter(directory: directory.path, segment: 1)
        try writer.append(Self.all.map(Journal.frame))
        return directory
    }

    @Test(arguments: 0..<(8 + 40 + 8 + 25 + 8 + 60 + 8 + 8))
    func `a changed byte before the last record is refused with its file and the place of its record`(
        place: Int
    ) throws {
        let directory = try journal()
        var bytes = try directory.bytes(1)
        bytes[place] ^= 0x20
        try directory.write(bytes, 1)
        let starts = [0, 8, 56, 89, 157]
        let record = starts.last { $0 <= place } ?? 0
        guard record < 157 else { return }
        let failure = try #require(directory.failure())
        if case .corrupt(let path, let detail) = failure {
            #expect(path == directory.file(1))
            #expect(detail.hasPrefix("byte \(record): "), "\(detail) for byte \(place)")
        } else {
            // The version says that the segment is newer.
            #expect(
                failure == .newer(path: directory.file(1), found: 33, known: 1) && place == 6 || place == 7)
        }
    }

    @Test
    func `any damage to a segment that is not the last is refused`() throws {
        for length in [0, 5, 8 + 4, 8 + 20, 8 + 48 + 8] {
            let directory = try journal()
            _ = try JournalWriter(directory: directory.path, segment: 2)
            try directory.write(Array(try directory.bytes(1)[..<length]), 1)
            let failure = try #require(directory.failure(), "cut at \(length)")
            guard case .corrupt(directory.file(1), _) = failure else {
                Issue.record("\(failure)")
                continue
            }
        }
    }

    @Test
    func `a segment that is missing between two is refused`() throws {
        let directory = try JournalDirectory()
        for segment in [2, 3, 5] { _ = try JournalWriter(directory: directory.path, segment: segment) }
        #expect(
            directory.failure()
                == .corrupt(path: directory.file(5), detail: "byte 0: segments 4 to 4 before it are missing"))
        #expect(directory.failure(from: 5) == nil)
        #expect(directory.failure(from: 4) != nil, "the first to replay is missing, and earlier ones are not")
    }

    @Test
    func `an impossible length is refused before anything is read`() throws {
        let directory = try journal()
        var bytes = try directory.bytes(1)
        // 64 MiB and one byte, with whole records behind it.
        bytes.replaceSubrange(8..<12, with: [1, 0, 0, 4])
        try directory.write(bytes, 1)
        #expect(directory.failure() != nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `random bytes behind a head never crash`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let directory = try JournalDirectory()
        _ = try JournalWriter(directory: directory.path, segment: 1)
        let noise = payloads([Int.random(in: 0...300, using: &generator)], seed: seed)[0]
        let sparse = noise.map { generator.next() % 3 == 0 ? $0 : 0 }
        try directory.write(try directory.bytes(1) + sparse, 1)
        let end = try directory.replay().end
        #expect(end.records == 0 && end.validLength == head)
    }
}
