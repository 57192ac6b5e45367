internal import TimeSeries

extension Selector.Matcher {
    /// A condition on one label.
    ///
    /// - Throws: ``SelectorError`` for an empty name, and for a value that is to be a regular expression and is none.
    public init(
        _ name: String, _ comparison: Selector.Comparison, _ value: String
    ) throws(SelectorError) {
        guard !name.isEmpty else {
            throw SelectorError(column: 1, found: "the end", expected: "a label name that is not empty")
        }
        try self.init(
            refusingAt: 1, Array(name.utf8), comparison, Array(value.utf8))
    }

    /// One condition as Alertmanager writes it: `severity="critical"`, `team=~a|b`, `"odd name" != x`.
    ///
    /// A value stands in double quotes or for itself to the end. In quotes escapes are Go's; where that fails, as in
    /// `"\d+"`, and outside quotes only `\\`, `\"` and `\n` are escapes and any other `\` stands for itself.
    /// Regular expressions have RE2's syntax and match whole values.
    ///
    /// - Throws: ``SelectorError`` with the character where the text departs from the form.
    /// - Source: Prometheus Alertmanager 0.27, *Configuration*, "matcher"; `pkg/labels/parse.go`,
    ///   `matchers/parse/parse.go`.
    public init(parsing text: String) throws(SelectorError) {
        var parser = try SelectorParser(text)
        parser.skipBlanks()
        let name: [UInt8]
        if parser.current == Self.quote {
            name = try parser.quoted()
        } else {
            name = parser.bareName()
        }
        guard !name.isEmpty else { throw parser.error("a label name") }
        parser.skipBlanks()
        guard let comparison = parser.comparison() else { throw parser.error("=, !=, =~ or !~") }
        parser.skipBlanks()
        let column = parser.position + 1
        try self.init(refusingAt: column, name, comparison, try parser.matcherValue())
    }

    private static let quote = UInt8(ascii: "\"")

    private init(
        refusingAt column: Int, _ name: [UInt8], _ comparison: Selector.Comparison, _ value: [UInt8]
    ) throws(SelectorError) {
        do throws(LabelPattern.Refusal) {
            try self.init(name, comparison, value)
        } catch {
            throw SelectorError(
                column: column, found: SelectorText.quoted(value, at: 60),
                expected: "a regular expression (RE2: \(error.reason))")
        }
    }
}

extension Selector.Matcher: CustomStringConvertible {
    /// The condition with its value in quotes; `Matcher(parsing:)` gives it back.
    public var description: String {
        let name = Labels.isValidName(name) ? name : SelectorText.quoted(nameBytes)
        return name + comparison.rawValue + SelectorText.quoted(valueBytes)
    }
}

extension SelectorParser {
    /// Everything up to a blank or a character that has a meaning.
    fileprivate mutating func bareName() -> [UInt8] {
        let start = position
        while let byte = current, byte > 0x20, !"{}!=~,\\\"'`".utf8.contains(byte) { position += 1 }
        return Array(bytes[start..<position])
    }

    /// The value of a matcher, which ends the text.
    fileprivate mutating func matcherValue() throws(SelectorError) -> [UInt8] {
        guard current == UInt8(ascii: "\"") else { return try classicValue(to: trimmedEnd) }
        let start = position
        if let value = goValue() { return value }
        position = start + 1
        guard trimmedEnd > position, bytes[trimmedEnd - 1] == UInt8(ascii: "\"") else {
            position = trimmedEnd
            throw error("\"\\\"\" to close the value")
        }
        return try classicValue(to: trimmedEnd - 1)
    }

    /// A value in quotes with Go's escapes and nothing behind it.
    private mutating func goValue() -> [UInt8]? {
        do throws(SelectorError) {
            let value = try quoted()
            skipBlanks()
            return position == bytes.count ? value : nil
        } catch {
            return nil
        }
    }

    /// Where the text ends without the blanks at its end.
    private var trimmedEnd: Int {
        var end = bytes.count
        while end > position, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) { end -= 1 }
        return end
    }

    private mutating func classicValue(to end: Int) throws(SelectorError) -> [UInt8] {
        var value: [UInt8] = []
        while position < end {
            let byte = bytes[position]
            guard byte != UInt8(ascii: "\"") else { throw error("\\\" for a quote within a value") }
            let next = position + 1 < end ? bytes[position + 1] : nil
            position += 1
            guard byte == UInt8(ascii: "\\"), let next else {
                value.append(byte)
                continue
            }
            switch Unicode.Scalar(next) {
            case "\\", "\"": value.append(next)
            case "n": value.append(0x0A)
            default: value += [byte, next]
            }
            position += 1
        }
        return value
    }
}
