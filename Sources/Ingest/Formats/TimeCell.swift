import TimeSeries

/// How a time is written in a column.
struct TimeFormat: Hashable {
    enum Style { case dashes, slashes, month, quarter, year, epochSeconds }
    enum Clock { case none, local, offset }

    var style: Style
    /// Whether a time of day follows the date, and whether an offset follows that.
    var clock: Clock = .none

    /// The format of a column that has cells of both, or `nil` when they do not mix.
    ///
    /// A date alone may stand between dates with a time of day: it is midnight.
    func merged(with other: TimeFormat) -> TimeFormat? {
        guard style == other.style else { return nil }
        if clock == other.clock || other.clock == .none { return self }
        return clock == .none ? other : nil
    }

    var name: String {
        let date: String
        switch style {
        case .dashes: date = "YYYY-MM-DD"
        case .slashes: date = "YYYY/MM/DD"
        case .month: return "YYYY-MM"
        case .quarter: return "YYYYQn"
        case .year: return "YYYY"
        case .epochSeconds: return "epoch seconds"
        }
        switch clock {
        case .none: return date
        case .local: return date + " HH:MM"
        case .offset: return date + " HH:MM with an offset"
        }
    }
}

/// Why a cell does not hold a time.
enum TimeCellError: Error, Equatable {
    case empty
    /// Nothing like a time; the reason is the parser's.
    case unlike(String?)
    /// Written like a time, but not one: month 13, milliseconds.
    case wrong(String)
}

/// One cell of a time column.
struct TimeCell: Equatable {
    enum Reading: Equatable {
        case moment(Timestamp)
        /// The reading of a clock in a zone not named here.
        case civil(CivilTime)
    }

    let format: TimeFormat
    let reading: Reading

    /// Which numbers are times.
    struct Rules: Hashable {
        /// Whether 1000 … 3000 alone is a year.
        var allowsYears = false
        /// The smallest number taken for epoch seconds.
        var smallestEpochSeconds = Rules.usualEpochSeconds

        /// A day in 1973: less is a count of something, unless the column's name says otherwise.
        static let usualEpochSeconds = 1e8
    }

    init(_ bytes: Span<UInt8>, _ rules: Rules) throws(TimeCellError) {
        guard bytes.count > 0 else { throw .empty }
        guard bytes.count < 6 || !Self.isMark(bytes[4]) else {
            self = try Self.written(bytes)
            return
        }
        switch NumberCell(bytes) {
        case .number(let number):
            if rules.allowsYears, bytes.count == 4, (1000...3000).contains(number),
                let first = CivilDate(year: Int(number), month: 1, day: 1)
            {
                format = TimeFormat(style: .year)
                reading = .civil(CivilTime(date: first))
                return
            }
            if number > Timestamp.largestEpochSeconds {
                throw .wrong("is too large for epoch seconds: milliseconds? divide by 1000")
            }
            guard number >= rules.smallestEpochSeconds else {
                throw .unlike("epoch seconds begin at 100000000")
            }
            format = TimeFormat(style: .epochSeconds)
            do {
                reading = .moment(try Timestamp(epochSeconds: number))
            } catch {
                throw .wrong("is not a time: \(error)")
            }
        case .missing: throw .empty
        case .infinite, .malformed: throw .unlike(Self.hint(bytes))
        }
    }

    private init(format: TimeFormat, reading: Reading) {
        self.format = format
        self.reading = reading
    }

    private static func written(_ bytes: Span<UInt8>) throws(TimeCellError) -> TimeCell {
        let text: TimeText
        do {
            text = try TimeText(bytes)
        } catch .malformed(let byte, let expected) {
            throw .unlike(TimestampError.malformed(byte: byte, expected: expected).description)
        } catch {
            throw .wrong("is not a time: \(error)")
        }
        let clock: TimeFormat.Clock =
            text.form != .dateTime ? .none : text.offsetSeconds == nil ? .local : .offset
        let style: TimeFormat.Style =
            switch text.form {
            case .quarter: .quarter
            case .month: .month
            case .date, .dateTime: text.hasSlashes ? .slashes : .dashes
            }
        do {
            let moment = try text.timestamp()
            return TimeCell(
                format: TimeFormat(style: style, clock: clock),
                reading: moment.map { .moment($0) } ?? .civil(text.civil))
        } catch {
            throw .wrong("is not a time: \(error)")
        }
    }

    /// What follows a year of four digits.
    private static func isMark(_ byte: UInt8) -> Bool {
        byte == Byte.minus || byte == Byte.slash || byte | 0x20 == UInt8(ascii: "q")
    }

    private static func hint(_ bytes: Span<UInt8>) -> String? {
        let separators = bytes.indices.filter { i in
            [Byte.slash, Byte.period, Byte.minus].contains(bytes[i]) && i <= 5
        }
        guard separators.count == 2, isDigit(bytes[0]) else { return nil }
        return "day first or month first? write YYYY-MM-DD"
    }
}
