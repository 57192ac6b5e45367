import TestSupport
import Testing

@testable import Ingest

private func parse(_ text: String) -> NumberCell {
    let bytes = Array(text.utf8)
    return NumberCell(bytes.span)
}

private func bits(_ text: String) -> UInt64? {
    guard case .number(let value) = parse(text) else { return nil }
    return value.bitPattern
}

@Suite struct NumberCellTests {
    @Test(arguments: [
        "0", "-0", "0.0", "1", "-1.5", "+2", ".5", "5.", "1e3", "1E-3", "1e+05", "123456789012345",
        "1234567890123456789", "0.1", "0.30000000000000004", "9007199254740993", "1e22", "1e23", "1e-22",
        "1e-23",
        "123456789012345e22", "4.9e-324", "2.4703282292062327e-324", "1.7976931348623157e308", "1e-400",
        "0e999999999999999999999", "000000000000000000001", "0.000000000000000000000000000001",
        "100000000000000000000000", "8.41e21", "2.2250738585072011e-308",
    ])
    func `numbers are read exactly`(text: String) throws {
        #expect(bits(text) == Double(text)?.bitPattern, "\(text)")
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `agrees with the standard library on seeded numbers`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let whole = String(UInt64.random(in: 0...UInt64.max, using: &generator))
            let digits = String(whole.prefix(Int.random(in: 1...19, using: &generator)))
            let point = Int.random(in: 0...digits.count, using: &generator)
            var text = String(digits.prefix(point)) + "." + digits.dropFirst(point)
            if Bool.random(using: &generator) { text += "e\(Int.random(in: -40...40, using: &generator))" }
            if Bool.random(using: &generator) { text = "-" + text }
            // The library wants a digit on both sides of the point; so does the comparison.
            guard point > 0, point < digits.count else { continue }
            #expect(bits(text) == Double(text)?.bitPattern, "seed \(seed): \(text)")
            let shortest = Double(bitPattern: generator.next())
            if shortest.isFinite { #expect(bits("\(shortest)") == shortest.bitPattern, "seed \(seed)") }
        }
    }

    @Test(arguments: ["", "NA", "na", "NaN", "nan", "null", "NULL", "-"])
    func `these are missing`(text: String) {
        #expect(parse(text) == .missing)
    }

    @Test(arguments: ["inf", "-Inf", "+infinity", "1e400", "-1e99999999999999999999"])
    func `these are infinite`(text: String) {
        #expect(parse(text) == .infinite)
    }

    @Test(arguments: ["abc", ".", "+", "--1", "1e", "1e+", "0x10", "1.2.3x", "5%", "1ee5", "nan(1)", "1e5.0"])
    func `these are not numbers`(text: String) {
        #expect(parse(text) == .malformed(hint: nil))
    }

    @Test func `separators get a hint`() {
        let decimal = "a decimal comma or a thousands separator? write 1234.5"
        #expect(parse("1,5") == .malformed(hint: decimal))
        #expect(parse("1,234") == .malformed(hint: decimal))
        for text in ["1,234.5", "1.234,5", "1 234", "1'234", "1,234,567", "1.234.567", "1_000"] {
            #expect(parse(text) == .malformed(hint: "thousands separators? write 1234.5"), "\(text)")
        }
    }
}
