/// The season that windows follow: the largest peak of the autocorrelation.
///
/// - Source: the window rule of Liu & Paparrizos, *The Elephant in the Room: TSB-AD*, NeurIPS 2024.
enum DominantPeriod {
    /// Where no peak tells.
    static let unknown = 125
    /// What a period may be.
    static let range = 6...303
    private static let longestLag = 400
    private static let shortestLag = 4

    /// The period of some values, finite ones. O(n · 400).
    static func of(_ values: [Double]) -> Int {
        let count = values.count
        guard count > 1 else { return unknown }
        let mean = values.reduce(0, +) / Double(count)
        let centred = values.map { $0 - mean }
        let longest = min(longestLag, count - 1)
        let correlation = (0...longest).map { lag in
            centred.withUnsafeBufferPointer { values in
                var sum = 0.0
                for i in 0..<(count - lag) { sum += values[i] * values[i + lag] }
                return sum
            }
        }
        guard correlation[0] > 1e-12 * (1 + mean * mean) else { return unknown }
        var best: (lag: Int, value: Double)?
        for lag in shortestLag..<max(longest, shortestLag)
        where correlation[lag] > correlation[lag - 1] && correlation[lag] > correlation[lag + 1] {
            if best.map({ correlation[lag] > $0.value }) ?? true { best = (lag, correlation[lag]) }
        }
        guard let best, range.contains(best.lag) else { return unknown }
        return best.lag
    }
}
