/// The distance between two neighbouring values of a series, or how far ahead a forecast looks.
public enum Step: Hashable, Sendable {
    /// A fixed span of absolute time; at least 1 ms.
    case fixed(milliseconds: Int64)
    /// Civil days of the grid's time zone, which last 23 or 25 hours when clocks change; at least 1.
    case days(Int)
    /// Calendar months; at least 1. A year is 12.
    case months(Int)

    /// Milliseconds in a day of 24 hours.
    public static let millisecondsInDay: Int64 = 86_400_000
    /// Milliseconds in a month of the Gregorian calendar on average: 400 years have 146,097 days.
    public static let meanMillisecondsInMonth: Int64 = 146_097 * millisecondsInDay / 4_800

    /// The length in milliseconds where days have 24 hours and months their mean length.
    public var nominalMilliseconds: Int64 {
        switch self {
        case .fixed(let milliseconds): milliseconds
        case .days(let count): Int64(count).multipliedSaturated(by: Self.millisecondsInDay)
        case .months(let count): Int64(count).multipliedSaturated(by: Self.meanMillisecondsInMonth)
        }
    }

    /// Whether the length is at least 1 of its unit.
    var isPositive: Bool {
        switch self {
        case .fixed(let milliseconds): milliseconds > 0
        case .days(let count), .months(let count): count > 0
        }
    }

    /// A fixed step, or the civil days that it is made of: whole days of a zone whose clocks change are
    /// civil days, elsewhere both are the same.
    static func fixed(milliseconds: Int64, in zone: TimeZone) -> Step {
        guard !zone.isUTC, milliseconds % millisecondsInDay == 0 else {
            return .fixed(milliseconds: milliseconds)
        }
        return .days(Int(milliseconds / millisecondsInDay))
    }
}
