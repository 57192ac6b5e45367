/// Why a text is no selector, and where.
public struct SelectorError: Error, Equatable, Sendable {
    /// The character at which it departs from the form, from 1.
    public var column: Int
    /// What stands there.
    public var found: String
    /// What could stand there.
    public var expected: String
}

extension SelectorError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String { "column \(column): expected \(expected), found \(found)" }
}
