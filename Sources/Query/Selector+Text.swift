internal import TimeSeries

extension Selector: CustomStringConvertible {
    /// The canonical form: the metric's name first where there is one, the other matchers sorted, each once.
    ///
    /// `Selector(parsing:)` gives the selector back.
    public var description: String {
        let metric = Array(Labels.metricName.utf8)
        let named = matchers.filter { $0.nameBytes == metric }
        let isAlone = named.count == 1 && named[0].comparison == .equal && !named[0].acceptsEmpty
        let hoisted = isAlone ? named[0] : nil
        let isBare = hoisted.map { SelectorText.isMetricName($0.valueBytes) } ?? false
        var parts: [String] = []
        if let hoisted, !isBare { parts.append(SelectorText.quoted(hoisted.valueBytes)) }
        for matcher in matchers where matcher != hoisted {
            let name =
                Labels.isValidName(matcher.name) ? matcher.name : SelectorText.quoted(matcher.nameBytes)
            parts.append(name + matcher.comparison.rawValue + SelectorText.quoted(matcher.valueBytes))
        }
        let bare = isBare ? hoisted?.value ?? "" : ""
        return parts.isEmpty ? bare : bare + "{" + parts.joined(separator: ", ") + "}"
    }
}

/// The words and quotes of selectors.
enum SelectorText {
    /// The character at a byte, from 1.
    static func column(of place: Int, in bytes: [UInt8]) -> Int {
        bytes[..<min(place, bytes.count)].count { $0 & 0xC0 != 0x80 } + 1
    }

    /// The word, or the one character, at a byte, in quotes.
    static func word(at place: Int, in bytes: [UInt8]) -> String {
        guard place < bytes.count else { return "the end" }
        var end = place
        while end < bytes.count, isWordByte(bytes[end], first: false) { end += 1 }
        if end == place {
            end += 1
            while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        }
        return quoted(Array(bytes[place..<end]), at: 20)
    }

    /// Whether a byte may stand in a label name.
    static func isWordByte(_ byte: UInt8, first: Bool) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "_": true
        case "0"..."9": !first
        default: false
        }
    }

    /// Whether a name needs no quotes: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func isMetricName(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty
            && bytes.enumerated().allSatisfy { index, byte in
                byte == UInt8(ascii: ":") || isWordByte(byte, first: index == 0)
            }
    }

    /// A text in double quotes; what would not show or would end them is escaped.
    ///
    /// - Parameter limit: At most so many characters of it, then `…`.
    static func quoted(_ bytes: [UInt8], at limit: Int = .max) -> String {
        var text = "\""
        for (index, scalar) in String(decoding: bytes, as: UTF8.self).unicodeScalars.enumerated() {
            guard index < limit else {
                text += "…"
                break
            }
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            default: text += isShown(scalar) ? String(scalar) : escaped(scalar)
            }
        }
        return text + "\""
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        default: true
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let width = digits.count <= 4 ? 4 : 8
        return (width == 4 ? "\\u" : "\\U") + String(repeating: "0", count: width - digits.count) + digits
    }
}
