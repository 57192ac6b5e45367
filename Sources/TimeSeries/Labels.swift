/// The identity of a series: names with values, each name once, sorted by name.
///
/// An empty value means that the label is absent, so none is stored.
public struct Labels: Hashable, Sendable {
    /// One name with its value.
    public struct Pair: Hashable, Sendable {
        /// `[a-zA-Z_][a-zA-Z0-9_]*`.
        public let name: String
        /// Any text but the empty one.
        public let value: String
    }

    /// The label that holds the metric's name.
    public static let metricName = "__name__"

    /// Sorted by the bytes of the name.
    public let pairs: [Pair]

    /// No label at all.
    public static let none = Labels(pairs: [])

    /// Labels in any order.
    ///
    /// - Throws: ``LabelsError/invalidName(_:)``, ``LabelsError/duplicateName(_:)``; a name with an empty
    ///   value must be valid and unique too.
    public init(_ labels: some Sequence<(name: String, value: String)>) throws(LabelsError) {
        let sorted = labels.sorted { $0.name < $1.name }
        for (index, label) in sorted.enumerated() {
            guard Self.isValidName(label.name) else { throw .invalidName(label.name) }
            guard index == 0 || sorted[index - 1].name != label.name else {
                throw .duplicateName(label.name)
            }
        }
        pairs = sorted.filter { !$0.value.isEmpty }.map { Pair(name: $0.name, value: $0.value) }
    }

    /// A metric's name alone; an empty one is no label.
    public init(metric name: String) {
        pairs = name.isEmpty ? [] : [Pair(name: Self.metricName, value: name)]
    }

    private init(pairs: [Pair]) {
        self.pairs = pairs
    }

    /// The value of a label; `nil` when it is absent. O(log of the number of labels).
    public subscript(name: String) -> String? {
        let index = insertionIndex(of: name)
        return index < pairs.count && pairs[index].name == name ? pairs[index].value : nil
    }

    /// The same labels with one of them set; removed when the value is empty.
    ///
    /// - Throws: ``LabelsError/invalidName(_:)``.
    public func setting(_ name: String, to value: String) throws(LabelsError) -> Labels {
        guard Self.isValidName(name) else { throw .invalidName(name) }
        var changed = pairs
        let index = insertionIndex(of: name)
        if index < changed.count, changed[index].name == name { changed.remove(at: index) }
        if !value.isEmpty { changed.insert(Pair(name: name, value: value), at: index) }
        return Labels(pairs: changed)
    }

    /// Whether a text is `[a-zA-Z_][a-zA-Z0-9_]*`; `__name__` is.
    public static func isValidName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    /// The first place at which a label of this name may stand.
    private func insertionIndex(of name: String) -> Int {
        var low = 0
        var high = pairs.count
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Labels: Comparable {
    /// Compares pair by pair, the name before the value; a set that another continues comes first.
    public static func < (a: Labels, b: Labels) -> Bool {
        a.pairs.lexicographicallyPrecedes(b.pairs) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
}

extension Labels: CustomStringConvertible {
    /// The form of Prometheus: `name{a="b"}`; a metric name that is no word stands in the braces, in quotes.
    public var description: String {
        let metric = self[Self.metricName] ?? ""
        let isBare = Self.isValidName(String(metric.filter { $0 != ":" })) || metric.isEmpty
        var parts: [String] = isBare ? [] : [Self.quoted(metric)]
        for pair in pairs where pair.name != Self.metricName {
            parts.append(pair.name + "=" + Self.quoted(pair.value))
        }
        let bare = isBare ? metric : ""
        return parts.isEmpty && !bare.isEmpty ? bare : bare + "{" + parts.joined(separator: ", ") + "}"
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

/// Why names and values are no labels.
public enum LabelsError: Error, Equatable {
    /// Not `[a-zA-Z_][a-zA-Z0-9_]*`.
    case invalidName(String)
    /// A name comes twice.
    case duplicateName(String)
}

extension LabelsError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .invalidName(let name):
            "'\(name)' is not a label name; allowed are letters, digits and '_', no digit first"
        case .duplicateName(let name): "the label '\(name)' comes twice"
        }
    }
}
