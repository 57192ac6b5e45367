import TestSupport
import Testing

@testable import Pipeline

@Suite struct ByteTableTests {
    @Test(arguments: 0..<6 as Range<UInt64>)
    func `a table answers as a dictionary does`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = ByteTable(seed: random.next())
        var twin: [[UInt8]: UInt32] = [:]
        // Few letters and lengths, so that many texts are met again; some are long.
        for _ in 0..<6_000 {
            let length =
                Int.random(in: 0..<100, using: &random) == 0 ? 3_000 : Int.random(in: 0...17, using: &random)
            let text = (0..<length).map { _ in UInt8.random(in: 0...2, using: &random) }
            let found = find(text, table)
            #expect(found == twin[text], "seed \(seed)")
            guard found == nil else { continue }
            twin[text] = UInt32(twin.count)
            #expect(add(text, &table) == twin[text])
        }
        #expect(table.count == twin.count)
        for (text, number) in twin {
            #expect(table[number] == text)
            #expect(find(text, table) == number)
            #expect(table.withText(number) { span in span.indices.map { span[$0] } } == text)
        }
    }

    @Test func `the empty text is a text`() {
        var table = ByteTable(seed: 7)
        #expect(find([], table) == nil)
        #expect(add([], &table) == 0)
        #expect(find([], table) == 0)
        #expect(find([0], table) == nil)
        #expect(add([0], &table) == 1)
        #expect(table[0].isEmpty && table[1] == [0])
    }

    @Test func `texts of one hash are told apart`() {
        let seed: UInt64 = 99
        let texts = (0..<200 as Range<UInt64>).map { colliding($0, seed: seed) }
        #expect(Set(texts).count == texts.count)
        #expect(Set(texts.map { text in text.withUnsafeBytes { ByteTable.hash($0, seed) } }).count == 1)
        var table = ByteTable(seed: seed)
        for (place, text) in texts.enumerated() {
            #expect(find(text, table) == nil)
            #expect(add(text, &table) == UInt32(place))
        }
        for (place, text) in texts.enumerated() { #expect(find(text, table) == UInt32(place)) }
    }

    @Test(arguments: 1...50)
    func `every byte counts`(length: Int) {
        let text = (0..<length).map { UInt8(17 * $0 & 0xFF) }
        var hashes: Set<UInt64> = [text.withUnsafeBytes { ByteTable.hash($0, 5) }]
        for place in 0..<length {
            var other = text
            other[place] ^= 1
            hashes.insert(other.withUnsafeBytes { ByteTable.hash($0, 5) })
        }
        #expect(hashes.count == length + 1)
    }

    @Test func `texts that share all but their seed spread differently`() {
        let text = Array("__name__=requests_total".utf8)
        let hashes = Set(
            (0..<100 as Range<UInt64>).map { seed in text.withUnsafeBytes { ByteTable.hash($0, seed) } })
        #expect(hashes.count == 100)
    }

    private func find(_ text: [UInt8], _ table: ByteTable) -> UInt32? {
        text.withUnsafeBytes { table.find($0) }
    }

    private func add(_ text: [UInt8], _ table: inout ByteTable) -> UInt32 {
        text.withUnsafeBytes { table.add($0) }
    }

    /// Thirty-two bytes whose second half undoes what the first did to the hash: who knows the seed can do so.
    private func colliding(_ first: UInt64, seed: UInt64) -> [UInt8] {
        let start = seed ^ (32 &* 0x9E37_79B9_7F4A_7C15 as UInt64)
        let state = mix(first ^ mix(seed, 0xD6E8_FEB8_6659_FD93), start)
        return [first, 0, 0, state ^ 0x1234_5678].flatMap { number in
            withUnsafeBytes(of: number.littleEndian) { Array($0) }
        }
    }

    private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low ^ 0xA076_1D64_78BD_642F
    }
}
