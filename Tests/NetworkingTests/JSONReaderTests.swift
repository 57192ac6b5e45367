import Networking
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    private func parse(_ text: String, _ limits: JSONDocument.Limits = .init()) throws(JSONError) -> JSONValue
    {
        try JSONDocument(Array(text.utf8), limits: limits).root
    }

    private func error(of bytes: [UInt8], _ limits: JSONDocument.Limits = .init()) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONDocument(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Values

    @Test func `each type is read as itself and as nothing else`() throws {
        let root = try parse(
            #"{"o":{},"a":[1,2],"s":"é\n\u00e9\ud83d\ude00","n":1.5,"i":3,"t":true,"f":false,"z":null}"#)
        #expect(root.kind == .object && root.count == 8)
        #expect(root["o"]?.count == 0 && root["o"]?.members != nil && root["o"]?.elements == nil)
        #expect(root["a"]?.elements?.map(\.integer) == [1, 2])
        #expect(root["s"]?.string == "é\né😀")
        #expect(root["n"]?.double == 1.5 && root["n"]?.integer == nil && root["n"]?.kind == .number)
        #expect(root["i"]?.double == 3 && root["i"]?.integer == 3)
        #expect(root["t"]?.bool == true && root["f"]?.bool == false && root["i"]?.bool == nil)
        #expect(root["z"]?.isNull == true && root["z"]?.string == nil && root["z"]?.double == nil)
        #expect(root["missing"] == nil && root["a"]?["o"] == nil)
        #expect(root.members?.map(\.key) == ["o", "a", "s", "n", "i", "t", "f", "z"])
        #expect(
            root.members?.map(\.value.kind) == [
                .object, .array, .string, .number, .number, .bool, .bool, .null,
            ])
    }

    @Test func `a scalar is a document`() throws {
        #expect(try parse("42").integer == 42)
        #expect(try parse(" null ").isNull)
        #expect(try parse(#""""#).string == "")
    }

    @Test(arguments: [
        ("1e3", 1000), ("3.0", 3), ("-0", 0), ("9223372036854775807", Int.max),
        ("-9223372036854775808", Int.min),
        ("9223372036854775808", nil), ("1.5", nil), ("1e300", nil), ("123456789012345678901", nil),
    ])
    func `integers are exact or absent`(text: String, value: Int?) throws {
        #expect(try parse(text).integer == value)
    }

    @Test(arguments: ["123456789012345678901234567890", "-123456789012345678901", "18446744073709551616"])
    func `integers beyond 64 bits are doubles`(text: String) throws {
        #expect(try parse(text).double == Double(text))
        let values = try parse("[1, \(text), {\"a\": \(text)} ,-\(text.drop { $0 == "-" })]").elements
        #expect(values?.map(\.double) == [1, Double(text), nil, Double("-" + text.drop { $0 == "-" })])
    }

    @Test func `an object is found by key after nested values`() throws {
        let root = try parse(#"{"a":[[1],{"b":2}],"b":{"c":[3]},"c":4}"#)
        #expect(root["c"]?.integer == 4)
        #expect(root["b"]?["c"]?.elements?.first { _ in true }?.integer == 3)
    }

    @Test func `a value outlives the variable that held its document`() throws {
        var values: [JSONValue] = []
        for i in 0..<100 { values.append(try parse("[\(i)]")) }
        #expect(values.map { $0.elements?.map(\.integer) } == (0..<100).map { [$0] })
    }

    // MARK: Bulk numbers

    @Test func `numbers of an array are read in one call`() throws {
        #expect(
            try parse("[1, 2.5, -3, 18446744073709551615]").doubles(nullAsNaN: false) == [1, 2.5, -3, 0x1p64])
        #expect(try parse("[]").doubles(nullAsNaN: false) == [])
        let holes = try parse("[1, null, 3]").doubles(nullAsNaN: true)
        #expect(holes.count == 3 && holes[1].isNaN && holes[2] == 3)
    }

    @Test func `the first element that is no number is named`() throws {
        #expect(throws: JSONTypeError.notANumber(index: 1, .null)) {
            try parse("[1, null, \"a\"]").doubles(nullAsNaN: false)
        }
        #expect(throws: JSONTypeError.notANumber(index: 2, .array)) {
            try parse("[1, null, [2]]").doubles(nullAsNaN: true)
        }
        #expect(throws: JSONTypeError.notAnArray(.string)) { try parse("\"1\"").doubles(nullAsNaN: true) }
    }

    // MARK: Errors

    static let errors: [(text: String, reason: JSONError.Reason, byte: Int)] = [
        ("", .empty, 0), (" \n ", .empty, 3),
        ("[1, NaN]", .notFinite(token: "NaN"), 4), ("[nan]", .notFinite(token: "nan"), 1),
        ("[-Infinity]", .notFinite(token: "-Infinity"), 1), ("[1,\n inf]", .notFinite(token: "inf"), 5),
        ("1e400", .numberOutOfRange, 0), ("[-1e999]", .numberOutOfRange, 1),
        ("[01]", .malformedNumber, 1), ("[.5]", .malformedNumber, 1), ("[1.]", .malformedNumber, 1),
        ("[+1]", .malformedNumber, 1), ("[1e]", .malformedNumber, 1), ("[-]", .malformedNumber, 1),
        ("[1x]", .malformedNumber, 1), ("[1-2]", .malformedNumber, 1),
        ("[1", .truncated, 2), ("{\"a\":", .truncated, 5), ("\"abc", .truncated, 4), ("[tru", .truncated, 4),
        ("[1,", .truncated, 3), ("{\"a\"", .truncated, 4), ("\"\\u12", .truncated, 5), ("-", .truncated, 1),
        ("[1] 2", .trailingText, 4), ("{}}", .trailingText, 2), ("1 1", .trailingText, 2),
        ("[1,]", .expected("a value"), 3), ("[1 2]", .expected("',' or ']'"), 3),
        ("[,]", .expected("a value"), 1),
        ("{\"a\" 1}", .expected("':'"), 5), ("{a:1}", .expected("a key in double quotes"), 1),
        ("{\"a\":1,}", .expected("a key in double quotes"), 7),
        ("{\"a\":1 \"b\"}", .expected("',' or '}'"), 7),
        ("[True]", .expected("a value"), 1), ("'a'", .expected("a value"), 0),
        ("[1}", .expected("',' or ']'"), 2),
        ("{\"a\":}", .expected("a value"), 5), ("{", .truncated, 1), ("]", .expected("a value"), 0),
        ("\u{FEFF}1", .byteOrderMark, 0), ("[\"a\nb\"]", .controlCharacter, 3),
        (#"["\x"]"#, .malformedEscape, 2), (#"["\ud800"]"#, .malformedEscape, 2),
        (#"["\udc00"]"#, .malformedEscape, 2), (#"["\u12g4"]"#, .malformedEscape, 2),
        (#"["\ud800\u0041"]"#, .malformedEscape, 2),
        (#"{"a":1,"b":{"a":2},"a":3}"#, .duplicateKey("a"), 19),
        (#"[{"é":1,"\u00e9":2}]"#, .duplicateKey("é"), 9),
    ]

    @Test(arguments: errors.indices)
    func `every error has its reason and its place`(index: Int) throws {
        let (text, reason, byte) = Self.errors[index]
        let found = try #require(error(of: Array(text.utf8)), "\(text)")
        #expect(found.reason == reason, "\(text)")
        #expect(found.byte == byte, "\(text)")
    }

    @Test(
        arguments: [
            ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xC0, 0x80, 0x22], 2),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xE2, 0x82, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
            ([0x5B, 0x80, 0x5D], 1),
        ] as [([UInt8], Int)])
    func `what is no UTF-8 is refused`(bytes: [UInt8], byte: Int) throws {
        let found = try #require(error(of: bytes))
        #expect(found.reason == .invalidUTF8 && found.byte == byte)
    }

    @Test func `an error says its line and column in characters`() throws {
        let found = try #require(error(of: Array("{\n  \"é\": 1,\n  \"ü\": NaN\n}".utf8)))
        #expect(found.line == 3 && found.column == 8)
        #expect(
            "\(found)" == "NaN is not JSON; write null for a missing value (line 3, column 8, byte 21)")
    }

    @Test(arguments: [1, 2, 64, 1000])
    func `nesting has a limit`(depth: Int) throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: "[", count: levels) + "1" + String(repeating: "]", count: levels)).utf8)
        }
        #expect(error(of: nested(depth), .init(depth: depth)) == nil)
        let found = try #require(error(of: nested(depth + 1), .init(depth: depth)))
        #expect(found.reason == .tooDeep(limit: depth) && found.byte == depth)
        #expect(
            error(of: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000), .init(depth: depth)) != nil)
    }

    @Test func `duplicate keys are found among many and can be allowed`() throws {
        let members = (0..<1000).map { "\"k\($0)\":[{\"k1\":0}]" }
        let text = "{" + (members + ["\"k777\":1"]).joined(separator: ",") + "}"
        #expect(error(of: Array(text.utf8))?.reason == .duplicateKey("k777"))
        #expect(try parse(text, .init(allowsDuplicateKeys: true)).count == 1001)
        #expect(error(of: Array(("{" + members.joined(separator: ",") + "}").utf8)) == nil)
        #expect(try parse(#"{"a":1,"a":2}"#, .init(allowsDuplicateKeys: true))["a"]?.integer == 1)
    }

    // MARK: Damage

    private static let sample = Array(
        #"""
        {"series": "cpu é😀 \"q\" \u00e9\ud83d\ude00", "values": [1, -2.5e-3, null, 123456789012345678901234],
         "nested": {"a": [[], {}, [true, false]], "b": "\\"}, "times": [1700000000000, 0.1, 1e22, -0]}
        """#.utf8)

    @Test func `every truncation is an error inside the text`() throws {
        #expect(error(of: Self.sample) == nil)
        for count in Self.sample.indices {
            let found = try #require(error(of: Array(Self.sample[..<count])), "\(count)")
            #expect(found.byte <= count)
            if case .refused = found.reason { Issue.record("no reason found at \(count)") }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `flipped bytes are never fatal and always explained`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let syntax = Array("[]{},:\"\\ntf-+.eE019 u".utf8)
        for _ in 0..<50 {
            var bytes = Self.sample
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] = syntax.randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: place)
                default: bytes.insert(syntax.randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let found = error(of: bytes) else { continue }
            #expect(found.byte <= bytes.count && found.byte >= 0)
            if case .refused(let message) = found.reason {
                Issue.record("seed \(seed): \(message): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
}

@Suite struct JSONPointerTests {
    @Test func `keys are escaped as RFC 6901 says`() {
        #expect(["", "a/b", "m~n", "~1", "é"].map(JSONPointer.escaped) == ["", "a~1b", "m~0n", "~01", "é"])
    }
}
