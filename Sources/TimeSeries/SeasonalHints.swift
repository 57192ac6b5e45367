/// The periods that a step suggests, before any value is seen.
///
/// - Source: the sampling-interval table of the M competitions, continued to the steps of monitoring.
public enum SeasonalHints {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000
    private static let week: Int64 = 604_800_000

    /// Steps in a day and a week, in a year of weeks, months or quarters; an hour for steps of seconds.
    ///
    /// - Returns: The most likely first; empty for yearly data and for steps that fit into nothing.
    public static func periods(for step: Step) -> [Int] {
        switch step {
        case .months(let months):
            return months < 12 && 12 % months == 0 ? [12 / months] : []
        case .days(let days):
            return days == 1 ? [7, 365] : (days == 7 ? [52] : [])
        case .fixed(let milliseconds):
            switch milliseconds {
            case day: return [7, 365]
            case week: return [52]
            case ..<(day / 2 + 1):
                // Seconds: a day is out of reach of most histories, an hour is the next cycle people plan by.
                let cycles = milliseconds < 60_000 ? [hour, day] : [day, week]
                return cycles.filter { $0 % milliseconds == 0 }.map { Int($0 / milliseconds) }
            default: return []
            }
        }
    }
}
