internal import TimeSeries

/// Reads the matchers of a selector from its text.
struct SelectorParser {
    var bytes: [UInt8]
    var position = 0
    private var found: [Selector.Matcher] = []
    /// Whether the metric's name was given otherwise than by a matcher.
    private var hasMetric = false

    private static let metricName = Array(Labels.metricName.utf8)

    init(_ text: String) throws(SelectorError) {
        bytes = Array(text.utf8)
        guard bytes.count <= Selector.mostBytes else {
            throw SelectorError(
                column: 1, found: "\(bytes.count)", expected: "at most \(Selector.mostBytes) bytes")
        }
    }

    /// The matchers in the order of the text.
    mutating func matchers() throws(SelectorError) -> [Selector.Matcher] {
        skipBlanks()
        let start = position
        let metric = word(colons: true)
        if !metric.isEmpty {
            try add(Self.metricName, .equal, metric, at: start)
            hasMetric = true
            skipBlanks()
        }
        if current == UInt8(ascii: "{") {
            try braces()
            skipBlanks()
        } else if metric.isEmpty {
            throw error("a metric name or \"{\"")
        }
        guard position == bytes.count else { throw error("the end of the selector") }
        guard found.contains(where: { !$0.acceptsEmpty }) else {
            position = start
            throw error(
                "a matcher that no empty value passes, as job=\"api\"; this one would choose every series")
        }
        return found
    }

    private mutating func braces() throws(SelectorError) {
        position += 1
        skipBlanks()
        while current != UInt8(ascii: "}") {
            try matcher()
            skipBlanks()
            if current == UInt8(ascii: ",") {
                position += 1
                skipBlanks()
            } else if current != UInt8(ascii: "}") {
                throw error("\",\" or \"}\"")
            }
        }
        position += 1
    }

    private mutating func matcher() throws(SelectorError) {
        let start = position
        var name = word(colons: false)
        let isQuoted = name.isEmpty && Self.isQuote(current)
        if isQuoted { name = try quoted() }
        guard isQuoted || !name.isEmpty else { throw error("a label name or \"}\"") }
        skipBlanks()
        guard let comparison = comparison() else {
            guard isQuoted, current == UInt8(ascii: ",") || current == UInt8(ascii: "}") else {
                throw error("=, !=, =~ or !~")
            }
            guard !hasMetric, !found.contains(where: { $0.nameBytes == Self.metricName }) else {
                position = start
                throw error("only one metric name")
            }
            hasMetric = true
            try add(Self.metricName, .equal, name, at: start)
            return
        }
        guard !name.isEmpty else {
            position = start
            throw error("a label name that is not empty")
        }
        guard !hasMetric || name != Self.metricName else {
            position = start
            throw error("only one metric name")
        }
        skipBlanks()
        guard Self.isQuote(current) else { throw error("a value in quotes") }
        let valueStart = position
        try add(name, comparison, quoted(), at: valueStart)
    }

    private mutating func add(
        _ name: [UInt8], _ comparison: Selector.Comparison, _ value: [UInt8], at place: Int
    ) throws(SelectorError) {
        guard found.count < Selector.mostMatchers else {
            position = place
            throw error("at most \(Selector.mostMatchers) matchers")
        }
        do throws(LabelPattern.Refusal) {
            found.append(try Selector.Matcher(name, comparison, value))
        } catch {
            throw SelectorError(
                column: column(of: place), found: SelectorText.quoted(value, at: 60),
                expected: "a regular expression (RE2: \(error.reason))")
        }
    }

    mutating func comparison() -> Selector.Comparison? {
        let pair = Array(bytes[position...].prefix(2))
        for comparison in [Selector.Comparison.unequal, .matches, .matchesNot, .equal]
        where pair.starts(with: comparison.rawValue.utf8) {
            position += comparison.rawValue.utf8.count
            return comparison
        }
        return nil
    }
}

// MARK: - Characters

extension SelectorParser {
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipBlanks() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    static func isQuote(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
    }

    /// Letters, digits and `_`, no digit first; nothing when none stands here.
    private mutating func word(colons: Bool) -> [UInt8] {
        let start = position
        while let byte = current,
            SelectorText.isWordByte(byte, first: position == start) || (colons && byte == UInt8(ascii: ":"))
        {
            position += 1
        }
        return Array(bytes[start..<position])
    }

    /// That something else should stand at the position.
    func error(_ expected: String) -> SelectorError {
        SelectorError(column: column(of: position), found: foundText, expected: expected)
    }

    /// The character at a byte, from 1.
    private func column(of place: Int) -> Int {
        SelectorText.column(of: place, in: bytes)
    }

    private var foundText: String {
        guard let byte = current else { return "the end" }
        if Self.isQuote(byte) {
            let rest = bytes[(position + 1)...].prefix { $0 != byte }
            return SelectorText.quoted(Array(rest), at: 20)
        }
        return SelectorText.word(at: position, in: bytes)
    }
}
