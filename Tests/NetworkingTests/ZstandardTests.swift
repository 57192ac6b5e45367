import TestSupport
import Testing

@testable import Networking

@Suite struct ZstandardTests {
    private static let text = Array(String(repeating: "metric{host=\"a\"} 1.5 1700000000\n", count: 200).utf8)

    private func failure(_ data: [UInt8], limit: Int = 1 << 20) -> CompressionError? {
        do throws(CompressionError) {
            _ = try Zstandard.decompress(data, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0, 1, 100, 65_536, 1_000_000])
    func `what is compressed is decompressed`(size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let data = (0..<size).map { _ in UInt8.random(in: 0...63, using: &random) }
        for level in [1, 3, 9] {
            #expect(try Zstandard.decompress(Zstandard.compress(data, level: level), limit: size) == data)
        }
    }

    @Test func `data of other programs is decompressed`() throws {
        // python3, zstandard 0.25: ZstdCompressor(write_checksum=True).compressobj(), which does not know the size
        // before the end, and zstandard.compress(b"hello")
        let stream: [UInt8] = [
            0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0xA3, 0x6D,
            0x9F,
            0x88,
        ]
        let whole: [UInt8] = [
            0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x05, 0x29, 0x00, 0x00, 0x68, 0x65, 0x6C, 0x6C, 0x6F,
        ]
        #expect(try Zstandard.decompress(stream, limit: 5) == Array("hello".utf8))
        #expect(try Zstandard.decompress(whole, limit: 5) == Array("hello".utf8))
        // A frame to be skipped, of three bytes, before it.
        let skipped: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        #expect(try Zstandard.decompress(skipped + whole, limit: 5) == Array("hello".utf8))
    }

    @Test func `frames in a row are one text`() throws {
        let frames = try Zstandard.compress(Self.text) + Zstandard.compress([]) + Zstandard.compress([1])
        #expect(try Zstandard.decompress(frames, limit: 1 << 20) == Self.text + [1])
        #expect(failure(Array(frames.dropLast())) == .truncated)
        #expect(failure(frames + [0, 1, 2, 3, 4]) == .corrupt(message: "Unknown frame descriptor"))
    }

    @Test func `a bomb is refused at the limit`() throws {
        let bomb = try Zstandard.compress([UInt8](repeating: 0, count: 20 << 20), level: 9)
        #expect(bomb.count < 2000)
        #expect(failure(bomb) == .tooLarge(limit: 1 << 20))
        // The second frame is not looked at beforehand.
        #expect(failure(try Zstandard.compress([1]) + bomb) == .tooLarge(limit: 1 << 20))
        let exact = try Zstandard.compress(Self.text)
        #expect(failure(exact, limit: Self.text.count) == nil)
        #expect(failure(exact, limit: Self.text.count - 1) == .tooLarge(limit: Self.text.count - 1))
    }

    @Test func `a size that is a lie takes no memory`() {
        // One raw block of a byte in a frame that announces 2^62 bytes, then one that announces 1 MB.
        let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
        let huge = magic + [0xC0, 0x70, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x09, 0, 0, 65]
        #expect(failure(huge) == .tooLarge(limit: 1 << 20))
        let liar = magic + [0x80, 0x50, 0, 0, 0x10, 0, 0x09, 0, 0, 65]
        #expect(failure(liar) == .corrupt(message: "Data corruption detected"))
    }

    @Test func `a window of more than 8 MiB is refused`() {
        // Window descriptor 0x70 is 2^24 bytes, 0x68 is 2^23: exponent - 10 in its upper five bits.
        let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
        let block: [UInt8] = [0x09, 0, 0, 65]
        #expect(failure(magic + [0, 0x68] + block) == nil)
        #expect(
            failure(magic + [0, 0x70] + block)
                == .corrupt(message: "Frame requires too much memory for decoding"))
    }

    @Test func `every truncation is told`() throws {
        let data = try Zstandard.compress(Self.text)
        for count in 0..<data.count {
            #expect(failure(Array(data[..<count])) == .truncated, "\(count)")
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damage is never fatal and never more than the limit`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<20 {
            var data = try Zstandard.compress(Self.text)
            for _ in 0...Int.random(in: 0...3, using: &random) {
                data[Int.random(in: data.indices, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
            }
            guard let decoded = try? Zstandard.decompress(data, limit: 10_000) else { continue }
            #expect(decoded.count <= 10_000, "seed \(seed), round \(round)")
        }
    }
}
