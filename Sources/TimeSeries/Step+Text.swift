extension Step {
    /// A duration as Prometheus writes it (`5m`, `1h30m`, `500ms`, `2w`, `1y` of 365 days) or as ISO 8601 does
    /// (`PT5M`, `P1D`, `P1W`, `P1M`, `P3M`, `P1Y`, `PT1H30M`, `PT0.5S`).
    ///
    /// Years and months of ISO 8601 are calendar months. What is written in days, weeks and Prometheus' years
    /// alone (`1d`, `P1W`) is civil days in a zone other than UTC, and 24 hours each in UTC; `24h` is always
    /// 24 hours.
    ///
    /// - Throws: ``StepError``.
    public init(parsing text: String, in zone: TimeZone = .utc) throws(StepError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        var amounts = Amounts()
        if bytes[0] == UInt8(ascii: "P") {
            try amounts.readISO(bytes.span, text)
        } else {
            try amounts.readPrometheus(bytes.span, text)
        }
        if amounts.months > 0 {
            guard amounts.days == 0, amounts.milliseconds == 0 else { throw .mixesCalendarAndClock(text) }
            guard amounts.months <= Self.mostMonths else { throw .tooLong(text) }
            self = .months(Int(amounts.months))
            return
        }
        let (length, overflow) = amounts.days.multipliedReportingOverflow(by: Self.millisecondsInDay)
        let total = length.addingSaturated(amounts.milliseconds)
        guard !overflow, total <= Self.mostMilliseconds else { throw .tooLong(text) }
        guard total > 0 else { throw .notPositive(text) }
        self = amounts.milliseconds == 0 ? .fixed(milliseconds: total, in: zone) : .fixed(milliseconds: total)
    }

    /// Longer steps than the years 0001 ... 9999 have no use.
    private static let mostMonths: Int64 = 9_998 * 12
    private static let mostMilliseconds = Timestamp.latest.milliseconds(since: .earliest)
}

extension Step: CustomStringConvertible {
    /// The step as Prometheus writes it (`5m`, `1h30m`, `1d`), calendar months as ISO 8601 does (`P1M`, `P1Y`).
    ///
    /// `Step(parsing:in:)` gives the step back, save that whole days are fixed in UTC and civil elsewhere.
    public var description: String {
        switch self {
        case .fixed(let milliseconds): Self.prometheusText(milliseconds)
        case .days: Self.prometheusText(nominalMilliseconds)
        case .months(let count): count % 12 == 0 ? "P\(count / 12)Y" : "P\(count)M"
        }
    }

    /// Years and weeks only where nothing is left over, as Prometheus does.
    private static func prometheusText(_ milliseconds: Int64) -> String {
        guard milliseconds != 0 else { return "0s" }
        var rest = milliseconds
        var text = ""
        for unit in Unit.all where unit.isSplit || rest % unit.length == 0 {
            let count = rest / unit.length
            guard count != 0 else { continue }
            text += "\(count)\(unit.name)"
            rest -= count * unit.length
        }
        return text
    }
}

/// Why a text is no step.
public enum StepError: Error, Equatable {
    /// Nothing is written.
    case empty
    /// A number has no unit, as in `300` or `1h30`.
    case unitMissing(String)
    /// No such unit, as in `5M` or `5 min`.
    case unitUnknown(String, of: String)
    /// A unit comes twice or after a smaller one, as in `30s5m`.
    case unitOutOfOrder(String, of: String)
    /// Not a duration; the text departs from the form at this byte, counted from 0.
    case malformed(String, byte: Int)
    /// Calendar months together with days or hours have no fixed order of adding.
    case mixesCalendarAndClock(String)
    /// Zero; steps go forward.
    case notPositive(String)
    /// Longer than the years 0001 ... 9999.
    case tooLong(String)
}

extension StepError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .empty: "a duration such as 5m, 1h30m or P1M is missing"
        case .unitMissing(let text): "'\(text)' has a number without a unit; write 5m, 1h30m or PT5M"
        case .unitUnknown(let unit, let text):
            "'\(text)' has the unknown unit '\(unit)'; units are ms, s, m, h, d, w, y"
                + (text.first == "P" ? ", in ISO 8601 Y, M, W, D and after T H, M, S" : "")
                + (unit == "M" ? "; a month is P1M" : "")
        case .unitOutOfOrder(let unit, let text):
            "'\(text)' has the unit '\(unit)' twice or after a smaller one"
        case .malformed(let text, let byte): "'\(text)' is not a duration at character \(byte + 1)"
        case .mixesCalendarAndClock(let text):
            "'\(text)' mixes calendar months with days or hours; use one of them"
        case .notPositive(let text): "'\(text)' is not above zero"
        case .tooLong(let text): "'\(text)' is longer than 9998 years"
        }
    }
}

/// A unit of Prometheus durations.
private struct Unit {
    var name: String
    /// Milliseconds.
    var length: Int64
    /// Whether `description` uses the unit when something is left over.
    var isSplit: Bool

    /// - Source: Prometheus, `common/model/time.go`, `Duration.String`.
    static let all = [
        Unit(name: "y", length: 365 * 86_400_000, isSplit: false),
        Unit(name: "w", length: 7 * 86_400_000, isSplit: false),
        Unit(name: "d", length: 86_400_000, isSplit: true),
        Unit(name: "h", length: 3_600_000, isSplit: true),
        Unit(name: "m", length: 60_000, isSplit: true),
        Unit(name: "s", length: 1_000, isSplit: true),
        Unit(name: "ms", length: 1, isSplit: true),
    ]
}

/// What a duration adds up to while it is read. Sums stop at the largest number instead of overflowing.
private struct Amounts {
    var months: Int64 = 0
    var days: Int64 = 0
    var milliseconds: Int64 = 0
    private var position = 0

    mutating func readPrometheus(_ bytes: Span<UInt8>, _ text: String) throws(StepError) {
        var rank = -1
        while position < bytes.count {
            let amount = try number(bytes, text)
            let name = unitName(bytes)
            guard !name.isEmpty else { throw .unitMissing(text) }
            guard let found = Unit.all.firstIndex(where: { $0.name == name }) else {
                throw .unitUnknown(name, of: text)
            }
            guard found > rank else { throw .unitOutOfOrder(name, of: text) }
            rank = found
            let length = Unit.all[found].length
            if length >= Step.millisecondsInDay {
                days = days.addingSaturated(amount.multipliedSaturated(by: length / Step.millisecondsInDay))
            } else {
                milliseconds = milliseconds.addingSaturated(amount.multipliedSaturated(by: length))
            }
        }
    }

    /// - Source: ISO 8601-1:2019, section 5.5.2; of fractions only those of seconds.
    mutating func readISO(_ bytes: Span<UInt8>, _ text: String) throws(StepError) {
        position = 1
        var rank = -1
        var isTime = false
        repeat {
            if !isTime, position < bytes.count, bytes[position] == UInt8(ascii: "T") {
                isTime = true
                position += 1
            }
            let amount = try number(bytes, text)
            let thousandths = isTime ? try fraction(bytes, text) : nil
            let name = unitName(bytes)
            guard !name.isEmpty else { throw .unitMissing(text) }
            let order = isTime ? ["H", "M", "S"] : ["Y", "M", "W", "D"]
            guard let found = order.firstIndex(of: name) else { throw .unitUnknown(name, of: text) }
            guard found + (isTime ? 4 : 0) > rank else { throw .unitOutOfOrder(name, of: text) }
            guard thousandths == nil || name == "S" else { throw .malformed(text, byte: position - 1) }
            rank = found + (isTime ? 4 : 0)
            add(amount, name, isTime: isTime)
            milliseconds = milliseconds.addingSaturated(thousandths ?? 0)
        } while position < bytes.count
    }

    private mutating func add(_ amount: Int64, _ unit: String, isTime: Bool) {
        switch (unit, isTime) {
        case ("Y", _): months = months.addingSaturated(amount.multipliedSaturated(by: 12))
        case ("M", false): months = months.addingSaturated(amount)
        case ("W", _): days = days.addingSaturated(amount.multipliedSaturated(by: 7))
        case ("D", _): days = days.addingSaturated(amount)
        default:
            let length: Int64 = unit == "H" ? 3_600_000 : unit == "M" ? 60_000 : 1_000
            milliseconds = milliseconds.addingSaturated(amount.multipliedSaturated(by: length))
        }
    }

    /// One or more digits.
    private mutating func number(_ bytes: Span<UInt8>, _ text: String) throws(StepError) -> Int64 {
        let start = position
        var value: Int64 = 0
        while position < bytes.count, let digit = bytes[position].digit {
            value = value.multipliedSaturated(by: 10).addingSaturated(Int64(digit))
            position += 1
        }
        guard position > start else { throw .malformed(text, byte: position) }
        return value
    }

    /// The thousandths in `.` or `,` and one to three digits; `nil` when none is written.
    private mutating func fraction(_ bytes: Span<UInt8>, _ text: String) throws(StepError) -> Int64? {
        guard position < bytes.count,
            bytes[position] == UInt8(ascii: ".") || bytes[position] == UInt8(ascii: ",")
        else { return nil }
        position += 1
        let start = position
        let digits = try number(bytes, text)
        let scale: [Int64] = [100, 10, 1]
        guard position - start <= 3 else { throw .malformed(text, byte: start + 3) }
        return digits * scale[position - start - 1]
    }

    /// Everything up to the next digit, fraction or `T`.
    private mutating func unitName(_ bytes: Span<UInt8>) -> String {
        let start = position
        while position < bytes.count, bytes[position].digit == nil, bytes[position] != UInt8(ascii: "T") {
            position += 1
        }
        return String(decoding: (start..<position).map { bytes[$0] }, as: UTF8.self)
    }
}
