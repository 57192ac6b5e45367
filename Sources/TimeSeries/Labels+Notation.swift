extension Labels {
    /// Reads the notation of Prometheus, the inverse of ``description``: `name{a="b", c="d"}`, `name`, `{a="b"}`,
    /// `{"any name", a="b"}`.
    ///
    /// - A bare metric name is `[a-zA-Z_:][a-zA-Z0-9_:]*`; any other stands in the braces, in quotes.
    /// - Values stand in double quotes; `\\`, `\"`, `\n`, `\r` and `\t` are known in them.
    /// - Blanks may surround every part, and a comma may follow the last pair.
    ///
    /// - Throws: ``LabelNotationError``.
    /// - Complexity: O(*n*) in the length of the text.
    public init(seriesNotation text: String) throws(LabelNotationError) {
        var scan = NotationScan(text)
        let labels = try scan.labels()
        do {
            try self.init(labels)
        } catch {
            throw .labels(error)
        }
    }
}

/// Why a text is no notation of labels.
public enum LabelNotationError: Error, Equatable {
    /// The text departs from the form at this byte, counted from 0; `expected` says what should stand there.
    case malformed(byte: Int, expected: String)
    /// The names and values are no labels.
    case labels(LabelsError)
}

extension LabelNotationError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .malformed(let byte, let expected): "\(expected) expected at byte \(byte + 1)"
        case .labels(let error): "\(error)"
        }
    }
}

/// One pass over a notation.
private struct NotationScan {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func labels() throws(LabelNotationError) -> [(name: String, value: String)] {
        var labels: [(name: String, value: String)] = []
        skipBlanks()
        let metric = word(allowingColons: true)
        if !metric.isEmpty { labels.append((Labels.metricName, metric)) }
        skipBlanks()
        if metric.isEmpty || position < bytes.count {
            guard take("{") else { throw expected(metric.isEmpty ? "a metric name or '{'" : "'{'") }
            try readPairs(into: &labels)
        }
        skipBlanks()
        guard position == bytes.count else { throw expected("the end") }
        return labels
    }

    /// What stands between the braces, the closing one included.
    private mutating func readPairs(
        into labels: inout [(name: String, value: String)]
    ) throws(LabelNotationError) {
        while true {
            skipBlanks()
            if take("}") { return }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                labels.append((Labels.metricName, try quoted()))
            } else {
                let name = word(allowingColons: false)
                guard !name.isEmpty else { throw expected("a label name or '}'") }
                skipBlanks()
                guard take("=") else { throw expected("'='") }
                skipBlanks()
                labels.append((name, try quoted()))
            }
            skipBlanks()
            if take("}") { return }
            guard take(",") else { throw expected("',' or '}'") }
        }
    }

    private mutating func quoted() throws(LabelNotationError) -> String {
        guard take("\"") else { throw expected("a value in double quotes") }
        var value: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                value.append(byte)
                continue
            }
            guard position < bytes.count, let plain = Self.escaped(bytes[position]) else {
                throw expected("one of \\ \" n r t after a backslash")
            }
            value.append(plain)
            position += 1
        }
        throw expected("a closing quote")
    }

    private static func escaped(_ byte: UInt8) -> UInt8? {
        switch Unicode.Scalar(byte) {
        case "\\", "\"": byte
        case "n": 0x0A
        case "r": 0x0D
        case "t": 0x09
        default: nil
        }
    }

    private mutating func word(allowingColons: Bool) -> String {
        let start = position
        while position < bytes.count {
            switch Unicode.Scalar(bytes[position]) {
            case "a"..."z", "A"..."Z", "_": position += 1
            case "0"..."9" where position > start: position += 1
            case ":" where allowingColons: position += 1
            default: return String(decoding: bytes[start..<position], as: UTF8.self)
            }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private func expected(_ what: String) -> LabelNotationError {
        .malformed(byte: position, expected: what)
    }
}
