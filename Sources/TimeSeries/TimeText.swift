/// What a written time says, before a zone gives it a meaning.
///
/// Forms: `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM[:SS[.f…]]` with or without an offset (`Z`, `±HH:MM`), the same with
/// slashes in the date, `YYYY-MM`, and `YYYYQn` or `YYYY-Qn`. `t`, `z` and a space for `T` are allowed.
/// Of the fraction, 1 to 9 digits, milliseconds are kept and the rest is cut off.
///
/// - Source: RFC 3339, section 5.6.
public struct TimeText: Hashable, Sendable {
    /// How much of a time is written.
    public enum Form: Hashable, Sendable {
        /// A year and a quarter of it.
        case quarter
        /// A year and a month.
        case month
        /// A day.
        case date
        /// A day and a time of day.
        case dateTime
    }

    /// How much is written; the rest is the first of the month or quarter, and midnight.
    public private(set) var form: Form
    /// Whether the date is written with slashes.
    public private(set) var hasSlashes = false
    /// Whether seconds are written.
    public private(set) var hasSeconds = false
    /// The date and the time of day as written.
    public private(set) var civil: CivilTime
    /// Seconds east of UTC, if written.
    public private(set) var offsetSeconds: Int?

    /// Reads a written time, all of it.
    ///
    /// - Throws: ``TimestampError/malformed(byte:expected:)``,
    ///   ``TimestampError/outOfRange(field:value:allowed:)``, ``TimestampError/leapSecond``.
    public init(_ text: Span<UInt8>) throws(TimestampError) {
        var scan = TimeScan()
        let year = try scan.number(in: text, digits: 4, "year", 1...9999)
        if let quarter = try scan.quarter(in: text) {
            let month = quarter * 3 - 2
            self.init(form: .quarter, date: try Self.date(year, month, 1))
            return
        }
        guard let mark = scan.accept("-", "/", in: text) else {
            throw .malformed(byte: scan.position, expected: "'-'")
        }
        let month = try scan.number(in: text, digits: 2, "month", 1...12)
        if scan.position == text.count, mark == UInt8(ascii: "-") {
            self.init(form: .month, date: try Self.date(year, month, 1))
            return
        }
        try scan.require(mark, in: text)
        let day = try scan.number(in: text, digits: 2, "day", 1...CivilDate.days(inMonth: month, of: year))
        self.init(form: .date, date: try Self.date(year, month, day))
        hasSlashes = mark == UInt8(ascii: "/")
        guard scan.position < text.count else { return }

        guard scan.accept("T", "t", " ", in: text) != nil else {
            throw .malformed(byte: scan.position, expected: "'T' or a space")
        }
        form = .dateTime
        let time = try scan.timeOfDay(in: text)
        hasSeconds = time.hasSeconds
        civil = CivilTime(date: civil.date, millisecondOfDay: time.milliseconds)
        offsetSeconds = try scan.offset(in: text)
        guard scan.position == text.count else {
            throw .malformed(
                byte: scan.position, expected: offsetSeconds == nil ? "an offset or the end" : "the end")
        }
    }

    private init(form: Form, date: CivilDate) {
        self.form = form
        civil = CivilTime(date: date)
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) throws(TimestampError) -> CivilDate {
        guard let date = CivilDate(year: year, month: month, day: day) else { throw .outsideYears }
        return date
    }

    /// The moment meant, when an offset is written.
    ///
    /// - Throws: ``TimestampError/outsideYears``.
    public func timestamp() throws(TimestampError) -> Timestamp? {
        guard let offsetSeconds else { return nil }
        return try Timestamp(epochMilliseconds: civil.clock - Int64(offsetSeconds) * 1_000)
    }
}

/// A position in a text, and the fields of a time that may stand there.
private struct TimeScan {
    var position = 0

    /// Steps over the next byte if it is one of the choices.
    mutating func accept(
        _ first: Unicode.Scalar, _ second: Unicode.Scalar? = nil, _ third: Unicode.Scalar? = nil,
        in text: Span<UInt8>
    ) -> UInt8? {
        guard position < text.count else { return nil }
        let byte = text[position]
        let scalar = Unicode.Scalar(byte)
        guard scalar == first || scalar == second || scalar == third else { return nil }
        position += 1
        return byte
    }

    mutating func require(_ byte: UInt8, in text: Span<UInt8>) throws(TimestampError) {
        guard position < text.count, text[position] == byte else {
            throw .malformed(byte: position, expected: "'\(Unicode.Scalar(byte))'")
        }
        position += 1
    }

    mutating func number(
        in text: Span<UInt8>, digits: Int, _ field: String, _ allowed: ClosedRange<Int>
    ) throws(TimestampError) -> Int {
        var value = 0
        for _ in 0..<digits {
            guard position < text.count, let digit = text[position].digit else {
                throw .malformed(byte: position, expected: "a digit of the \(field)")
            }
            value = value * 10 + digit
            position += 1
        }
        guard allowed.contains(value) else {
            throw .outOfRange(field: field, value: value, allowed: allowed)
        }
        return value
    }

    /// The quarter after a year, if one stands here.
    mutating func quarter(in text: Span<UInt8>) throws(TimestampError) -> Int? {
        let start = position
        _ = accept("-", in: text)
        guard accept("Q", "q", in: text) != nil else {
            position = start
            return nil
        }
        let quarter = try number(in: text, digits: 1, "quarter", 1...4)
        guard position == text.count else { throw .malformed(byte: position, expected: "the end") }
        return quarter
    }

    mutating func timeOfDay(
        in text: Span<UInt8>
    ) throws(TimestampError) -> (milliseconds: Int, hasSeconds: Bool) {
        let hour = try number(in: text, digits: 2, "hour", 0...23)
        try require(UInt8(ascii: ":"), in: text)
        let minute = try number(in: text, digits: 2, "minute", 0...59)
        let milliseconds = (hour * 60 + minute) * 60_000
        guard accept(":", in: text) != nil else { return (milliseconds, false) }
        let second = try number(in: text, digits: 2, "second", 0...60)
        guard second < 60 else { throw .leapSecond }
        return (milliseconds + second * 1_000 + (try fraction(in: text)), true)
    }

    /// The milliseconds of a fraction of a second; 0 when none is written.
    private mutating func fraction(in text: Span<UInt8>) throws(TimestampError) -> Int {
        guard accept(".", in: text) != nil else { return 0 }
        let start = position
        var milliseconds = 0
        var weight = 100
        while position < text.count, let digit = text[position].digit {
            guard position - start < 9 else {
                throw .malformed(byte: position, expected: "at most 9 digits of a second")
            }
            milliseconds += digit * weight
            weight /= 10
            position += 1
        }
        guard position > start else { throw .malformed(byte: position, expected: "a digit") }
        return milliseconds
    }

    /// The seconds east of UTC; `nil` when the text ends here.
    mutating func offset(in text: Span<UInt8>) throws(TimestampError) -> Int? {
        if accept("Z", "z", in: text) != nil { return 0 }
        guard let sign = accept("+", "-", in: text) else { return nil }
        let hours = try number(in: text, digits: 2, "offset hour", 0...23)
        try require(UInt8(ascii: ":"), in: text)
        let minutes = try number(in: text, digits: 2, "offset minute", 0...59)
        let seconds = (hours * 60 + minutes) * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}

extension UInt8 {
    /// The value of an ASCII digit.
    var digit: Int? {
        let value = self &- UInt8(ascii: "0")
        return value <= 9 ? Int(value) : nil
    }
}
