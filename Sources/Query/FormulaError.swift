/// Why a text is no formula, or why a formula fits no series, and where.
public struct FormulaError: Error, Equatable, Sendable {
    /// The character of the text that is at fault, from 1.
    public var column: Int
    /// What is wrong there.
    public var reason: String
}

extension FormulaError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String { "column \(column): \(reason)" }
}
