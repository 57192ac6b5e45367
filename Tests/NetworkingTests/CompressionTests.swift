import Networking
import TestSupport
import Testing

@Suite struct CompressionTests {
    private static let text = Array(String(repeating: "metric{host=\"a\"} 1.5 1700000000\n", count: 200).utf8)

    private func decode(_ data: [UInt8], _ coding: ContentCoding = .gzip, limit: Int = 1 << 20)
        -> CompressionError?
    {
        do throws(CompressionError) {
            _ = try coding.decode(data, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [ContentCoding.gzip, .deflate], [0, 1, 100, 65_536, 1_000_000])
    func `what is encoded is decoded`(coding: ContentCoding, size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let data = (0..<size).map { _ in UInt8.random(in: 0...63, using: &random) }
        for level in [1, 6, 9] {
            #expect(try coding.decode(coding.encode(data, level: level), limit: size) == data)
        }
    }

    @Test func `data of other programs is decoded`() throws {
        // printf hello | gzip -n; python3: zlib.compress(b"hello"), and the same without header and checksum
        let gzip: [UInt8] = [
            0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5,
            0, 0, 0,
        ]
        let zlib: [UInt8] = [0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 6, 0x2c, 2, 0x15]
        #expect(try ContentCoding.gzip.decode(gzip, limit: 5) == Array("hello".utf8))
        #expect(try ContentCoding.deflate.decode(zlib, limit: 5) == Array("hello".utf8))
        #expect(try ContentCoding.deflate.decode(Array(zlib[2..<9]), limit: 5) == Array("hello".utf8))
    }

    @Test func `members in a row are one text`() throws {
        let members =
            try ContentCoding.gzip.encode(Self.text) + ContentCoding.gzip.encode([])
            + ContentCoding.gzip.encode([1])
        #expect(try ContentCoding.gzip.decode(members, limit: 1 << 20) == Self.text + [1])
        let streams = try ContentCoding.deflate.encode(Self.text) + [0]
        #expect(decode(streams, .deflate) == .corrupt(message: "data after the end"))
    }

    @Test func `a bomb is refused at the limit`() throws {
        let bomb = try ContentCoding.gzip.encode([UInt8](repeating: 0, count: 20 << 20), level: 9)
        #expect(bomb.count < 21_000)
        #expect(decode(bomb) == .tooLarge(limit: 1 << 20))
        #expect("\(CompressionError.tooLarge(limit: 1 << 20))".contains("1048576 bytes"))
        let exact = try ContentCoding.gzip.encode(Self.text)
        #expect(decode(exact, limit: Self.text.count) == nil)
        #expect(decode(exact, limit: Self.text.count - 1) == .tooLarge(limit: Self.text.count - 1))
    }

    @Test func `every truncation is told`() throws {
        for coding in [ContentCoding.gzip, .deflate] {
            let data = try coding.encode(Self.text)
            for count in 0..<data.count {
                #expect(decode(Array(data[..<count]), coding) == .truncated, "\(count)")
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damage is never fatal and never taken for data`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for coding in [ContentCoding.gzip, .deflate] {
            var data = try coding.encode(Self.text)
            let place = Int.random(in: data.indices, using: &random)
            data[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            guard let decoded = try? coding.decode(data, limit: 1 << 20) else { continue }
            // Some bits do not matter, as the time in the header of gzip.
            #expect(decoded == Self.text, "seed \(seed)")
        }
    }

    @Test func `codings are known by their names`() {
        #expect(ContentCoding(fieldValue: "GZip") == .gzip && ContentCoding(fieldValue: "x-gzip") == .gzip)
        #expect(ContentCoding(fieldValue: "deflate") == .deflate && ContentCoding(fieldValue: "br") == nil)
    }
}
