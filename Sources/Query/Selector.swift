public import TimeSeries

/// Chooses series by their labels, as Prometheus' vector selectors do: `up`, `node_load1{job="a", zone!~"x|y"}`,
/// `{__name__=~"node_.*"}`, `{"odd name", a="b"}`.
///
/// A label that is absent has the empty value. Regular expressions have RE2's syntax and match whole values.
/// Matchers are kept sorted and each once, so two selectors are equal when they are the same set of matchers.
///
/// - Source: Prometheus, *Querying basics*, "Instant vector selectors", and `generated_parser.y`.
public struct Selector: Sendable, Hashable {
    /// What every chosen series satisfies; sorted by the bytes of the name, then comparison, then value.
    public let matchers: [Matcher]

    /// No selector has more bytes.
    public static let mostBytes = 16_384
    /// No selector has more matchers.
    public static let mostMatchers = 64

    /// Reads a selector.
    ///
    /// - Throws: ``SelectorError`` where the text departs from the form, for a regular expression that is none or
    ///   needs too much memory, and when every matcher lets an empty value pass.
    public init(parsing text: String) throws(SelectorError) {
        var parser = try SelectorParser(text)
        let found = try parser.matchers()
        var distinct: [Matcher] = []
        for matcher in found.sorted(by: Matcher.precedes) where matcher != distinct.last {
            distinct.append(matcher)
        }
        matchers = distinct
    }

    /// Every series of one metric.
    ///
    /// - Precondition: The name is not empty.
    public init(metric name: String) {
        precondition(!name.isEmpty, "a selector for no name would choose every series")
        matchers = [Matcher(Array(Labels.metricName.utf8), equals: Array(name.utf8))]
    }

    /// The one metric name that a series must have to be chosen; `nil` when several may do.
    public var metricName: String? {
        let name = Array(Labels.metricName.utf8)
        return matchers.first { $0.comparison == .equal && $0.nameBytes == name && !$0.acceptsEmpty }?.value
    }

    /// Whether a series with these labels is chosen.
    public func matches(_ labels: Labels) -> Bool {
        matchers.allSatisfy { matcher in
            let pair = labels.pairs.first { $0.name.utf8.elementsEqual(matcher.nameBytes) }
            guard var value = pair?.value else { return matcher.acceptsEmpty }
            return value.withUTF8 { matcher.accepts($0) }
        }
    }

    /// Whether the series with these labels is chosen; makes no string and allocates nothing.
    ///
    /// - Parameter labels: The canonical byte form, see `Labels.encoded`; bytes of another form are not chosen.
    /// - Complexity: O(bytes + labels · matchers), and what regular expressions cost: linear in the value.
    public func matches(encoded labels: Span<UInt8>) -> Bool {
        labels.withUnsafeBufferPointer { bytes in
            var seen: UInt64 = 0
            var walk = EncodedPairs(bytes)
            while let pair = walk.next() {
                for index in matchers.indices where matchers[index].isNamed(pair.name) {
                    guard matchers[index].accepts(pair.value) else { return false }
                    seen |= 1 << UInt64(index)
                }
            }
            guard walk.isWhole else { return false }
            return matchers.indices.allSatisfy {
                seen & (1 << UInt64($0)) != 0 || matchers[$0].acceptsEmpty
            }
        }
    }
}

/// Walks over the pairs of the canonical byte form of labels.
private struct EncodedPairs {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var isDamaged = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether the walk came to the end of well-formed bytes.
    var isWhole: Bool { !isDamaged && position == bytes.count }

    mutating func next() -> (name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>)? {
        guard position < bytes.count, let pair = field(0x0A, until: bytes.count) else { return nil }
        position = pair.lowerBound
        guard let name = field(0x0A, until: pair.upperBound) else { return nil }
        position = name.upperBound
        guard let value = field(0x12, until: pair.upperBound) else { return nil }
        position = value.upperBound
        guard position == pair.upperBound else { return damaged() }
        return (UnsafeBufferPointer(rebasing: bytes[name]), UnsafeBufferPointer(rebasing: bytes[value]))
    }

    /// Where the content of the field at `position` lies, which must have this key.
    private mutating func field(_ key: UInt8, until end: Int) -> Range<Int>? {
        guard position < end, bytes[position] == key else { return damaged() }
        var place = position + 1
        var count = 0
        var shift = 0
        while place < end, shift < 35 {
            let byte = bytes[place]
            place += 1
            count |= Int(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            guard count <= end - place else { break }
            return place..<place + count
        }
        return damaged()
    }

    private mutating func damaged<Value>() -> Value? {
        isDamaged = true
        return nil
    }
}
