internal import CSimdjson

/// Writes JSON text by appending; commas are its own affair.
///
/// Not a checker: who writes a key outside an object gets a text that is no JSON.
public struct JSONWriter: Sendable {
    /// The text so far, without white space.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    ///
    /// - Parameter capacity: Bytes to set aside.
    public init(reservingCapacity capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

// MARK: - Containers

extension JSONWriter {
    /// Writes an object, whose members `body` writes.
    public mutating func object<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        try container("{", "}", body)
    }

    /// Writes an array, whose elements `body` writes.
    public mutating func array<E: Error>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        try container("[", "]", body)
    }

    private mutating func container<E: Error>(
        _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        separate()
        bytes.append(UInt8(ascii: opening))
        needsComma = false
        try body(&self)
        bytes.append(UInt8(ascii: closing))
        needsComma = true
    }

    /// Writes a key; its value is to follow.
    public mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes one value that is JSON text already.
    public mutating func raw(_ text: some Collection<UInt8>) {
        separate()
        bytes += text
    }
}

// MARK: - Scalars

extension JSONWriter {
    /// Writes `null`.
    public mutating func null() {
        separate()
        bytes += "null".utf8
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        bytes += (value ? "true" : "false").utf8
    }

    /// Writes a whole number.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes += String(value).utf8
    }

    /// Writes a number in its shortest form that reads back as the same bits; `nan` and infinities become `null`.
    public mutating func number(_ value: Double) {
        separate()
        withUnsafePointer(to: value) { appendNumbers($0, 1) }
    }

    /// Writes a string in quotes.
    public mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in
            if utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                bytes += utf8
            } else {
                for unit in utf8 { appendEscaped(unit) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ unit: UInt8) {
        switch unit {
        case UInt8(ascii: "\""): bytes += #"\""#.utf8
        case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
        case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
        case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
        case UInt8(ascii: "\t"): bytes += #"\t"#.utf8
        case 0..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            bytes += #"\u00"#.utf8
            bytes.append(digits[Int(unit >> 4)])
            bytes.append(digits[Int(unit & 15)])
        default: bytes.append(unit)
        }
    }

    private mutating func appendNumbers(_ values: UnsafePointer<Double>, _ count: Int) {
        let room = count * Int(csimdjson_number_bytes)
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
            guard let out = buffer.baseAddress else { return }
            let written = csimdjson_write_doubles(values, count, out)
            bytes += UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<written])
        }
    }
}

// MARK: - Arrays and members

extension JSONWriter {
    /// Writes an array of numbers, each as ``number(_:)`` does.
    public mutating func numbers(_ values: [Double]) {
        /// Numbers at a time; a block needs 6.4 kB of stack.
        let block = 256
        array { writer in
            values.withUnsafeBufferPointer { values in
                for start in stride(from: 0, to: values.count, by: block) {
                    guard let base = values.baseAddress else { return }
                    writer.separate()
                    writer.appendNumbers(base + start, min(block, values.count - start))
                }
            }
        }
    }

    /// Writes an array of whole numbers.
    public mutating func integers(_ values: some Sequence<some BinaryInteger>) {
        array { writer in for value in values { writer.integer(value) } }
    }

    /// Writes an array of strings.
    public mutating func strings(_ values: some Sequence<String>) {
        array { writer in for value in values { writer.string(value) } }
    }

    /// Writes an array of `true` and `false`.
    public mutating func bools(_ values: some Sequence<Bool>) {
        array { writer in for value in values { writer.bool(value) } }
    }

    /// Writes a key and a string; `null` for `nil`.
    public mutating func member(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a key and a number; `null` for `nil` and for what is not finite.
    public mutating func member(_ name: String, _ value: Double?) {
        key(name)
        number(value ?? .nan)
    }

    /// Writes a key and a whole number; `null` for `nil`.
    public mutating func member(_ name: String, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    /// Writes a key and a truth value; `null` for `nil`.
    public mutating func member(_ name: String, _ value: Bool?) {
        key(name)
        if let value { bool(value) } else { null() }
    }

    /// Writes a key and an array of numbers.
    public mutating func member(_ name: String, _ values: [Double]) {
        key(name)
        numbers(values)
    }

    /// Writes a key and an array of truth values.
    public mutating func member(_ name: String, _ values: [Bool]) {
        key(name)
        bools(values)
    }

    /// Writes a key and an array of strings.
    public mutating func member(_ name: String, _ values: [String]) {
        key(name)
        strings(values)
    }
}
