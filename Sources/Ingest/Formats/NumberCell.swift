/// What a cell that should hold a number says.
enum NumberCell: Equatable {
    case number(Double)
    /// Empty, `NA`, `NaN`, `null` or `-`.
    case missing
    /// `inf`, or a number that no `Double` reaches.
    case infinite
    case malformed(hint: String?)

    /// Reads a decimal number, exactly: the nearest `Double`, ties to even.
    ///
    /// Up to 15 digits and powers of ten up to 22 need one exact product or quotient; anything else goes
    /// through the standard library's `strtod`.
    ///
    /// - Source: Clinger, *How to read floating point numbers accurately*, PLDI 1990, section 3.
    init(_ bytes: Span<UInt8>) {
        var position = 0
        var isNegative = false
        if let first = bytes.count > 0 ? bytes[0] : nil, first == Byte.minus || first == Byte.plus {
            isNegative = first == Byte.minus
            position = 1
        }
        var mantissa: UInt64 = 0
        var digits = 0  // significant ones
        var exponent = 0
        let start = position
        var pointAt: Int?
        while position < bytes.count {
            let byte = bytes[position]
            if isDigit(byte) {
                if digits > 0 || byte != Byte.zero { digits += 1 }
                if digits <= 15 { mantissa = mantissa * 10 + UInt64(byte - Byte.zero) }
                if pointAt != nil { exponent -= 1 }
            } else if byte == Byte.period, pointAt == nil {
                pointAt = position
            } else {
                break
            }
            position += 1
        }
        guard position - start > (pointAt == nil ? 0 : 1) else {
            self = Self.word(bytes)
            return
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            guard let written = Self.exponent(bytes, from: position + 1) else {
                self = .malformed(hint: nil)
                return
            }
            exponent += written
        } else if position < bytes.count {
            self = .malformed(hint: Self.hint(bytes))
            return
        }
        if mantissa == 0 {
            self = .number(isNegative ? -0.0 : 0)
        } else if digits <= 15, abs(exponent) <= 22 {
            let power = Self.powersOfTen[abs(exponent)]
            let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            self = .number(isNegative ? -magnitude : magnitude)
        } else {
            self = Self.slowly(bytes)
        }
    }

    /// 10⁰ … 10²², all exact in a `Double`.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    private static func slowly(_ bytes: Span<UInt8>) -> NumberCell {
        guard let value = Double(Self.string(bytes)) else { return .malformed(hint: nil) }
        return value.isFinite ? .number(value) : .infinite
    }

    /// The digits after an `e` to the end; cut off where every number is 0 or infinite anyway.
    private static func exponent(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        var isNegative = false
        if position < bytes.count, bytes[position] == Byte.minus || bytes[position] == Byte.plus {
            isNegative = bytes[position] == Byte.minus
            position += 1
        }
        guard position < bytes.count else { return nil }
        var value = 0
        while position < bytes.count {
            guard isDigit(bytes[position]) else { return nil }
            value = min(value * 10 + Int(bytes[position] - Byte.zero), 1_000_000)
            position += 1
        }
        return isNegative ? -value : value
    }

    /// A cell without digits: a word for a missing value or for infinity.
    private static func word(_ bytes: Span<UInt8>) -> NumberCell {
        guard bytes.count <= 9 else { return .malformed(hint: nil) }
        return switch string(bytes).lowercased() {
        case "", "na", "nan", "null", "-": .missing
        case "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity": .infinite
        default: .malformed(hint: nil)
        }
    }

    /// What may have been meant by a cell that begins with a number.
    private static func hint(_ bytes: Span<UInt8>) -> String? {
        var commas = 0
        var points = 0
        for i in bytes.indices {
            switch bytes[i] {
            case Byte.comma: commas += 1
            case Byte.period: points += 1
            case Byte.space, Byte.minus, Byte.plus, UInt8(ascii: "'"), UInt8(ascii: "_"): continue
            case let byte where isDigit(byte): continue
            default: return nil
            }
        }
        if commas == 1, points == 0 {
            return "a decimal comma or a thousands separator? write 1234.5"
        }
        return "thousands separators? write 1234.5"
    }

    static func string(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
