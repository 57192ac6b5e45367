import Networking
import TestSupport
import Testing

@Suite struct SnappyTests {
    private func failure(_ data: [UInt8], limit: Int = 1 << 20) -> CompressionError? {
        do throws(CompressionError) {
            _ = try Snappy.decompress(data, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0, 1, 100, 65_536, 1_000_000])
    func `what is compressed is decompressed`(size: Int) throws {
        var random = SeededGenerator(seed: UInt64(size))
        let data = (0..<size).map { _ in UInt8.random(in: 0...7, using: &random) }
        #expect(try Snappy.decompress(Snappy.compress(data), limit: size) == data)
        let zeros = [UInt8](repeating: 0, count: size)
        #expect(try Snappy.decompress(Snappy.compress(zeros), limit: size) == zeros)
    }

    @Test func `data of other programs is decompressed`() throws {
        // python-snappy 0.7.3: snappy.compress(b"hello hello hello hello")
        let block: [UInt8] = [
            0x17, 0x14, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x20, 0x42, 0x06, 0x00,
        ]
        #expect(try Snappy.decompress(block, limit: 23) == Array("hello hello hello hello".utf8))
        #expect(try Snappy.decompress([0], limit: 0) == [])
    }

    @Test func `a length beyond the limit is refused before memory is taken`() {
        // 4 GiB - 1 announced by five bytes, then by as many as could hold 3 GB.
        #expect(failure([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0]) == .tooLarge(limit: 1 << 20))
        let bomb = Snappy.compress([UInt8](repeating: 0, count: 20 << 20))
        #expect(bomb.count < 1 << 20)
        #expect(failure(bomb) == .tooLarge(limit: 1 << 20))
        #expect(failure(bomb, limit: 20 << 20) == nil)
        #expect(failure(bomb, limit: 20 << 20 - 1) == .tooLarge(limit: 20 << 20 - 1))
        #expect(failure([5, 0x10, 0, 0, 0, 0, 0], limit: -1) == .tooLarge(limit: -1))
    }

    @Test func `a length that so little data cannot hold is refused`() throws {
        let error = try #require(failure([0xFF, 0xFF, 0xFF, 0x7F, 0, 0], limit: 1 << 30))
        #expect("\(error)".contains("6 bytes cannot hold the 268435455 announced"))
    }

    @Test func `a broken length is told`() {
        #expect(failure([]) == .truncated)
        #expect(failure([0x80, 0x80]) == .truncated)
        for data: [UInt8] in [[0xFF, 0xFF, 0xFF, 0xFF, 0x1F], [0x80, 0x80, 0x80, 0x80, 0x80, 1]] {
            #expect(failure(data).map { "\($0)".contains("more than 32 bits") } == true)
        }
    }

    @Test func `every truncation is told`() {
        let data = Snappy.compress(Array(String(repeating: "metric{host=\"a\"} 1.5\n", count: 99).utf8))
        for count in 0..<data.count { #expect(failure(Array(data[..<count])) != nil, "\(count)") }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `damage is never fatal and never makes more than is announced`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var data = Snappy.compress((0..<5000).map { _ in UInt8.random(in: 0...3, using: &random) })
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            data[Int.random(in: data.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        let decoded = try? Snappy.decompress(data, limit: 10_000)
        #expect((decoded?.count ?? 0) <= 10_000, "seed \(seed)")
    }
}
