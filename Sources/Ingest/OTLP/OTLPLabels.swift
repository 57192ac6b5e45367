/// The labels of one data point while they are read: texts side by side, without a string.
///
/// Labels of a resource stay, those of a data point are taken back with ``rewind(to:)``.
struct OTLPLabels {
    private struct Pair {
        var name: Range<Int>
        /// The name as it was sent; what orders values whose names have become the same.
        var key: Range<Int>
        var value: Range<Int>
        /// Made here, not an attribute: it wins over attributes of its name.
        var isFixed: Bool
        /// The first bytes of the name as a number, so that names are compared by one comparison as a rule.
        var prefix: UInt64
    }

    /// A moment to come back to.
    struct Mark {
        fileprivate var text = 0
        fileprivate var pairs = 0
    }

    /// The most attributes of a data point.
    ///
    /// - Source: OpenTelemetry specification, *Common*, "Attribute Limits", AttributeCountLimit.
    static let attributeLimit = 128

    /// Texts of names and values; a value is appended between ``begin(_:)`` and ``end()``.
    var text: [UInt8] = []
    private var pairs: [Pair] = []
    /// The first labels, as many as were written before, in order of their names.
    private var order: [Int] = []
    /// The first label whose name another had before it; none has as a rule.
    private var firstEqual = Int.max

    /// Now.
    var mark: Mark { Mark(text: text.count, pairs: pairs.count) }

    /// Takes back what was added after a moment.
    mutating func rewind(to mark: Mark) {
        text.removeLast(text.count - mark.text)
        pairs.removeLast(pairs.count - mark.pairs)
        guard order.count > pairs.count else { return }
        order.removeAll { $0 >= mark.pairs }
        if firstEqual >= mark.pairs { firstEqual = .max }
    }

    /// Begins an attribute with its key; its value is what is then appended to ``text``.
    ///
    /// - Returns: Whether it may be: whether its key is not empty.
    mutating func begin(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = text.count
        let isChanged = OTLPNames.appendLabel(key, to: &text)
        let name = start..<text.count
        if isChanged { text.append(contentsOf: key) }
        let end = text.count
        let sent = isChanged ? name.upperBound..<end : name
        pairs.append(
            Pair(name: name, key: sent, value: end..<end, isFixed: false, prefix: prefix(of: name)))
        return !name.isEmpty
    }

    private func prefix(of name: Range<Int>) -> UInt64 {
        text.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[name]).sortPrefix }
    }

    /// Ends the attribute that was begun last.
    mutating func end() {
        pairs[pairs.count - 1].value = pairs[pairs.count - 1].value.lowerBound..<text.count
    }

    /// Adds a label whose name is one already.
    mutating func addFixed(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let start = text.count
        text.append(contentsOf: name)
        let middle = text.count
        text.append(contentsOf: value)
        let name = start..<middle
        pairs.append(
            Pair(name: name, key: name, value: middle..<text.count, isFixed: true, prefix: prefix(of: name)))
    }

    /// How many labels came after a moment.
    func count(since mark: Mark) -> Int { pairs.count - mark.pairs }

    /// Keys as they were sent, with their values, in the order of the sender.
    var attributes: [(key: [UInt8], value: [UInt8])] {
        pairs.map { (Array(text[$0.key]), Array(text[$0.value])) }
    }

    /// Writes all labels, sorted by name, those with an empty value left out.
    ///
    /// - Returns: Where they stand; the error is how many bytes they have, when those are too many.
    mutating func encode(to buffer: inout LabelBuffer) -> Result<Range<Int>, TooManyLabelBytes> {
        sort()
        guard firstEqual == .max else { return encodeMerged(to: &buffer) }
        return text.withUnsafeBufferPointer { text in
            pairs.withUnsafeBufferPointer { pairs in
                order.withUnsafeBufferPointer { Self.encode($0, pairs, text, to: &buffer) }
            }
        }
    }

    private static func encode(
        _ order: UnsafeBufferPointer<Int>, _ pairs: UnsafeBufferPointer<Pair>,
        _ text: UnsafeBufferPointer<UInt8>, to buffer: inout LabelBuffer
    ) -> Result<Range<Int>, TooManyLabelBytes> {
        guard let base = text.baseAddress else { return .failure(TooManyLabelBytes(count: 0)) }
        var size = 0
        for place in order where !pairs[place].value.isEmpty {
            size += LabelWriter.size(name: pairs[place].name.count, value: pairs[place].value.count)
        }
        guard size <= DecodedPoints.labelBytesLimit else { return .failure(TooManyLabelBytes(count: size)) }
        let range = buffer.append(size) { place in
            var writer = LabelWriter(place, source: text)
            for place in order where !pairs[place].value.isEmpty {
                let (name, value) = (pairs[place].name, pairs[place].value)
                writer.write(base + name.lowerBound, name.count, base + value.lowerBound, value.count)
            }
        }
        return range.map { .success($0) } ?? .failure(TooManyLabelBytes(count: nil))
    }

    /// Puts the labels that are not yet in order of their names, then of what was sent.
    private mutating func sort() {
        let text = text
        text.withUnsafeBufferPointer { text in
            while order.count < pairs.count {
                let index = order.count
                order.append(index)
                var place = index
                while place > 0 {
                    let difference = Self.order(pairs[order[place - 1]], pairs[index], text)
                    if difference.names == 0, firstEqual > index { firstEqual = index }
                    guard difference.names > 0 || difference.names == 0 && difference.keys > 0 else { break }
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = index
            }
        }
    }

    /// Below 0 where the first comes before the second, 0 where they are equal, of their names and of what was sent.
    @inline(__always)
    private static func order(
        _ a: Pair, _ b: Pair, _ text: UnsafeBufferPointer<UInt8>
    ) -> (names: Int, keys: Int) {
        if a.prefix != b.prefix { return (a.prefix < b.prefix ? -1 : 1, 0) }
        let names = UnsafeBufferPointer(rebasing: text[a.name]).order(
            UnsafeBufferPointer(rebasing: text[b.name]))
        guard names == 0 else { return (names, 0) }
        return (
            0, UnsafeBufferPointer(rebasing: text[a.key]).order(UnsafeBufferPointer(rebasing: text[b.key]))
        )
    }

    /// Of labels with one name, writes the last that is fixed, or the values of attributes with `;` between them.
    ///
    /// - Source: OpenTelemetry specification, *Prometheus and OpenMetrics Compatibility*, "Metric Attributes".
    private func encodeMerged(to buffer: inout LabelBuffer) -> Result<Range<Int>, TooManyLabelBytes> {
        var (text, pairs, merged) = (text, pairs, [Int]())
        for index in order {
            guard let last = merged.last, text[pairs[last].name] == text[pairs[index].name] else {
                merged.append(index)
                continue
            }
            if pairs[index].isFixed {
                merged[merged.count - 1] = index
            } else if !pairs[last].isFixed {
                let start = text.count
                text += text[pairs[last].value]
                text.append(UInt8(ascii: ";"))
                text += text[pairs[index].value]
                pairs[last].value = start..<text.count
            }
        }
        return text.withUnsafeBufferPointer { text in
            pairs.withUnsafeBufferPointer { pairs in
                merged.withUnsafeBufferPointer { Self.encode($0, pairs, text, to: &buffer) }
            }
        }
    }
}

/// The labels of a series, or of all series of a body, which has no `count`, are too large.
struct TooManyLabelBytes: Error {
    let count: Int?

    var reason: String {
        guard let count else {
            return
                "the labels of all series have over \(LabelBuffer.mostBytesOfOne) bytes a byte of the request"
        }
        return "the labels have \(count) bytes; at most \(DecodedPoints.labelBytesLimit) are accepted"
    }
}
