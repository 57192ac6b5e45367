import TimeSeries

/// One pass over the text of a target; the first fault ends it.
struct PrometheusTextPass {
    let bytes: UnsafeBufferPointer<UInt8>
    let isOpen: Bool
    private let time: Int64?
    private let target: TargetLabels
    private let honorsTimes: Bool
    var position = 0
    /// The line of the position, counted from 1.
    var line = 1
    private(set) var decoded = DecodedPoints()

    var labels = LabelScratch()
    var quoted: [UInt8] = []
    /// The family that the last `# TYPE` began, `_created` behind its name, when it may have such a sample.
    var creation: [UInt8] = []
    var isComplete = false

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

// MARK: - Bytes

extension PrometheusTextPass {
    /// The next bytes, to be shown.
    var here: Range<Int> { position..<min(position + 20, bytes.count) }

    private var isLineEnd: Bool {
        position == bytes.count || bytes[position] == Byte.lineFeed
            || !isOpen && bytes[position] == Byte.carriageReturn
                && (position + 1 == bytes.count || bytes[position + 1] == Byte.lineFeed)
    }

    mutating func endLine() {
        if position < bytes.count, bytes[position] == Byte.carriageReturn { position += 1 }
        guard position < bytes.count else { return }
        position += 1
        line += 1
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks() {
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
