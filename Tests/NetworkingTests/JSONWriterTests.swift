import Networking
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `commas stand between members and elements only`() {
        let written = text { writer in
            writer.object { writer in
                writer.member("a", 1)
                writer.key("b")
                writer.array { writer in
                    writer.null()
                    writer.array { _ in }
                    writer.object { _ in }
                    writer.bool(true)
                }
                writer.member("c", [1.5, .nan])
                writer.member("d", [true, false])
                writer.member("e", ["x", "y"])
                writer.member("f", nil as String?)
                writer.member("g", Double.infinity)
                writer.key("h")
                writer.raw(Array("{}".utf8))
                writer.member("i", "z")
            }
        }
        #expect(
            written
                == #"{"a":1,"b":[null,[],{},true],"c":[1.5,null],"d":[true,false],"e":["x","y"],"f":null,"g":null,"#
                + #""h":{},"i":"z"}"#)
    }

    @Test(arguments: [
        (3.0, "3"), (0, "0"), (-0.0, "-0.0"), (0.1, "0.1"), (-2.5, "-2.5"),
        (1_700_000_000_000, "1700000000000"),
        (9007199254740991, "9007199254740991"), (0x1p53, "9.007199254740992e+15"),
        (0x1p70, "1.1805916207174113e+21"),
        (1e-5, "0.00001"), (1e-7, "1e-07"), (-1.500001, "-1.500001"), (0.1 + 0.2, "0.30000000000000004"),
        (999_999_999.999999, "999999999.999999"), (-0.000001, "-0.000001"), (1e9, "1000000000"),
        (.nan, "null"), (-.infinity, "null"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        (-.leastNonzeroMagnitude, "-5e-324"),
    ])
    func `a number has its shortest form`(value: Double, expected: String) {
        #expect(text { $0.number(value) } == expected)
        #expect(text { $0.numbers([value, value]) } == "[\(expected),\(expected)]")
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `doubles come back bit for bit`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var values = (0..<1000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        values += (0..<300).map { _ in Double(Int.random(in: -1_000_000...1_000_000, using: &random)) / 1000 }
        values += (0..<300).map { _ in Double(Int64(bitPattern: random.next())) }
        values += [
            0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p53, -0x1p63,
        ]
        var writer = JSONWriter()
        writer.numbers(values)
        let back = try JSONDocument(writer.bytes).root.doubles(nullAsNaN: false)
        #expect(back.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed)")
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `decimals are as short as those of Swift`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let scale: Double = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7].randomElement(using: &random) ?? 1
            let digits =
                Int.random(in: 0...1_000_000_000_000, using: &random)
                >> Int.random(in: 0...40, using: &random)
            let value = Double(digits) / scale
            guard value >= 0.001, value < 1e9, value != value.rounded() else { continue }
            #expect(text { $0.number(value) } == "\(value)", "seed \(seed)")
        }
    }

    @Test(arguments: [0, 1, 255, 256, 257, 1000])
    func `blocks of numbers join without a seam`(count: Int) throws {
        let values = (0..<count).map(Double.init)
        #expect(
            text { $0.numbers(values) } == "[" + (0..<count).map(String.init).joined(separator: ",") + "]")
    }

    @Test func `strings come back as they were`() throws {
        let every = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        for string in ["", "plain", "a\"b\\c", "\u{0}\u{1F}\n\r\t", every, "😀é\u{2028}"] {
            var writer = JSONWriter()
            writer.string(string)
            #expect(try JSONDocument(writer.bytes).root.string == string)
        }
        #expect(text { $0.string("\"\\\n\r\t\u{1}é/") } == #""\"\\\n\r\t\u0001é/""#)
    }

    @Test func `integers of every width are written`() {
        #expect(text { $0.integers([Int64.min, Int64.max]) } == "[-9223372036854775808,9223372036854775807]")
        #expect(text { $0.integer(UInt64.max) } == "18446744073709551615")
    }
}
