/// Steps that times with jitter may have, the longest first.
///
/// With every row up to 0.2 steps early or late and up to half of the rows missing, the shorter half of the
/// distances are single steps of 0.6 ... 1.4. So a low quantile of the distances is near one step; the mean of
/// the distances around it is nearer; the line through the rows, counted in such steps, is as near as can be.
/// Where a step that people use lies within a few percent, that one is tried first.
struct JitterCandidates {
    /// In the order in which they should be tried.
    let steps: [Step]

    /// Quantiles of the distances that may be a single step.
    private static let quantiles = [0.5, 0.25, 0.1]
    /// A single step with jitter differs from the mean by less than this, in steps.
    private static let singleStep = 0.5...1.5
    /// How far a step that people use may lie from the estimate: its error at 5 rows.
    private static let nearness = 0.06

    /// Steps of a round number of milliseconds, seconds, minutes, hours and days.
    private static let usual: [Double] = {
        let sixty: [Double] = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]
        let milliseconds: [Double] = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500]
        let hours: [Double] = [1, 2, 3, 4, 6, 8, 12]
        let days: [Double] = [1, 2, 3, 4, 5, 6, 7, 10, 14, 28]
        return milliseconds + sixty.map { $0 * 1_000 } + sixty.map { $0 * 60_000 }
            + hours.map { $0 * 3_600_000 } + days.map { $0 * 86_400_000 }
    }()
    private static let usualMonths = [1, 2, 3, 4, 6, 12]

    /// Steps for rows that ascend strictly, at least two.
    init(_ timestamps: [Timestamp], zone: TimeZone) {
        guard let first = timestamps.first, timestamps.count >= 2 else {
            steps = []
            return
        }
        let distances = zip(timestamps.dropFirst(), timestamps).map { Double($0.milliseconds(since: $1)) }
        let sorted = distances.sorted()
        let estimates = Self.quantiles.map { quantile in
            Self.refined(sorted[Int(quantile * Double(sorted.count - 1))], distances)
        }
        let times = timestamps.map { Double($0.milliseconds(since: first)) }
        var found: [Step] = []
        for estimate in estimates.sorted(by: >) {
            let candidates =
                Self.months(near: estimate)
                + [Self.nearest(to: estimate), Self.slope(times, estimate)].compactMap { length in
                    length.flatMap { Self.step($0, zone) }
                }
            for step in candidates where !found.contains(step) { found.append(step) }
        }
        steps = found
    }

    /// The mean of the distances that are single steps of about `estimate`.
    private static func refined(_ estimate: Double, _ distances: [Double]) -> Double {
        var estimate = estimate
        for _ in 0..<4 {
            var sum = 0.0
            var count = 0.0
            for distance in distances where singleStep.contains(distance / estimate) {
                sum += distance
                count += 1
            }
            guard count > 0 else { break }
            estimate = sum / count
        }
        return estimate
    }

    private static func nearest(to estimate: Double) -> Double? {
        let nearest = usual.min { abs($0 - estimate) < abs($1 - estimate) }
        return nearest.flatMap { abs($0 - estimate) <= nearness * estimate ? $0 : nil }
    }

    private static func months(near estimate: Double) -> [Step] {
        usualMonths.filter { count in
            let length = Double(count) * Double(Step.meanMillisecondsInMonth)
            return abs(length - estimate) <= nearness * estimate
        }.map { .months($0) }
    }

    /// The slope of the least-squares line through the times, over the numbers of steps between them.
    private static func slope(_ times: [Double], _ estimate: Double) -> Double? {
        var index = 0.0
        var indices = [0.0]
        indices.reserveCapacity(times.count)
        for row in times.indices.dropFirst() {
            index += max(1, ((times[row] - times[row - 1]) / estimate).rounded())
            indices.append(index)
        }
        let count = Double(times.count)
        let meanIndex = indices.reduce(0, +) / count
        let meanTime = times.reduce(0, +) / count
        var covariance = 0.0
        var variance = 0.0
        for (time, index) in zip(times, indices) {
            covariance += (time - meanTime) * (index - meanIndex)
            variance += (index - meanIndex) * (index - meanIndex)
        }
        return variance > 0 ? covariance / variance : nil
    }

    private static func step(_ length: Double, _ zone: TimeZone) -> Step? {
        guard length.isFinite, length >= 1, length < 9e15 else { return nil }
        return .fixed(milliseconds: Int64(length.rounded()), in: zone)
    }
}
