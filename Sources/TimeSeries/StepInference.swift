/// Tells the step of a series from its times, which may have gaps and jitter.
///
/// First the exact patterns: a day of the month, a time of day, the greatest common divisor of all distances.
/// Then steps that times with jitter come near to, see ``JitterCandidates``.
enum StepInference {
    /// Fewer rows have no step: two rows fit any.
    static let fewestRows = 3
    /// The share of steps that need a row. Half of them may be missing; the slack is for chance.
    private static let leastOccupied = 0.4
    /// Less suffices when so many rows follow the row before by exactly one step: hours of trading, say.
    private static let leastSingleSteps = 0.5

    /// The rows on the grid that fits them best; `nil` when none does.
    ///
    /// - Parameter timestamps: Ascending strictly.
    static func fit(_ timestamps: [Timestamp], zone: TimeZone) -> GridFit? {
        guard timestamps.count >= fewestRows else { return nil }
        if let step = exactStep(timestamps, zone: zone),
            let fit = accepted(timestamps, step: step, zone: zone)
        {
            return fit
        }
        for step in JitterCandidates(timestamps, zone: zone).steps {
            if let fit = accepted(timestamps, step: step, zone: zone) { return fit }
        }
        return nil
    }

    private static func accepted(_ timestamps: [Timestamp], step: Step, zone: TimeZone) -> GridFit? {
        guard let fit = try? GridFit(timestamps, step: step, zone: zone) else { return nil }
        let rows = Double(timestamps.count)
        if rows >= leastOccupied * Double(fit.count) { return fit }
        let singles = zip(fit.slots.dropFirst(), fit.slots).count { $0 - $1 == 1 }
        return Double(singles) >= leastSingleSteps * (rows - 1) ? fit : nil
    }

    /// The largest step that hits every row exactly.
    private static func exactStep(_ timestamps: [Timestamp], zone: TimeZone) -> Step? {
        if let pattern = CalendarPattern(timestamps, zone: zone) { return .months(pattern.months) }
        if !zone.isUTC, let days = civilDays(timestamps, zone: zone) { return .days(days) }
        var divisor: Int64 = 0
        for index in timestamps.indices.dropFirst() {
            let distance = timestamps[index].milliseconds(since: timestamps[index - 1])
            divisor = greatestCommonDivisor(distance, divisor)
            if divisor == 1 { break }
        }
        return divisor > 0 ? .fixed(milliseconds: divisor) : nil
    }

    /// The days between rows that all have one time of day.
    private static func civilDays(_ timestamps: [Timestamp], zone: TimeZone) -> Int? {
        guard let first = timestamps.first else { return nil }
        let start = zone.civil(at: first)
        var divisor = 0
        for timestamp in timestamps.dropFirst() {
            let civil = zone.civil(at: timestamp)
            guard civil.millisecondOfDay == start.millisecondOfDay else { return nil }
            divisor = greatestCommonDivisor(
                civil.date.daysSinceEpoch - start.date.daysSinceEpoch, divisor)
        }
        return divisor > 0 ? divisor : nil
    }
}
