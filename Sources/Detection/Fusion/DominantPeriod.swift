/// The lag at which a series resembles itself most: the steps in its season, or what stands in for it.
///
/// The highest peak of the autocorrelation among the lags 4 to 399. It is also a sensible width of windows
/// for a series without a season, so there is always an answer.
///
/// - Source: the window rule of Paparrizos et al., *TSB-UAD: an end-to-end benchmark suite for univariate
///   time-series anomaly detection*, PVLDB 15 (2022).
enum DominantPeriod {
    /// The answer for a series without a peak.
    static let fallback = 125
    /// The largest lag looked at.
    private static let mostLag = 400
    /// A peak at a shorter lag is noise, one at a longer lag leaves too few seasons.
    static let range = 6...303
    /// A series that moves less than this, relative to its level and squared, holds still.
    private static let stillness = 1e-12

    /// The period of a series.
    ///
    /// - Parameter values: Finite, oldest first.
    /// - Returns: 6 ... 303.
    /// - Complexity: O(400 n) by direct sums, eight lags side by side: an autocorrelation by transforms
    ///   could decide between two close peaks the other way.
    static func of(_ values: [Double]) -> Int {
        let count = values.count
        guard count > 1 else { return fallback }
        let mean = values.reduce(0, +) / Double(count)
        let most = min(mostLag, count - 1)
        let products = sums(of: values.map { $0 - mean }, most: most)
        guard products[0] > stillness * (1 + mean * mean) else { return fallback }
        var best = 0
        var highest = -Double.infinity
        for lag in 4..<max(most, 4)
        where products[lag] > products[lag - 1] && products[lag] > products[lag + 1]
            && products[lag] > highest
        {
            highest = products[lag]
            best = lag
        }
        return range.contains(best) ? best : fallback
    }

    /// Σ x(t) x(t+k) for k = 0 ... most, each summed from the oldest value on.
    private static func sums(of deviations: [Double], most: Int) -> [Double] {
        let count = deviations.count
        // Zeros beyond the end add nothing to a lane that is through.
        let padded = deviations + [Double](repeating: 0, count: SIMD8<Double>.scalarCount)
        var result: [Double] = []
        padded.withUnsafeBytes { bytes in
            for first in stride(from: 0, through: most, by: SIMD8<Double>.scalarCount) {
                var sum = SIMD8<Double>.zero
                for t in 0..<count - first {
                    let now = bytes.loadUnaligned(fromByteOffset: 8 * t, as: Double.self)
                    sum += now * bytes.loadUnaligned(fromByteOffset: 8 * (t + first), as: SIMD8<Double>.self)
                }
                for lane in 0..<SIMD8<Double>.scalarCount where first + lane <= most {
                    result.append(sum[lane])
                }
            }
        }
        return result
    }
}
