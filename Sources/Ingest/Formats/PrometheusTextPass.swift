import TimeSeries

/// One pass over the text of a target; the first fault ends it.
struct PrometheusTextPass {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isOpen: Bool
    private let time: Int64?
    private let target: TargetLabels
    private let honorsTimes: Bool
    private var position = 0
    /// The line of the position, counted from 1.
    private(set) var line = 1
    private(set) var decoded = DecodedPoints()

    private var labels = LabelScratch()
    private var quoted: [UInt8] = []
    /// The family that the last `# TYPE` began, `_created` behind its name, when it may have such a sample.
    private var creation: [UInt8] = []
    private var isComplete = false

    init(
        _ bytes: UnsafeBufferPointer<UInt8>, _ dialect: PrometheusText.Dialect, at time: Timestamp?,
        _ target: ScrapeTarget
    ) {
        self.bytes = bytes
        isOpen = dialect == .openMetrics
        self.time = time?.milliseconds
        self.target = TargetLabels(target)
        honorsTimes = target.honorsTimes
    }

    mutating func readAll() throws(TextFault) {
        while position < bytes.count {
            guard !isComplete else { throw TextFault("nothing may follow # EOF") }
            if !isOpen {
                skipBlanks()
                if isLineEnd {
                    endLine()
                    continue
                }
            }
            if bytes[position] == Byte.hash {
                try readComment()
            } else {
                try readSample()
            }
        }
        guard isComplete || !isOpen else { throw TextFault("# EOF is missing; is the answer cut?") }
    }
}

// MARK: - Comments

extension PrometheusTextPass {
    private mutating func readComment() throws(TextFault) {
        let start = position
        while position < bytes.count, bytes[position] != Byte.lineFeed { position += 1 }
        var end = position
        if !isOpen, bytes[end - 1] == Byte.carriageReturn { end -= 1 }
        var rest = bytes[(start + 1)..<end]
        let keyword = word(&rest)
        switch String(decoding: keyword.prefix(5), as: UTF8.self) {
        case "TYPE":
            let name = word(&rest)
            guard !name.isEmpty, !rest.isEmpty else {
                throw TextFault("a name and a type are needed", start..<end)
            }
            try begin(name, rest)
        case "HELP":
            guard !word(&rest).isEmpty else { throw TextFault("a name is needed", start..<end) }
        case "UNIT" where isOpen:
            guard !word(&rest).isEmpty else { throw TextFault("a name is needed", start..<end) }
        case "EOF" where isOpen && rest.isEmpty: isComplete = true
        default:
            if isOpen { throw TextFault("only HELP, TYPE, UNIT and EOF may follow '#'", start..<end) }
        }
        endLine()
    }

    /// Takes the next word of a comment and the space before it.
    private func word(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        if isOpen {
            guard rest.first == Byte.space else { return rest.prefix(0) }
            rest = rest.dropFirst()
        } else {
            rest = rest.drop { isBlank($0) }
        }
        let end = rest.firstIndex { isBlank($0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    private mutating func begin(
        _ name: Slice<UnsafeBufferPointer<UInt8>>, _ rest: Slice<UnsafeBufferPointer<UInt8>>
    ) throws(TextFault) {
        var rest = rest
        let type = word(&rest)
        let isKnown: Bool
        var mayTell = false
        switch String(decoding: type.prefix(16), as: UTF8.self) {
        case "counter", "histogram", "summary": (isKnown, mayTell) = (true, true)
        case "gauge": isKnown = true
        case "untyped": isKnown = !isOpen
        case "gaugehistogram", "info", "stateset", "unknown": isKnown = isOpen
        default: isKnown = false
        }
        guard isKnown, rest.allSatisfy({ isBlank($0) }) else {
            throw TextFault("a type that this format has is needed", type.startIndex..<rest.endIndex)
        }
        creation.removeAll(keepingCapacity: true)
        if mayTell, isOpen { creation = Array(name) + Self.created }
    }

    private static let created = Array("_created".utf8)
}

// MARK: - Samples

extension PrometheusTextPass {
    private mutating func readSample() throws(TextFault) {
        labels.clear()
        let start = position
        while position < bytes.count, LabelName.isWord(bytes[position]) || bytes[position] == Byte.colon {
            position += 1
        }
        let name = start..<position
        var isNamed = !name.isEmpty
        if isNamed {
            guard !isDigit(bytes[start]) else { throw TextFault("a name begins with a digit", name) }
            labels.appendMetric(bytes[name], makingValid: false)
        }
        if !isOpen { skipBlanks() }
        if take(UInt8(ascii: "{")) {
            try readLabels(into: &isNamed)
        } else if !isNamed {
            let end = min(position + 20, bytes.count)
            throw TextFault("a name of a metric is needed", position..<end)
        }
        let isCreation =
            !creation.isEmpty && name.count == creation.count && bytes[name].elementsEqual(creation)
        try skipSeparator()
        let value = try readNumber()
        let milliseconds = try readTime()
        if isOpen, position < bytes.count, bytes[position] == Byte.space { try readExemplar() }
        guard isLineEnd else {
            throw TextFault("the end of the line is needed", position..<min(position + 20, bytes.count))
        }
        if isCreation {
            decoded.ignoredCreations += 1
        } else {
            try add(value, name, at: milliseconds, isNamed: isNamed)
        }
        endLine()
    }

    private mutating func add(
        _ value: Double, _ name: Range<Int>, at own: Int64?, isNamed: Bool
    ) throws(TextFault) {
        guard isNamed || labels.pairs.contains(where: { labels.isEqual($0.name, LabelName.metric) }) else {
            throw TextFault("the sample has no name of a metric")
        }
        guard let milliseconds = honorsTimes ? own ?? time : time ?? own else {
            throw TextFault("the sample has no time, and none was told for it", name)
        }
        target.join(&labels)
        guard labels.sort() == nil else { throw TextFault("a label comes twice", name) }
        let start = decoded.bytes.count
        labels.encode(labels.pairs.indices, to: &decoded.bytes)
        guard decoded.bytes.count - start <= DecodedPoints.labelBytesLimit else {
            throw TextFault("the labels of a series have more bytes than are accepted", name)
        }
        guard decoded.bytes.count <= DecodedPoints.bodyLabelBytesLimit else {
            throw TextFault("the labels of all series have more bytes than are accepted")
        }
        let index = decoded.points.count
        decoded.points.append(Point(milliseconds: milliseconds, value: value))
        decoded.series.append(
            DecodedPoints.Entry(labels: start..<decoded.bytes.count, points: index..<index + 1))
    }

    private mutating func readNumber() throws(TextFault) -> Double {
        let start = position
        let word = readWord()
        guard let value = TextNumber.decimalOrWord(word) else {
            throw TextFault("a value is no number", start..<max(position, min(start + 1, bytes.count)))
        }
        return value
    }

    /// The time of a sample, if it has one.
    private mutating func readTime() throws(TextFault) -> Int64? {
        if isOpen {
            guard position + 1 < bytes.count, bytes[position] == Byte.space,
                bytes[position + 1] != Byte.hash
            else { return nil }
            position += 1
        } else {
            skipBlanks()
            guard !isLineEnd else { return nil }
        }
        let start = position
        let word = readWord()
        let milliseconds: Int64?
        if isOpen {
            let seconds = TextNumber.decimal(word)
            milliseconds = seconds.flatMap { try? Timestamp(epochSeconds: $0).milliseconds }
        } else {
            let number = TextNumber.integer(word, as: Int64.self)
            milliseconds = number.flatMap { try? Timestamp(epochMilliseconds: $0).milliseconds }
            skipBlanks()
        }
        guard let milliseconds else {
            throw TextFault("a time is no number of the years 0001 to 9999", start..<position)
        }
        return milliseconds
    }

    /// Steps over ` # {labels} value time`.
    private mutating func readExemplar() throws(TextFault) {
        let start = position
        guard bytes[position...].starts(with: Self.exemplarStart) else {
            throw TextFault(
                "the end of the line or an exemplar is needed", start..<min(start + 20, bytes.count))
        }
        position += Self.exemplarStart.count
        let kept = labels
        labels.clear()
        var isNamed = true
        try readLabels(into: &isNamed)
        labels = kept
        try skipSeparator()
        _ = try readNumber()
        _ = try readTime()
        decoded.ignoredExemplars += 1
    }

    private static let exemplarStart = Array(" # {".utf8)
}

// MARK: - Labels

extension PrometheusTextPass {
    /// Reads labels up to the closing brace; a text in quotes that is no label's name is the metric's.
    private mutating func readLabels(into isNamed: inout Bool) throws(TextFault) {
        while true {
            if !isOpen { skipBlanks() }
            if take(UInt8(ascii: "}")) { return }
            try readLabel(into: &isNamed)
            if !isOpen { skipBlanks() }
            if take(Byte.comma) { continue }
            guard take(UInt8(ascii: "}")) else {
                throw TextFault("',' or '}' is needed after a label", here)
            }
            return
        }
    }

    private mutating func readLabel(into isNamed: inout Bool) throws(TextFault) {
        let start = position
        if position < bytes.count, bytes[position] == Byte.quote {
            try readText()
            if !isOpen { skipBlanks() }
            guard position < bytes.count, bytes[position] == Byte.equals else {
                guard !isNamed, !quoted.isEmpty else {
                    throw TextFault("a second name of a metric, or an empty one", start..<position)
                }
                isNamed = true
                labels.append(contentsOf: LabelName.metric)
                _ = labels.endName(makingValid: false)
                labels.append(contentsOf: quoted)
                guard labels.endValue() else { throw TextFault("a name is not UTF-8", start..<position) }
                return
            }
            labels.append(contentsOf: quoted)
            guard labels.endName(makingValid: true) else { throw TextFault("a label has no name", here) }
        } else {
            while position < bytes.count, LabelName.isWord(bytes[position]) { position += 1 }
            guard position > start, !isDigit(bytes[start]) else {
                throw TextFault("a name of a label is needed", here)
            }
            labels.append(bytes[start..<position])
            _ = labels.endName(makingValid: false)
            if !isOpen { skipBlanks() }
        }
        guard take(Byte.equals) else { throw TextFault("'=' is needed after a label's name", here) }
        if !isOpen { skipBlanks() }
        guard position < bytes.count, bytes[position] == Byte.quote else {
            throw TextFault("a label's value in quotes is needed", here)
        }
        let value = position
        var end = position + 1
        while end < bytes.count, bytes[end] != Byte.quote, bytes[end] != Byte.backslash,
            bytes[end] != Byte.lineFeed
        { end += 1 }
        if end < bytes.count, bytes[end] == Byte.quote {
            labels.append(bytes[(value + 1)..<end])
            position = end + 1
        } else {
            try readText()
            labels.append(contentsOf: quoted)
        }
        guard labels.endValue() else { throw TextFault("a label is not UTF-8", value..<position) }
    }

    /// Reads a text in quotes into `quoted`; a backslash before anything but `\`, `"` and `n` stays itself.
    private mutating func readText() throws(TextFault) {
        let start = position
        quoted.removeAll(keepingCapacity: true)
        position += 1
        while position < bytes.count {
            var byte = bytes[position]
            position += 1
            switch byte {
            case Byte.quote: return
            case Byte.backslash where position < bytes.count:
                switch bytes[position] {
                case Byte.backslash, Byte.quote: byte = bytes[position]
                case UInt8(ascii: "n"): byte = Byte.lineFeed
                default: position -= 1
                }
                position += 1
            case Byte.lineFeed where isOpen:
                throw TextFault("a text has no closing quote", start..<position)
            case Byte.lineFeed: line += 1
            default: break
            }
            quoted.append(byte)
        }
        throw TextFault("a text has no closing quote", start..<bytes.count)
    }
}

// MARK: - Bytes

extension PrometheusTextPass {
    /// The next bytes, to be shown.
    private var here: Range<Int> { position..<min(position + 20, bytes.count) }

    private var isLineEnd: Bool {
        position == bytes.count || bytes[position] == Byte.lineFeed
            || !isOpen && bytes[position] == Byte.carriageReturn
                && (position + 1 == bytes.count || bytes[position + 1] == Byte.lineFeed)
    }

    private mutating func endLine() {
        if position < bytes.count, bytes[position] == Byte.carriageReturn { position += 1 }
        guard position < bytes.count else { return }
        position += 1
        line += 1
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    }

    private mutating func skipSeparator() throws(TextFault) {
        guard isOpen else { return skipBlanks() }
        guard take(Byte.space) else { throw TextFault("a space and a value are needed", here) }
    }

    private mutating func readWord() -> Slice<UnsafeBufferPointer<UInt8>> {
        let start = position
        while position < bytes.count, !isBlank(bytes[position]), !isLineEnd { position += 1 }
        return bytes[start..<position]
    }
}
