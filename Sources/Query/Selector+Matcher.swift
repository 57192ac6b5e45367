internal import Glibc

extension Selector {
    /// How a matcher compares a label's value with its own.
    public enum Comparison: String, Sendable, CaseIterable {
        /// The same bytes.
        case equal = "="
        /// Other bytes.
        case unequal = "!="
        /// The whole value matches the regular expression.
        case matches = "=~"
        /// The whole value does not match the regular expression.
        case matchesNot = "!~"
    }

    /// One condition on one label.
    public struct Matcher: Sendable {
        /// How values are compared.
        public let comparison: Comparison
        let nameBytes: [UInt8]
        let valueBytes: [UInt8]
        /// Whether a series without the label satisfies the condition.
        public let acceptsEmpty: Bool
        private let pattern: LabelPattern?

        /// The label; `__name__` is that of the metric.
        public var name: String { String(decoding: nameBytes, as: UTF8.self) }
        /// The value or the regular expression.
        public var value: String { String(decoding: valueBytes, as: UTF8.self) }

        /// - Throws: ``LabelPattern/Refusal`` when the value is to be a regular expression and is none.
        init(_ name: [UInt8], _ comparison: Comparison, _ value: [UInt8]) throws(LabelPattern.Refusal) {
            nameBytes = name
            self.comparison = comparison
            valueBytes = value
            switch comparison {
            case .equal, .unequal:
                pattern = nil
                acceptsEmpty = value.isEmpty == (comparison == .equal)
            case .matches, .matchesNot:
                let compiled = try LabelPattern(value)
                pattern = compiled
                let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
                acceptsEmpty = compiled.matches(empty) == (comparison == .matches)
            }
        }

        /// That a label has one value.
        init(_ name: [UInt8], equals value: [UInt8]) {
            nameBytes = name
            comparison = .equal
            valueBytes = value
            pattern = nil
            acceptsEmpty = value.isEmpty
        }

        /// Whether the condition is about the label with this name.
        func isNamed(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { Self.same(nameBytes, bytes) }

        /// Whether a value, in UTF-8, satisfies the condition.
        func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            guard let pattern else {
                return Self.same(valueBytes, bytes) == (comparison == .equal)
            }
            return pattern.matches(bytes) == (comparison == .matches)
        }

        private static func same(_ own: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            guard own.count == bytes.count else { return false }
            guard let start = bytes.baseAddress, !own.isEmpty else { return true }
            return own.withUnsafeBytes { $0.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? true }
        }

        /// The order in which a selector keeps its matchers.
        static func precedes(_ a: Matcher, _ b: Matcher) -> Bool {
            if a.nameBytes != b.nameBytes { return a.nameBytes.lexicographicallyPrecedes(b.nameBytes) }
            if a.comparison != b.comparison {
                // Equality first: it is the cheapest and rules out the most.
                return Comparison.allCases.firstIndex(of: a.comparison) ?? 0
                    < Comparison.allCases.firstIndex(of: b.comparison) ?? 0
            }
            return a.valueBytes.lexicographicallyPrecedes(b.valueBytes)
        }
    }
}

extension Selector.Matcher: Hashable {
    /// Compares names and values byte by byte, not as Unicode does.
    public static func == (a: Selector.Matcher, b: Selector.Matcher) -> Bool {
        a.comparison == b.comparison && a.nameBytes == b.nameBytes && a.valueBytes == b.valueBytes
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(comparison)
        hasher.combine(nameBytes)
        hasher.combine(valueBytes)
    }
}
