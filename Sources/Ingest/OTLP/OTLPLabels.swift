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
    private var order: [Int] = []

    /// Now.
    var mark: Mark { Mark(text: text.count, pairs: pairs.count) }

    /// Takes back what was added after a moment.
    mutating func rewind(to mark: Mark) {
        text.removeSubrange(mark.text...)
        pairs.removeSubrange(mark.pairs...)
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
        pairs.append(
            Pair(name: name, key: isChanged ? name.upperBound..<end : name, value: end..<end, isFixed: false))
        return !name.isEmpty
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
        pairs.append(
            Pair(name: start..<middle, key: start..<middle, value: middle..<text.count, isFixed: true))
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
        if sort() { mergeEqualNames() }
        return text.withUnsafeBufferPointer { text in
            var size = 0
            for place in order where !pairs[place].value.isEmpty {
                size += LabelWriter.size(name: pairs[place].name.count, value: pairs[place].value.count)
            }
            guard size <= DecodedPoints.labelBytesLimit else {
                return .failure(TooManyLabelBytes(count: size))
            }
            let range = buffer.append(size) { place in
                var writer = LabelWriter(place)
                for place in order where !pairs[place].value.isEmpty {
                    let pair = pairs[place]
                    writer.write(
                        UnsafeBufferPointer(rebasing: text[pair.name]),
                        UnsafeBufferPointer(rebasing: text[pair.value]))
                }
            }
            return range.map { .success($0) } ?? .failure(TooManyLabelBytes(count: nil))
        }
    }

    /// Puts the labels in order of their names, then of what was sent; tells whether two have one name.
    private mutating func sort() -> Bool {
        order.removeAll(keepingCapacity: true)
        var hasEqual = false
        text.withUnsafeBufferPointer { text in
            for index in pairs.indices {
                let pair = pairs[index]
                let name = UnsafeBufferPointer(rebasing: text[pair.name])
                order.append(index)
                var place = order.count - 1
                while place > 0 {
                    let other = pairs[order[place - 1]]
                    var difference = UnsafeBufferPointer(rebasing: text[other.name]).order(name)
                    if difference == 0 {
                        hasEqual = true
                        difference = UnsafeBufferPointer(rebasing: text[other.key])
                            .order(UnsafeBufferPointer(rebasing: text[pair.key]))
                    }
                    guard difference > 0 else { break }
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = index
            }
        }
        return hasEqual
    }

    /// Of labels with one name, leaves the last that is fixed, or joins the values of attributes with `;`.
    ///
    /// - Source: OpenTelemetry specification, *Prometheus and OpenMetrics Compatibility*, "Metric Attributes".
    private mutating func mergeEqualNames() {
        var merged: [Int] = []
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
        order = merged
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
