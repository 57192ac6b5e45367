@testable import Storage
import TestSupport
import Testing

/// Bit by bit, as the definition says: the slow twin.
private func slowRegister(_ start: UInt32, _ bytes: some Sequence<UInt8>) -> UInt32 {
    var register = start
    for byte in bytes {
        register ^= UInt32(byte)
        for _ in 0..<8 {
            register = register & 1 == 1 ? register >> 1 ^ CRC32C.polynomial : register >> 1
        }
    }
    return register
}

/// Each place with a pass over what it would hold: the slow twin.
private func slowFirstWholeRecord(_ bytes: [UInt8]) -> Int? {
    (1..<max(bytes.count - 7, 1)).first { place in
        let head = (0..<8).map { UInt64(bytes[place + $0]) << UInt64(8 * $0) }.reduce(0, |)
        let length = Int(head & 0xFFFF_FFFF)
        guard length > 0, length <= bytes.count - place - 8 else { return false }
        return ~slowRegister(~0, bytes[place + 8..<place + 8 + length]) == UInt32(head >> 32)
    }
}

private func random(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

struct CRC32CTests {
    @Test
    func `the checksum of nine digits is the one of the catalogue`() {
        // The check value of CRC-32/ISCSI in the catalogue of parametrised CRC algorithms.
        #expect(CRC32C.checksum(Array("123456789".utf8).span.bytes) == 0xE306_9283)
        // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, and ascending.
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32).span.bytes) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 255, count: 32).span.bytes) == 0x62A8_AB43)
        #expect(CRC32C.checksum(([UInt8](0..<32)).span.bytes) == 0x46DD_794E)
    }

    @Test(arguments: 0..<70)
    func `the checksum is that of the slow twin`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = random(count, &generator)
        #expect(CRC32C.checksum(bytes.span.bytes) == ~slowRegister(~0, bytes))
        let start = UInt32(truncatingIfNeeded: generator.next())
        #expect(CRC32C.register(start, after: bytes.span.bytes) == slowRegister(start, bytes))
    }

    @Test(arguments: [0, 1, 2, 3, 31, 32, 1_000, 65_537, 1_000_000])
    func `zeros are skipped as if they had been read`(count: Int) {
        let zeros = [UInt8](repeating: 0, count: count)
        #expect(
            CRC32C.register(0x1234_5678, afterZeros: count)
                == CRC32C.register(0x1234_5678, after: zeros.span.bytes))
    }

    @Test(arguments: 0..<150 as Range<UInt64>)
    func `whole records behind damage are found where the slow twin finds them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = random(Int.random(in: 1...120, using: &generator), &generator)
        if seed % 3 != 0 {
            let payload =
                seed % 2 == 0 ? [0, 0, 0] : random(Int.random(in: 1...90, using: &generator), &generator)
            bytes += Journal.frame(payload) + random(Int.random(in: 0...40, using: &generator), &generator)
        }
        let zeros = [0, 1, 5, 8, 20][Int(seed % 5)]
        let all = bytes + [UInt8](repeating: 0, count: zeros)
        // As a segment does: behind the last byte that is not zero, eight zeros are shown and the rest counted.
        let last = (all.lastIndex { $0 != 0 } ?? 0) + 1
        let shown = min(last + 8, all.count)
        let tail = JournalTail(Array(all[..<shown]), zeros: all.count - shown)
        #expect(tail.firstWholeRecord() == slowFirstWholeRecord(all), "\(seed)")
    }

    @Test
    func `a long tail of small numbers is looked through in short time`() {
        let entry = JournalEntry.points(
            PointBatch(
                series: (0..<50_000).map { UInt32($0) }, times: (0..<50_000).map { Int64($0) },
                values: (0..<50_000).map { Double($0) }))
        let tail = JournalTail(Array(Journal.frame(entry.encoded()).dropLast()), zeros: 0)
        #expect(tail.firstWholeRecord() == nil)
    }
}
