/// Why a line of a text protocol is not taken: what is wrong, and at which bytes.
///
/// It costs nothing until it is told, so that a body of a million bad lines is refused as fast as it is read.
struct TextFault: Error {
    var what: StaticString
    /// The bytes that are shown with it; none when empty.
    var place: Range<Int>

    init(_ what: StaticString, _ place: Range<Int> = 0..<0) {
        self.what = what
        self.place = place
    }

    /// The most bytes of an input that a message shows.
    private static let shownBytes = 60

    /// The fault as an error that may be kept.
    func error(line: Int, in bytes: UnsafeBufferPointer<UInt8>) -> DecodeError {
        guard !place.isEmpty else { return DecodeError(line: line, reason: "\(what)") }
        let shown = bytes[place.clamped(to: bytes.indices)].prefix(Self.shownBytes)
        let text = String(decoding: shown, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : String(scalar)
        }
        let rest = place.count > Self.shownBytes ? "…" : ""
        return DecodeError(line: line, reason: "\(what): '\(text.joined())\(rest)'")
    }
}

/// Numbers of text protocols.
enum TextNumber {
    /// A decimal number; `nil` for anything else, and for one that no `Double` reaches.
    static func decimal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Double? {
        guard case .number(let value) = NumberCell(UnsafeBufferPointer(rebasing: bytes).span) else {
            return nil
        }
        return value
    }

    /// A whole number in the range of its type; `nil` for anything else.
    static func integer<Number: FixedWidthInteger>(
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>, as type: Number.Type
    ) -> Number? {
        var position = bytes.startIndex
        let isNegative = position < bytes.endIndex && bytes[position] == Byte.minus
        if isNegative {
            guard Number.isSigned else { return nil }
            position += 1
        }
        guard position < bytes.endIndex else { return nil }
        var value: Number = 0
        while position < bytes.endIndex {
            guard isDigit(bytes[position]) else { return nil }
            let digit = Number(truncatingIfNeeded: bytes[position] &- Byte.zero)
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, isBeyond) =
                isNegative
                ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
            guard !overflows, !isBeyond else { return nil }
            value = sum
            position += 1
        }
        return value
    }

    /// A number, `NaN`, or an infinity with or without its sign, in any case.
    static func decimalOrWord(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Double? {
        if let value = decimal(bytes) { return value }
        guard bytes.count <= 9 else { return nil }
        return switch String(decoding: bytes, as: UTF8.self).lowercased() {
        case "nan": .nan
        case "inf", "+inf", "infinity", "+infinity": .infinity
        case "-inf", "-infinity": -.infinity
        default: nil
        }
    }
}
