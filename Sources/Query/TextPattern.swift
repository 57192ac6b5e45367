/// A regular expression in RE2's syntax that a whole text must match, as the value of a matcher with `=~`.
public struct TextPattern: Sendable, Hashable {
    /// The expression.
    public let text: String
    private let pattern: LabelPattern

    /// Compiles an expression.
    ///
    /// - Throws: ``TextPatternError`` with what RE2 says, and for an expression that is too long.
    public init(_ text: String) throws(TextPatternError) {
        do throws(LabelPattern.Refusal) {
            pattern = try LabelPattern(Array(text.utf8))
        } catch {
            throw TextPatternError(reason: error.reason)
        }
        self.text = text
    }

    /// Whether the whole of a text matches. O(*n*) in its length.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { pattern.matches($0) }
    }

    /// Compares the expressions as they are written.
    public static func == (a: TextPattern, b: TextPattern) -> Bool { a.text == b.text }

    /// Hashes the expression as it is written.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why a text is no regular expression.
public struct TextPatternError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What RE2 says.
    public var reason: String

    /// The reason.
    public var description: String { reason }
}
