/// A moment of absolute time, in the years 0001 ... 9999 of UTC.
///
/// Unit: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the epoch; negative before 1970.
    public let milliseconds: Int64

    /// 0001-01-01T00:00:00Z.
    public static let earliest = Timestamp(milliseconds: -62_135_596_800_000)
    /// 9999-12-31T23:59:59.999Z.
    public static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// Every number of milliseconds that a timestamp may have.
    static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// A number of epoch seconds above this is taken for milliseconds: as seconds it lies in the year 5138,
    /// as milliseconds in 1973.
    public static let largestEpochSeconds = 1e11

    /// A moment given in milliseconds since the epoch; outside the years 0001 ... 9999 the nearest inside.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds.clamped(to: Self.range)
    }

    /// A moment given in milliseconds since the epoch, as a peer sent it.
    ///
    /// - Throws: ``TimestampError/outsideYears``.
    public init(epochMilliseconds milliseconds: Int64) throws(TimestampError) {
        guard Self.range.contains(milliseconds) else { throw .outsideYears }
        self.milliseconds = milliseconds
    }

    /// A moment given in seconds since the epoch, rounded to the nearest millisecond; negative before 1970.
    ///
    /// - Throws: ``TimestampError/notFinite``, ``TimestampError/looksLikeMilliseconds(_:)`` for a whole number above
    ///   1e11 that is a time in milliseconds, ``TimestampError/outsideYears``.
    public init(epochSeconds seconds: Double) throws(TimestampError) {
        guard seconds.isFinite else { throw .notFinite }
        guard abs(seconds) <= Self.largestEpochSeconds else {
            let isWhole = seconds > 0 && seconds == seconds.rounded()
            guard isWhole, seconds <= Double(Self.range.upperBound) else { throw .outsideYears }
            throw .looksLikeMilliseconds(seconds)
        }
        try self.init(epochMilliseconds: Int64((seconds * 1_000).rounded()))
    }

    /// Seconds since the epoch, exact to the millisecond.
    public var epochSeconds: Double { Double(milliseconds) / 1_000 }

    /// The moment so many milliseconds later; stops at ``earliest`` and ``latest``.
    public func advanced(byMilliseconds distance: Int64) -> Timestamp {
        Timestamp(milliseconds: milliseconds.addingSaturated(distance))
    }

    /// How many milliseconds after `other` this moment lies; negative when before. Never overflows.
    public func milliseconds(since other: Timestamp) -> Int64 {
        milliseconds - other.milliseconds
    }

    /// Orders moments from past to future.
    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        a.milliseconds < b.milliseconds
    }
}

/// Why something is not a moment in time.
public enum TimestampError: Error, Equatable {
    /// The text departs from the form at this byte, counted from 0; `expected` says what should stand there.
    case malformed(byte: Int, expected: String)
    /// A field has a number that no calendar or clock shows.
    case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>)
    /// Second 60; epoch time does not count leap seconds.
    case leapSecond
    /// Before the year 0001 or after 9999 in UTC.
    case outsideYears
    /// Infinite or not a number.
    case notFinite
    /// A whole number of seconds above 1e11, so probably milliseconds.
    case looksLikeMilliseconds(Double)
}

extension TimestampError: CustomStringConvertible {
    /// The error as the end of a sentence.
    public var description: String {
        switch self {
        case .malformed(let byte, let expected):
            "\(expected) expected at character \(byte + 1)"
        case .outOfRange(let field, let value, let allowed):
            "\(field) \(value) is not in \(allowed.lowerBound) to \(allowed.upperBound)"
        case .leapSecond:
            "second 60 is a leap second, which epoch time does not count; write second 59"
        case .outsideYears:
            "the time is not in the years 0001 to 9999"
        case .notFinite:
            "the time is not a finite number"
        case .looksLikeMilliseconds(let number):
            "\(Int(exactly: number).map(String.init) ?? String(number)) looks like milliseconds; write epoch seconds"
        }
    }
}
