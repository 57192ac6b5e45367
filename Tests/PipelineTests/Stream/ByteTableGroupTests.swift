import TestSupport
import Testing

@testable import Pipeline

private func find(_ texts: [[UInt8]], in table: ByteTable) -> [UInt32?] {
    let starts = texts.indices.map { texts[..<$0].reduce(0) { $0 + $1.count } }
    let all = texts.flatMap { $0 }
    return all.withUnsafeBytes { bytes in
        table.find(count: texts.count) { place in
            UnsafeRawBufferPointer(rebasing: bytes[starts[place]..<starts[place] + texts[place].count])
        }
    }
}

@Test(arguments: [0, 1, 63, 64, 65, 3_000])
func `texts are found alone and in groups under the numbers in which they were added`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    var table = ByteTable(seed: 7)
    var texts: [[UInt8]] = []
    var numbers: [[UInt8]: UInt32] = [:]
    for _ in 0..<count {
        // Short and of few letters, so that some come again and many differ in a byte.
        let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            UInt8.random(in: 0...2, using: &random)
        }
        texts.append(text)
        if numbers[text] == nil, texts.count % 3 > 0 {
            numbers[text] = text.withUnsafeBytes { table.add($0) }
        }
    }
    let want = texts.map { numbers[$0] }
    #expect(find(texts, in: table) == want)
    #expect(texts.map { text in text.withUnsafeBytes { table.find($0) } } == want)
    #expect(table.count == numbers.count)
    for (text, number) in numbers { #expect(table[number] == text) }
    // In the order in which they were added, as senders keep it, with breaks and strangers; and against it.
    let known = numbers.sorted { $0.value < $1.value }.map(\.key)
    let half = Array(known.dropFirst(known.count / 2))
    for order in [
        known, known.reversed(), half + known, known + [[9]] + half + [[9], [9]] + known.suffix(1),
    ] {
        #expect(find(order, in: table) == order.map { numbers[$0] })
    }
}
