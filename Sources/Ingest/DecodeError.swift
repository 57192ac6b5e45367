/// Where and why an input is not of its format.
public struct DecodeError: Error, Equatable {
    /// The line, counted from 1; 0 when the input as a whole is meant.
    public var line: Int
    /// What is wrong and what would be right.
    public var reason: String

    /// An error in a line, counted from 1.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}
