import TimeSeries

// Fields and times of a line.

extension InfluxPass {
    mutating func readFields() throws(TextFault) {
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
        let size = before.count + LabelName.encodedSize(LabelName.metric.count, name.count) + after.count
        decoded.bytes.append(addingCapacity: size) { (output: inout OutputSpan<UInt8>) in
            before.withUnsafeBufferPointer { LabelName.append($0, to: &output) }
            LabelName.metric.withUnsafeBufferPointer { key in
                name.withUnsafeBufferPointer { LabelName.encode(key, $0, to: &output) }
            }
            after.withUnsafeBufferPointer { LabelName.append($0, to: &output) }
        }
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
    static func textEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
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
    mutating func readTime() throws(TextFault) -> Int64 {
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
