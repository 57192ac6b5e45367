internal import TimeSeries

/// Arithmetic over series: `sum by (service) (errors_total) / sum by (service) (requests_total)`.
///
/// Numbers, selectors, `+ - * /`, unary minus, parentheses; `abs(v)`, `clamp_min(v, number)`, `clamp_max(v, number)`,
/// `min(a, b, …)`, `max(a, b, …)`; `rate(selector)`; `sum`, `avg`, `min` and `max` over labels, with or without
/// `by (label, …)`. It is typed: a number goes with anything, two sets of series are matched one to one by all labels
/// but the name.
///
/// A value that is not finite is missing, and so is everything that is made of a missing value, with one exception: an
/// aggregation over labels is made of the series that have a value, and is missing where none has.
///
/// - Source: Prometheus, *Querying: operators*, section "One-to-one vector matches", for syntax and matching.
public struct Formula: Sendable {
    /// What it reads, in the order of the text; never empty. One selector may stand several times.
    public let inputs: [Input]
    /// Which series it makes.
    public let grouping: Grouping
    let root: FormulaNode

    /// No formula has more bytes.
    public static let mostBytes = 4_096
    /// No formula reads more selectors.
    public static let mostInputs = 32

    /// One selector of a formula.
    public struct Input: Sendable, Hashable {
        /// The series that are read.
        public let selector: Selector
        /// Whether `rate` stands around it, so that its samples are rated whatever its name is.
        public let isRate: Bool
        /// The character of the text at which it begins, from 1.
        public let column: Int
    }

    /// What tells the series of a formula apart.
    public enum Grouping: Sendable, Hashable {
        /// All labels of the inputs.
        case everyLabel
        /// These labels, sorted; one series without labels when there are none.
        case labels([String])
    }

    /// Reads a formula.
    ///
    /// - Throws: ``FormulaError`` with the character at which the text departs from the language, or at which types
    ///   do not fit.
    public init(parsing text: String) throws(FormulaError) {
        var parser = try FormulaParser(text)
        let typed = try parser.formula()
        root = typed.node
        inputs = parser.inputs
        switch typed.kind {
        case .grouped(let labels): grouping = .labels(labels)
        case .number, .every: grouping = .everyLabel
        }
    }
}

extension Formula: Hashable {
    /// Whether two formulas mean the same, however they are written.
    public static func == (a: Formula, b: Formula) -> Bool { a.description == b.description }

    /// Hashes the canonical text.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

/// A part of a formula.
indirect enum FormulaNode: Sendable {
    case number(Double)
    /// One of the inputs.
    case input(Int)
    case negative(FormulaNode)
    case binary(FormulaOperator, FormulaNode, FormulaNode, column: Int)
    case call(FormulaFunction, [FormulaNode], column: Int)
    case aggregate(FormulaAggregation, by: [String], FormulaNode)
}

/// What stands between two operands.
enum FormulaOperator: UInt8, Sendable {
    case plus = 0x2B
    case minus = 0x2D
    case times = 0x2A
    case over = 0x2F

    var isSum: Bool { self == .plus || self == .minus }
    var text: String { String(Character(Unicode.Scalar(rawValue))) }
}

/// What is made of the values of one moment of one series, or of several that belong together.
enum FormulaFunction: String, Sendable, CaseIterable {
    case abs
    case clampMin = "clamp_min"
    case clampMax = "clamp_max"
    case min
    case max
}

/// How the values of one moment of many series become one.
enum FormulaAggregation: String, Sendable, CaseIterable {
    case sum
    case avg
    case min
    case max
}

extension Formula: CustomStringConvertible {
    /// The canonical text; equal for formulas that mean the same but for their spaces, parentheses and the order of
    /// matchers. `Formula(parsing:)` gives the formula back.
    public var description: String { text(root, within: 0) }

    /// - Parameter strength: Of what stands around it: 1 and 2 for the sides of a sum, 3 and 4 for those of a product
    ///   and for a sign, 0 for all else.
    private func text(_ node: FormulaNode, within strength: Int) -> String {
        switch node {
        case .number(let value): return NumberText.exact(value)
        case .input(let place):
            let input = inputs[place]
            return input.isRate ? "rate(\(input.selector))" : "\(input.selector)"
        case .negative(let part): return "-" + text(part, within: 4)
        case .binary(let operation, let left, let right, _):
            let own = operation.isSum ? 1 : 3
            let whole =
                "\(text(left, within: own)) \(operation.text) \(text(right, within: own + 1))"
            return strength > own ? "(\(whole))" : whole
        case .call(let function, let parts, _):
            return "\(function.rawValue)(\(parts.map { text($0, within: 0) }.joined(separator: ", ")))"
        case .aggregate(let aggregation, let labels, let part):
            let by = labels.isEmpty ? "" : " by (\(labels.joined(separator: ", "))) "
            return "\(aggregation.rawValue)\(by)(\(text(part, within: 0)))"
        }
    }
}
