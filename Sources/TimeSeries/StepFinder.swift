/// Finds the step of a series from its times.
///
/// The step is the median distance of neighbours, refined over the whole span: gaps of less than half of
/// the steps and jitter up to a fifth of a step do not matter. Months are recognised by their days of the
/// month, civil days by the time of day in the zone.
enum StepFinder {
    private static let day: Int64 = 86_400_000
    /// A time may lie off its step by this share of it.
    static let jitter = 0.2
    /// At least this share of the times must lie on a step.
    private static let leastOnGrid = 0.9

    /// - Parameter times: Ascending, no two equal. O(n log n).
    /// - Returns: `nil` for fewer than two times, or when no step fits.
    static func step(of times: [Timestamp], zone: TimeZone) -> Step? {
        guard times.count >= 2 else { return nil }
        let distances = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        let median = distances[distances.count / 2]
        if median > 27 * day, let months = monthStep(of: times, zone: zone) { return .months(months) }
        if median >= 23 * day / 24, zone.name != TimeZone.utc.name, let days = dayStep(of: times, median: median, zone: zone) {
            return .days(days)
        }
        let rounded = refined(median, times: times)
        return fits(times, step: rounded) ? .fixed(milliseconds: rounded) : nil
    }

    /// The mean distance of a step, over all pairs that are a whole number of steps apart.
    private static func refined(_ median: Int64, times: [Timestamp]) -> Int64 {
        var steps: Int64 = 0
        for (a, b) in zip(times, times.dropFirst()) {
            let distance = Double(b.milliseconds - a.milliseconds)
            steps += Int64((distance / Double(median)).rounded())
        }
        let span = times[times.count - 1].milliseconds - times[0].milliseconds
        guard steps > 0 else { return median }
        let mean = Double(span) / Double(steps)
        // A round step is more likely than an odd one: whole seconds, whole minutes.
        for unit: Double in [3_600_000, 60_000, 1_000, 1] {
            let round = (mean / unit).rounded() * unit
            if round >= 1, abs(round - mean) <= 0.002 * mean, isRound(round, median) { return Int64(round) }
        }
        return max(Int64(mean.rounded()), 1)
    }

    /// Whether `round` could be meant by a step of about `median`: no further off than its jitter.
    private static func isRound(_ round: Double, _ median: Int64) -> Bool {
        abs(round - Double(median)) <= jitter * Double(median)
    }

    private static func fits(_ times: [Timestamp], step: Int64) -> Bool {
        let origin = times[0].milliseconds
        let near = times.count { time in
            let position = Double(time.milliseconds - origin) / Double(step)
            return abs(position - position.rounded()) <= jitter
        }
        return Double(near) >= leastOnGrid * Double(times.count)
    }

    /// The months between neighbours, when each time is at the same day of its month, or at its end.
    private static func monthStep(of times: [Timestamp], zone: TimeZone) -> Int? {
        let dates = times.map { zone.civil(at: $0).date }
        let anchor = dates.map(\.day).max() ?? 1
        var step = 0
        for (a, b) in zip(dates, dates.dropFirst()) {
            guard isAt(anchor, a), isAt(anchor, b) else { return nil }
            let months = 12 * (b.year - a.year) + b.month - a.month
            guard months >= 1 else { return nil }
            step = greatestCommonDivisor(step, months)
        }
        return step
    }

    /// The civil days between neighbours, when all times have the same time of day.
    private static func dayStep(of times: [Timestamp], median: Int64, zone: TimeZone) -> Int? {
        let dates = times.map { zone.civil(at: $0) }
        guard let first = dates.first, dates.allSatisfy({ $0.millisecondOfDay == first.millisecondOfDay })
        else { return nil }
        let days = Int((Double(median) / Double(day)).rounded())
        return days >= 1 ? days : nil
    }

    /// Whether a date is on day `anchor` of its month, or on the last one of a month without that day.
    private static func isAt(_ anchor: Int, _ date: CivilDate) -> Bool {
        date.day == min(anchor, CivilDate.days(inMonth: date.month, of: date.year))
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
