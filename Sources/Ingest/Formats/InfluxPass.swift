import TimeSeries

/// One pass over lines of the Influx protocol.
struct InfluxPass {
    let bytes: UnsafeBufferPointer<UInt8>
    let precision: InfluxPrecision
    let now: Int64
    /// The next byte, in 0 ... count.
    var position = 0
    var line = 1
    var decoded = DecodedPoints()

    private var tags = LabelScratch()
    /// `<measurement>_`, then the field of the series that is being made.
    var name: [UInt8] = []
    var measurementCount = 0
    /// The canonical bytes of the tags that sort before `__name__`, and of those after.
    var before: [UInt8] = []
    var after: [UInt8] = []

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
    static func token(
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

// MARK: - Lines

extension InfluxPass {
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks() {
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    }

    /// Steps over a line end; the end of the body is one too.
    mutating func takeLineEnd() -> Bool {
        guard position < bytes.count else { return true }
        guard Self.isLineEnd(bytes, position) else { return false }
        position += bytes[position] == Byte.lineFeed ? 1 : 2
        position = min(position, bytes.count)
        line += 1
        return true
    }

    /// Whether a line ends here, with `\n`, `\r\n` or a `\r` that is last.
    static func isLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        bytes[index] == Byte.lineFeed
            || bytes[index] == Byte.carriageReturn
                && (index + 1 == bytes.count || bytes[index + 1] == Byte.lineFeed)
    }

    /// Whether a word ends here.
    func isEnd(_ index: Int) -> Bool {
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
