/// The distance between two neighbouring values of a series.
public enum Step: Hashable, Sendable {
    /// A fixed span of absolute time; at least 1 ms.
    case fixed(milliseconds: Int64)
    /// Civil days of the grid's time zone, which last 23 or 25 hours when clocks change; at least 1.
    case days(Int)
    /// Calendar months; at least 1. A year is 12.
    case months(Int)
}
