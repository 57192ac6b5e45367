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
    /// Holds the labels of a sample while those of its exemplar are read.
    private var spare = LabelScratch()
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
        let own = try readTime()
        if isOpen, position < bytes.count, bytes[position] == Byte.space { try readExemplar(of: name) }
        guard isLineEnd else {
            throw TextFault("the end of the line is needed", position..<min(position + 20, bytes.count))
        }
        if isCreation {
            decoded.ignoredCreations += 1
        } else {
            try add(value, name, at: own, isNamed: isNamed)
        }
        endLine()
    }

    /// What a sample says of its time.
    private enum OwnTime {
        case none
        case milliseconds(Int64)
        /// Not in the years 0001 to 9999.
        case outside
    }

    private mutating func add(
        _ value: Double, _ name: Range<Int>, at own: OwnTime, isNamed: Bool
    ) throws(TextFault) {
        guard isNamed || labels.pairs.contains(where: { labels.isEqual($0.name, LabelName.metric) }) else {
            throw TextFault("the sample has no name of a metric")
        }
        let milliseconds: Int64
        switch (own, time) {
        case (.milliseconds(let own), nil): milliseconds = own
        case (.milliseconds(let own), let time?): milliseconds = honorsTimes ? own : time
        case (.none, let time?): milliseconds = time
        case (.outside, let time?) where !honorsTimes: milliseconds = time
        case (.outside, _):
            let fault = TextFault("a time is not in the years 0001 to 9999", name)
            return decoded.reject(1, fault.error(line: line, in: bytes))
        case (.none, nil): throw TextFault("the sample has no time, and none was told for it", name)
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

    private mutating func readTime() throws(TextFault) -> OwnTime {
        if isOpen {
            guard position + 1 < bytes.count, bytes[position] == Byte.space,
                bytes[position + 1] != Byte.hash
            else { return .none }
            position += 1
        } else {
            skipBlanks()
            guard !isLineEnd else { return .none }
        }
        let start = position
        let word = readWord()
        let time: Timestamp?
        if isOpen {
            guard let seconds = TextNumber.decimal(word) else {
                throw TextFault("a time is no number of seconds", start..<position)
            }
            time = try? Timestamp(epochSeconds: seconds)
        } else {
            guard let milliseconds = TextNumber.integer(word, as: Int64.self) else {
                throw TextFault("a time is no whole number of milliseconds", start..<position)
            }
            time = try? Timestamp(epochMilliseconds: milliseconds)
            skipBlanks()
        }
        return time.map { .milliseconds($0.milliseconds) } ?? .outside
    }

    /// Steps over ` # {labels} value time`, which only counters and buckets may have.
    private mutating func readExemplar(of name: Range<Int>) throws(TextFault) {
        let start = position
        let end = min(start + 20, bytes.count)
        guard bytes[position...].starts(with: Self.exemplarStart) else {
            throw TextFault("the end of the line or an exemplar is needed", start..<end)
        }
        let family = bytes[name]
        guard
            name.isEmpty
                || Self.exemplarSuffixes.contains(where: { family.suffix($0.count).elementsEqual($0) })
        else { throw TextFault("only _total and _bucket have exemplars", start..<end) }
        position += Self.exemplarStart.count
        swap(&labels, &spare)
        labels.clear()
        var isNamed = true
        try readLabels(into: &isNamed)
        swap(&labels, &spare)
        try skipSeparator()
        _ = try readNumber()
        _ = try readTime()
        decoded.ignoredExemplars += 1
    }

    private static let exemplarSuffixes = [Array("_total".utf8), Array("_bucket".utf8)]
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
