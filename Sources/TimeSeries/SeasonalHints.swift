/// The lengths of seasons that a step suggests: days, weeks and years that people and machines live by.
///
/// - Source: the sampling intervals of the M4 competition (Makridakis, Spiliotis & Assimakopoulos, Int. J.
///   Forecasting 36, 2020) with a second period for hourly and finer data.
public enum SeasonalHints {
    /// Steps in one season, the most likely season first; empty where a step suggests none.
    ///
    /// These follow from the step alone. Whether a series has a season is for its values to say.
    public static func periods(of step: Step) -> [Int] {
        switch step {
        case .months(let count): wholeQuotients(of: [12], by: Int64(count))
        case .days(let count): dailyPeriods(Int64(count))
        case .fixed(let milliseconds):
            if milliseconds % Step.millisecondsInDay == 0 {
                dailyPeriods(milliseconds / Step.millisecondsInDay)
            } else {
                table.first { $0.step == milliseconds }?.periods ?? periods(milliseconds: milliseconds)
            }
        }
    }

    private static let minute: Int64 = 60_000
    private static let hour: Int64 = 60 * minute

    /// Steps whose periods are known from experience.
    private static let table: [(step: Int64, periods: [Int])] = [
        (minute, [1_440, 10_080]),
        (5 * minute, [288, 2_016]),
        (hour, [24, 168]),
    ]

    /// Weeks and years of days; years of weeks. Years are long to wait for, other days have no season.
    private static func dailyPeriods(_ days: Int64) -> [Int] {
        switch days {
        case 1: [7, 365]
        case 7: [52]
        default: days % 7 == 0 ? wholeQuotients(of: [52], by: days / 7) : []
        }
    }

    /// Days, weeks and, below an hour, hours where they have a whole number of steps.
    private static func periods(milliseconds: Int64) -> [Int] {
        let lengths = [24 * hour, 7 * 24 * hour] + (milliseconds < hour ? [hour] : [])
        return wholeQuotients(of: lengths, by: milliseconds)
    }

    /// The quotients that are whole and at least 2; `step` above 0.
    private static func wholeQuotients(of lengths: [Int64], by step: Int64) -> [Int] {
        guard step > 0 else { return [] }
        return lengths.filter { $0 % step == 0 && $0 / step >= 2 }.map { Int($0 / step) }
    }
}
