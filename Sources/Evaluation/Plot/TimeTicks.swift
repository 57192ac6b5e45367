/// Moments along a time axis at which a clock or a calendar turns over.
///
/// Each has a label (an hour, a day, a month, a year) and, where it changes, the larger unit around it.
struct TimeTicks {
    struct Tick {
        /// Milliseconds since the epoch.
        let time: Int64
        let label: String
        /// The date, or the year, in which the label lies; equal for neighbours in the same one.
        let context: String
    }

    let ticks: [Tick]

    /// At most about `target` ticks between two moments in milliseconds since the epoch.
    init(from first: Int64, to last: Int64, target: Int, clock: PlotClock) {
        let limit: Int64 = 8_000_000_000_000_000
        let from = min(max(first, -limit), limit)
        let to = min(max(last, -limit), limit)
        let spacing = Double(max(1, to - from)) / Double(max(1, target))
        let unit = Unit.ladder.first { $0.length >= spacing } ?? .years(Self.yearStep(spacing))
        ticks = unit.moments(from: from, to: to, clock: clock).map { time in
            let moment = CivilMoment(local: time + clock.offset(time))
            let (label, context) = unit.words(moment)
            if let own = clock.label { return Tick(time: time, label: own(time), context: "") }
            return Tick(time: time, label: label, context: context)
        }
    }

    private static func yearStep(_ spacing: Double) -> Int {
        let years = spacing / Unit.years(1).length
        return max(1, Int(ValueTicks.step(for: years, target: 1)))
    }
}

/// A step between ticks on a clock or a calendar.
private enum Unit {
    case milliseconds(Int64)
    case days(Int64)
    case weeks(Int64)
    case months(Int)
    case years(Int)

    static let ladder: [Unit] = {
        let second: Int64 = 1000
        let minute = 60 * second
        let hour = 60 * minute
        let small: [Int64] = [1, 2, 5, 10, 20, 50, 100, 200, 500]
        let sixty: [Int64] = [1, 2, 5, 10, 15, 30]
        let day: [Int64] = [1, 2, 3, 6, 12]
        let clocks = small + sixty.map { $0 * second } + sixty.map { $0 * minute } + day.map { $0 * hour }
        let dates: [Unit] = [.days(1), .days(2), .weeks(1), .weeks(2)]
        let months: [Unit] = [.months(1), .months(2), .months(3), .months(6), .years(1), .years(2)]
        return clocks.map { .milliseconds($0) } + dates + months
    }()

    /// The mean length in milliseconds.
    var length: Double {
        let day = Double(CivilMoment.day)
        return switch self {
        case .milliseconds(let span): Double(span)
        case .days(let count): Double(count) * day
        case .weeks(let count): Double(7 * count) * day
        case .months(let count): Double(count) * 30.44 * day
        case .years(let count): Double(count) * 365.24 * day
        }
    }

    /// The moments between two others at which the local clock reaches a multiple of this unit.
    func moments(from: Int64, to: Int64, clock: PlotClock) -> [Int64] {
        let first = from + clock.offset(from)
        let last = to + clock.offset(to)
        var result: [Int64] = []
        for local in locals(from: first - margin, to: last + margin) {
            // Twice, because the first guess may lie on the other side of a change of clocks.
            let guess = local - clock.offset(local)
            let time = local - clock.offset(guess)
            if time >= from, time <= to, time > result.last ?? Int64.min { result.append(time) }
        }
        return result
    }

    /// How far to look on either side, since the offset of the clock may change in between; bounded on fine
    /// scales, where a day is too many ticks to walk over.
    private var margin: Int64 {
        if case .milliseconds(let span) = self { min(CivilMoment.day, 100 * span) } else { CivilMoment.day }
    }

    private func locals(from: Int64, to: Int64) -> [Int64] {
        switch self {
        case .milliseconds(let span):
            return Self.multiples(of: span, from: from, to: to)
        case .days(let count):
            return Self.multiples(of: count * CivilMoment.day, from: from, to: to)
        case .weeks(let count):
            // 1970-01-05 was a Monday.
            return Self.multiples(
                of: 7 * count * CivilMoment.day, from: from, to: to, origin: 4 * CivilMoment.day)
        case .months(let count):
            return Self.monthStarts(every: count, from: from, to: to)
        case .years(let count):
            return Self.monthStarts(every: 12 * count, from: from, to: to)
        }
    }

    private static func multiples(of span: Int64, from: Int64, to: Int64, origin: Int64 = 0) -> [Int64] {
        let start = (from - origin) / span * span + origin
        guard start <= to else { return [] }
        return Array(stride(from: start, through: to, by: Int64.Stride(span)))
    }

    private static func monthStarts(every count: Int, from: Int64, to: Int64) -> [Int64] {
        let start = CivilMoment(local: from)
        let end = CivilMoment(local: to)
        let first = (start.year * 12 + start.month - 1) / count * count
        let last = end.year * 12 + end.month - 1
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: count).map { index in
            let year = Int((Double(index) / 12).rounded(.down))
            return CivilMoment.local(year: year, month: index - 12 * year + 1, day: 1)
        }
    }

    /// The label of a moment, and the larger unit around it.
    func words(_ moment: CivilMoment) -> (label: String, context: String) {
        switch self {
        case .milliseconds(let span) where span < 1000: (moment.preciseTimeOfDay, moment.fullDate)
        case .milliseconds(let span) where span < 60_000: (moment.timeOfDay, moment.fullDate)
        case .milliseconds: (moment.hourAndMinute, moment.fullDate)
        case .days, .weeks: (moment.dayAndMonth, String(moment.year))
        case .months: (moment.monthName, String(moment.year))
        case .years: (String(moment.year), "")
        }
    }
}
