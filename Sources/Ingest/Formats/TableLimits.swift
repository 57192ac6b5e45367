/// How large a table may be; every limit is checked before memory is taken for what lies beyond it.
public struct TableLimits: Hashable, Sendable {
    /// The most bytes of one input; never more than 2³¹ − 1 are read.
    public var bytes: Int
    /// The most series of one input.
    public var series: Int
    /// The most cells of one input, the header's included; 8 bytes of memory each while it is read.
    public var cells: Int

    /// Limits for one input; the defaults suit a command line.
    public init(bytes: Int = 512 << 20, series: Int = 100_000, cells: Int = 100_000_000) {
        self.bytes = bytes
        self.series = series
        self.cells = cells
    }
}

/// Why a table as a whole cannot be read.
public enum TableError: Error, Equatable {
    /// The input is not what it should be; the case carries where and why.
    case invalid(DecodeError)
    /// The input has more than `limit` of `unit` (`bytes`, `series` or `cells`).
    case tooLarge(unit: String, limit: Int)

    static func invalid(line: Int, _ reason: String) -> TableError {
        .invalid(DecodeError(line: line, reason: reason))
    }
}

extension TableError: CustomStringConvertible {
    /// One sentence with the line, if there is one.
    public var description: String {
        switch self {
        case .invalid(let error) where error.line == 0: error.reason
        case .invalid(let error): "line \(error.line): \(error.reason)"
        case .tooLarge(let unit, let limit): "more than \(limit) \(unit)"
        }
    }
}
