import TimeSeries

/// One pass over lines of the Influx protocol.
struct InfluxPass {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let precision: InfluxPrecision
    private let now: Int64
    /// The next byte, in 0 ... count.
    private var position = 0
    private var line = 1
    private(set) var decoded = DecodedPoints()

    private var tags = LabelScratch()
    /// `<measurement>_`, then the field of the series that is being made.
    private var name: [UInt8] = []
    private var measurementCount = 0
    /// The canonical bytes of the tags that sort before `__name__`, and of those after.
    private var before: [UInt8] = []
    private var after: [UInt8] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, precision: InfluxPrecision, now: Timestamp) {
        self.bytes = bytes
        self.precision = precision
        self.now = now.milliseconds
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func readAll() {
        while position < bytes.count {
            let line = line
            let kept = decoded.mark
            do throws(TextFault) {
                try readLine()
            } catch {
                decoded.takeBack(to: kept)
                decoded.reject(1, error.error(line: line, in: bytes))
                skipLine()
            }
        }
    }

    private mutating func readLine() throws(TextFault) {
        skipBlanks()
        guard !takeLineEnd() else { return }
        if bytes[position] == Byte.hash {
            while !takeLineEnd() { position += 1 }
            return
        }
        try readMeasurement()
        try readTags()
        skipBlanks()
        let firstPoint = decoded.points.count
        try readFields()
        skipBlanks()
        let time = try readTime()
        for index in firstPoint..<decoded.points.count { decoded.points[index].milliseconds = time }
    }
}

// MARK: - Names and tags

extension InfluxPass {
    private mutating func readMeasurement() throws(TextFault) {
        name.removeAll(keepingCapacity: true)
        let start = position
        Self.token(bytes, &position, stopsAtEquals: false) { name.append(contentsOf: $0) }
        guard position > start else { throw TextFault("a measurement is missing") }
        LabelName.makeValid(&name, from: 0, colons: true)
        measurementCount = name.count
    }

    /// Reads the tags and leaves their canonical bytes in `before` and `after`.
    private mutating func readTags() throws(TextFault) {
        tags.clear()
        before.removeAll(keepingCapacity: true)
        after.removeAll(keepingCapacity: true)
        let first = position
        while take(Byte.comma) {
            let start = position
            Self.token(bytes, &position, stopsAtEquals: true) { tags.append($0) }
            guard take(Byte.equals) else {
                throw TextFault("a tag needs a key, '=' and a value", start..<position)
            }
            guard tags.endName(makingValid: true) else { throw TextFault("a tag has no key") }
            let value = position
            Self.token(bytes, &position, stopsAtEquals: true) { tags.append($0) }
            guard position > value else { throw TextFault("a tag has no value", start..<position) }
            guard tags.endValue() else { throw TextFault("a tag is not UTF-8", value..<position) }
        }
        guard tags.text.count <= DecodedPoints.labelBytesLimit else {
            throw TextFault("the tags have more bytes than are accepted", first..<position)
        }
        guard tags.sort() == nil else { throw TextFault("two tags have one name", first..<position) }
        var split = 0
        while split < tags.pairs.count, tags.precedesMetricName(tags.pairs[split].name) { split += 1 }
        if split < tags.pairs.count, tags.isEqual(tags.pairs[split].name, LabelName.metric) {
            throw TextFault("a tag may not be called __name__")
        }
        tags.encode(0..<split, to: &before)
        tags.encode(split..<tags.pairs.count, to: &after)
    }

    /// Reads up to a comma, a space, a line end or an equals sign that no backslash hides.
    @inline(__always)
    private static func token(
        _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, stopsAtEquals: Bool,
        _ append: (Slice<UnsafeBufferPointer<UInt8>>) -> Void
    ) {
        var run = position
        scan: while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case Byte.comma, Byte.space, Byte.lineFeed: break scan
            case Byte.equals where stopsAtEquals: break scan
            case Byte.backslash where position + 1 < bytes.count && isSpecial(bytes[position + 1]):
                append(bytes[run..<position])
                run = position + 1
                position += 2
            case Byte.carriageReturn where isLineEnd(bytes, position): break scan
            default: position += 1
            }
        }
        append(bytes[run..<position])
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == Byte.comma || byte == Byte.space || byte == Byte.equals
    }
}

// MARK: - Fields and times

extension InfluxPass {
    private mutating func readFields() throws(TextFault) {
        var isFirst = true
        repeat {
            let start = position
            name.removeLast(name.count - measurementCount)
            name.append(Byte.underscore)
            Self.token(bytes, &position, stopsAtEquals: true) { name.append(contentsOf: $0) }
            let key = start..<position
            guard take(Byte.equals) else {
                throw key.isEmpty
                    ? TextFault("a field is missing") : TextFault("a field needs a key, '=' and a value", key)
            }
            guard !key.isEmpty else { throw TextFault("a field has no key") }
            guard position < bytes.count, bytes[position] != Byte.quote else {
                try skipText()
                decoded.ignoredTexts += 1
                isFirst = false
                continue
            }
            let value = try readValue()
            let isOnly = isFirst && !(position < bytes.count && bytes[position] == Byte.comma)
            isFirst = false
            if isOnly, bytes[key].elementsEqual(Self.valueKey) {
                name.removeLast(name.count - measurementCount)
            } else {
                LabelName.makeValid(&name, from: measurementCount, colons: true)
            }
            try add(value)
        } while take(Byte.comma)
    }

    private static let valueKey = Array("value".utf8)

    private mutating func add(_ value: Double) throws(TextFault) {
        let start = decoded.bytes.count
        decoded.bytes += before
        LabelName.metric.withUnsafeBufferPointer { key in
            name.withUnsafeBufferPointer { LabelName.encode(key, $0, to: &decoded.bytes) }
        }
        decoded.bytes += after
        let labels = start..<decoded.bytes.count
        guard labels.count <= DecodedPoints.labelBytesLimit else {
            throw TextFault("the labels of the series have more bytes than are accepted")
        }
        guard labels.upperBound <= DecodedPoints.bodyLabelBytesLimit else {
            throw TextFault("the fields repeat more bytes of tags than one body may; send smaller bodies")
        }
        let index = decoded.points.count
        decoded.points.append(Point(milliseconds: 0, value: value))
        decoded.series.append(DecodedPoints.Entry(labels: labels, points: index..<index + 1))
    }

    /// A number or a boolean.
    private mutating func readValue() throws(TextFault) -> Double {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Byte.comma || byte <= Byte.space, byte == Byte.comma || isEnd(position) { break }
            position += 1
        }
        let text = bytes[start..<position]
        guard let first = text.first, let last = text.last else { throw TextFault("a field has no value") }
        let digits = bytes[start..<position - 1]
        switch last {
        case UInt8(ascii: "i"):
            if let value = TextNumber.integer(digits, as: Int64.self) { return Double(value) }
            throw TextFault("a field is no integer of 64 bits", start..<position)
        case UInt8(ascii: "u"):
            if let value = TextNumber.integer(digits, as: UInt64.self) { return Double(value) }
            throw TextFault("a field is no unsigned integer of 64 bits", start..<position)
        default: break
        }
        if isDigit(first) || first == Byte.minus || first == Byte.period,
            let value = TextNumber.decimal(text)
        {
            return value
        }
        if let value = Self.boolean(text) { return value }
        throw TextFault("a field is no number, boolean or text in quotes", start..<position)
    }

    private static func boolean(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Double? {
        guard text.count <= 5 else { return nil }
        return switch String(decoding: text, as: UTF8.self) {
        case "t", "T", "true", "True", "TRUE": 1
        case "f", "F", "false", "False", "FALSE": 0
        default: nil
        }
    }

    /// Steps over a text in quotes.
    private mutating func skipText() throws(TextFault) {
        guard let end = Self.textEnd(bytes, position) else {
            throw position < bytes.count
                ? TextFault("a text has no closing quote", position..<bytes.count)
                : TextFault("a field has no value")
        }
        for index in position..<end where bytes[index] == Byte.lineFeed { line += 1 }
        position = end
        guard end == bytes.count || bytes[end] == Byte.comma || isEnd(end) else {
            throw TextFault("a comma or a space is needed after a text", end..<min(end + 1, bytes.count))
        }
    }

    /// Where a text in quotes ends that begins here; `nil` when it does not.
    private static func textEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var index = start + 1
        while index < bytes.count {
            switch bytes[index] {
            case Byte.quote: return index + 1
            case Byte.backslash: index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// Reads the time, if there is one, and the line end.
    private mutating func readTime() throws(TextFault) -> Int64 {
        guard !takeLineEnd() else { return now }
        let start = position
        while position < bytes.count, !isEnd(position) { position += 1 }
        let place = start..<position
        guard let time = TextNumber.integer(bytes[place], as: Int64.self) else {
            throw TextFault("a time is a whole number", place)
        }
        guard let milliseconds = precision.milliseconds(time) else {
            throw TextFault("a time is not in the years 0001 to 9999; is its precision right?", place)
        }
        skipBlanks()
        guard takeLineEnd() else {
            throw TextFault("nothing may follow the time", position..<min(position + 1, bytes.count))
        }
        return milliseconds
    }
}

// MARK: - Lines

extension InfluxPass {
    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    }

    /// Steps over a line end; the end of the body is one too.
    private mutating func takeLineEnd() -> Bool {
        guard position < bytes.count else { return true }
        guard Self.isLineEnd(bytes, position) else { return false }
        position += bytes[position] == Byte.lineFeed ? 1 : 2
        position = min(position, bytes.count)
        line += 1
        return true
    }

    /// Whether a line ends here, with `\n`, `\r\n` or a `\r` that is last.
    private static func isLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        bytes[index] == Byte.lineFeed
            || bytes[index] == Byte.carriageReturn
                && (index + 1 == bytes.count || bytes[index + 1] == Byte.lineFeed)
    }

    /// Whether a word ends here.
    private func isEnd(_ index: Int) -> Bool {
        isBlank(bytes[index]) || Self.isLineEnd(bytes, index)
    }

    /// Goes behind the rest of a line that is not taken; a line end in a text that closes is none.
    private mutating func skipLine() {
        while position < bytes.count {
            if bytes[position] == Byte.quote, position > 0, bytes[position - 1] == Byte.equals,
                let end = Self.textEnd(bytes, position)
            {
                for index in position..<end where bytes[index] == Byte.lineFeed { line += 1 }
                position = end
            } else if bytes[position] == Byte.lineFeed {
                position += 1
                line += 1
                return
            } else {
                position += 1
            }
        }
    }
}
