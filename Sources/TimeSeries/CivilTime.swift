/// What a calendar and a clock on the wall show, without saying where the wall is.
public struct CivilTime: Hashable, Sendable {
    /// The day.
    public let date: CivilDate
    /// Milliseconds since midnight as the clock counts them, 0 ..< 86,400,000.
    public let millisecondOfDay: Int

    /// Milliseconds in a day of 24 hours.
    public static let millisecondsInDay = 86_400_000

    /// A day and a time of day.
    ///
    /// - Precondition: `millisecondOfDay` in 0 ..< 86,400,000.
    public init(date: CivilDate, millisecondOfDay: Int = 0) {
        precondition(
            (0..<Self.millisecondsInDay).contains(millisecondOfDay),
            "millisecond \(millisecondOfDay) of a day")
        self.date = date
        self.millisecondOfDay = millisecondOfDay
    }

    /// The reading of a clock that shows UTC, so many milliseconds after 1970-01-01T00:00.
    init(clock: Int64) {
        let length = Int64(Self.millisecondsInDay)
        date = CivilDate(daysSinceEpoch: Int(clock.flooredQuotient(by: length)))
        millisecondOfDay = Int(clock.flooredRemainder(by: length))
    }

    /// The inverse of ``init(clock:)``.
    var clock: Int64 {
        Int64(date.daysSinceEpoch) * Int64(Self.millisecondsInDay) + Int64(millisecondOfDay)
    }

    /// The hour, 0 ... 23.
    public var hour: Int { millisecondOfDay / 3_600_000 }
    /// The minute, 0 ... 59.
    public var minute: Int { millisecondOfDay / 60_000 % 60 }
    /// The second, 0 ... 59.
    public var second: Int { millisecondOfDay / 1_000 % 60 }
    /// The millisecond, 0 ... 999.
    public var millisecond: Int { millisecondOfDay % 1_000 }
}

extension CivilTime: Comparable, CustomStringConvertible {
    /// Orders readings of one clock that never changes.
    public static func < (a: CivilTime, b: CivilTime) -> Bool {
        (a.date, a.millisecondOfDay) < (b.date, b.millisecondOfDay)
    }

    /// `YYYY-MM-DDTHH:MM:SS`, and `.mmm` where the milliseconds are not 0.
    public var description: String {
        var text = date.description
        text.append("T")
        text.append(padded: hour, to: 2)
        text.append(":")
        text.append(padded: minute, to: 2)
        text.append(":")
        text.append(padded: second, to: 2)
        if millisecond != 0 {
            text.append(".")
            text.append(padded: millisecond, to: 3)
        }
        return text
    }
}
