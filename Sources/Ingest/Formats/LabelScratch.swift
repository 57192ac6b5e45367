import TimeSeries

/// Labels in the making: bytes of names and values in the order in which they are read, then the canonical form.
///
/// One is kept for a whole body, so that a record costs no allocation. What is appended up to ``endName()`` is a
/// name, and from there to ``endValue()`` its value.
struct LabelScratch {
    /// Where in ``text`` the two parts of a label stand.
    struct Pair {
        var name: Range<Int>
        var value: Range<Int>
    }

    private(set) var text: [UInt8] = []
    private(set) var pairs: [Pair] = []
    private var start = 0
    private var name = 0..<0
    private var isSorted = true

    /// Forgets every label.
    mutating func clear() {
        text.removeAll(keepingCapacity: true)
        pairs.removeAll(keepingCapacity: true)
        start = 0
        name = 0..<0
        isSorted = true
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        text.append(byte)
    }

    @inline(__always)
    mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes))
    }

    @inline(__always)
    mutating func append(contentsOf bytes: [UInt8]) {
        text += bytes
    }

    /// Adds the label `__name__`.
    mutating func appendMetric(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, makingValid: Bool) {
        text += LabelName.metric
        _ = endName(makingValid: false)
        append(bytes)
        if makingValid { LabelName.makeValid(&text, from: start, colons: true) }
        _ = endValue()
    }

    /// Ends a name; returns whether it has a byte.
    mutating func endName(makingValid: Bool) -> Bool {
        if makingValid { LabelName.makeValid(&text, from: start, colons: false) }
        name = start..<text.count
        start = text.count
        return !name.isEmpty
    }

    /// Ends a value, and with it a label; returns whether the value is UTF-8.
    mutating func endValue() -> Bool {
        let value = start..<text.count
        start = text.count
        if let last = pairs.last, isSorted { isSorted = Self.precedes(text, last.name, name) }
        pairs.append(Pair(name: name, value: value))
        return Self.isUTF8(text, value)
    }

    /// Renames a label; the bytes go behind the others.
    mutating func rename(_ index: Int, to bytes: [UInt8]) {
        text += bytes
        pairs[index].name = text.count - bytes.count..<text.count
        start = text.count
        isSorted = false
    }

    /// Sorts the labels by the bytes of their names; returns a name that comes twice.
    mutating func sort() -> Range<Int>? {
        guard !isSorted else { return nil }
        let text = text
        if pairs.count <= Self.fewPairs {
            insertionSort()
        } else {
            pairs.sort { Self.precedes(text, $0.name, $1.name) }
        }
        for index in pairs.indices.dropFirst()
        where !Self.precedes(text, pairs[index - 1].name, pairs[index].name) {
            return pairs[index].name
        }
        isSorted = true
        return nil
    }

    /// Up to how many labels are sorted in place: they are nearly in order, as a rule.
    private static let fewPairs = 32

    private mutating func insertionSort() {
        for end in pairs.indices.dropFirst() {
            let pair = pairs[end]
            var place = end
            while place > 0, Self.precedes(text, pair.name, pairs[place - 1].name) {
                pairs[place] = pairs[place - 1]
                place -= 1
            }
            pairs[place] = pair
        }
    }

    /// Whether a part has just these bytes.
    func isEqual(_ part: Range<Int>, _ bytes: [UInt8]) -> Bool {
        part.count == bytes.count && text[part].elementsEqual(bytes)
    }

    /// Whether a name sorts before `__name__`.
    func precedesMetricName(_ name: Range<Int>) -> Bool {
        text[name].lexicographicallyPrecedes(LabelName.metric)
    }

    /// Appends labels in the canonical form; those with an empty value are absent.
    func encode(_ range: Range<Int>, to bytes: inout [UInt8]) {
        var size = 0
        for index in range where !pairs[index].value.isEmpty {
            size += LabelName.encodedSize(pairs[index].name.count, pairs[index].value.count)
        }
        // To append nothing writes to what all empty arrays share, which is a race of decoders.
        guard size > 0 else { return }
        bytes.append(addingCapacity: size) { (output: inout OutputSpan<UInt8>) in
            text.withUnsafeBufferPointer { text in
                for index in range where !pairs[index].value.isEmpty {
                    LabelName.encode(
                        UnsafeBufferPointer(rebasing: text[pairs[index].name]),
                        UnsafeBufferPointer(rebasing: text[pairs[index].value]), to: &output)
                }
            }
        }
    }

    private static func precedes(_ text: [UInt8], _ a: Range<Int>, _ b: Range<Int>) -> Bool {
        text.withUnsafeBufferPointer { text in
            let shared = min(a.count, b.count)
            for offset in 0..<shared {
                let left = text[a.lowerBound + offset]
                let right = text[b.lowerBound + offset]
                if left != right { return left < right }
            }
            return a.count < b.count
        }
    }

    /// Whether bytes are UTF-8; those of ASCII are not looked at twice.
    private static func isUTF8(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        text.withUnsafeBufferPointer { text in
            let part = UnsafeBufferPointer(rebasing: text[range])
            guard part.contains(where: { $0 >= 0x80 }) else { return true }
            return (try? UTF8Span(validating: part.span)) != nil
        }
    }
}

/// Names of metrics and labels as bytes.
enum LabelName {
    /// `__name__`.
    static let metric = Array(Labels.metricName.utf8)

    /// How many bytes a label has in the form of ``TimeSeries/Labels/encoded``, by those of its name and value.
    static func encodedSize(_ name: Int, _ value: Int) -> Int {
        let size = 2 + varintSize(name) + name + varintSize(value) + value
        return 1 + varintSize(size) + size
    }

    /// Writes one label in the form of ``TimeSeries/Labels/encoded``.
    @inline(__always)
    static func encode(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>,
        to bytes: inout OutputSpan<UInt8>
    ) {
        bytes.append(0x0A)
        appendVarint(
            2 + varintSize(name.count) + name.count + varintSize(value.count) + value.count, to: &bytes)
        bytes.append(0x0A)
        appendVarint(name.count, to: &bytes)
        append(name, to: &bytes)
        bytes.append(0x12)
        appendVarint(value.count, to: &bytes)
        append(value, to: &bytes)
    }

    /// Copies bytes; there must be room for them.
    @inline(__always)
    static func append(_ source: UnsafeBufferPointer<UInt8>, to bytes: inout OutputSpan<UInt8>) {
        precondition(
            source.count <= bytes.freeCapacity, "\(source.count) bytes, room for \(bytes.freeCapacity)")
        bytes.withUnsafeMutableBufferPointer { output, count in
            guard let from = source.baseAddress, let to = output.baseAddress else { return }
            (to + count).initialize(from: from, count: source.count)
            count += source.count
        }
    }

    /// Replaces each character that Prometheus has in no name by `_`, and puts one before a digit that is first.
    ///
    /// - Source: Prometheus, *Data model*, metric names and labels; the exporters for Influx and StatsD do the same.
    static func makeValid(_ bytes: inout [UInt8], from start: Int, colons: Bool) {
        var isValid = true
        for index in start..<bytes.count where !isWord(bytes[index]) {
            isValid = false
            break
        }
        if !isValid {
            var end = start
            for index in start..<bytes.count {
                let byte = bytes[index]
                // The bytes after the first of one character of UTF-8 go with it.
                if byte & 0xC0 == 0x80, index > start { continue }
                bytes[end] = isWord(byte) || (colons && byte == Byte.colon) ? byte : Byte.underscore
                end += 1
            }
            bytes.removeLast(bytes.count - end)
        }
        if start < bytes.count, isDigit(bytes[start]) { bytes.insert(Byte.underscore, at: start) }
    }

    /// Whether a byte may stand in the name of a label.
    @inline(__always)
    static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || isDigit(byte) || byte == Byte.underscore
    }

    private static func varintSize(_ value: Int) -> Int {
        value < 0x80 ? 1 : (70 - UInt64(value).leadingZeroBitCount) / 7
    }

    @inline(__always)
    private static func appendVarint(_ value: Int, to bytes: inout OutputSpan<UInt8>) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
