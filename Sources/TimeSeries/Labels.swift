/// The labels of a series: names and values, sorted by name, each name once, no empty value.
public struct Labels: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// One label.
    public struct Pair: Hashable, Sendable {
        /// The name; `__name__` is that of the metric.
        public let name: String
        /// The value; never empty.
        public let value: String
    }

    /// Why labels were refused.
    public enum Invalid: Error, Equatable, CustomStringConvertible {
        /// A name that is not a letter or `_` followed by letters, digits or `_`.
        case name(String)
        /// A name that was given twice.
        case duplicate(String)

        /// A sentence for the one who gave the labels.
        public var description: String {
            switch self {
            case .name(let name):
                "'\(name.prefix(80))' is no label name: letters, digits and _ are allowed, no digit first"
            case .duplicate(let name): "the label '\(name)' is given twice"
            }
        }
    }

    /// Sorted by name.
    public let pairs: [Pair]

    /// No label at all.
    public init() {
        pairs = []
    }

    /// Labels from names and values in any order; an empty value means no label.
    public init(_ given: [(name: String, value: String)]) throws(Invalid) {
        let sorted = given.filter { !$0.value.isEmpty }.sorted { $0.name < $1.name }
        for pair in sorted where !Self.isName(pair.name) { throw .name(pair.name) }
        for (a, b) in zip(sorted, sorted.dropFirst()) where a.name == b.name { throw .duplicate(a.name) }
        pairs = sorted.map { Pair(name: $0.name, value: $0.value) }
    }

    /// The value of a label, `nil` when it is absent.
    public subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    /// As Prometheus writes it: `name{a="b"}`.
    public var description: String {
        let rest = pairs.filter { $0.name != "__name__" }.map { pair in
            let escaped = pair.value.flatMap { character -> String in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            }
            return "\(pair.name)=\"\(String(escaped))\""
        }
        let name = self["__name__"] ?? ""
        return rest.isEmpty && !name.isEmpty ? name : name + "{" + rest.joined(separator: ",") + "}"
    }

    /// Orders by the text.
    public static func < (a: Labels, b: Labels) -> Bool {
        for (x, y) in zip(a.pairs, b.pairs) where x != y {
            return (x.name, x.value) < (y.name, y.value)
        }
        return a.pairs.count < b.pairs.count
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
    }
}
