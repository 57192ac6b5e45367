/// The benchmark of the M4 competition: the last value, seasonally adjusted where the season is certain.
///
/// A history that passes ``SeasonalityTest`` is divided by its multiplicative seasonal indices, its last value
/// is repeated, and the future gets its indices back. Any other history repeats its last value.
///
/// Missing values: `nan` is stood in for by the value before it, at the beginning by the first one there is.
///
/// - Source: Makridakis, Spiliotis & Assimakopoulos, *The M4 Competition*, International Journal of
///   Forecasting 36, 2020; the indices are those of `decompose` in R's package stats.
public struct Naive2: Sendable, Equatable {
    /// Steps in one season; 1 for none.
    public var period: Int

    /// The benchmark for a season of `period` steps.
    public init(period: Int) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
    }

    /// The next `steps` values.
    ///
    /// - Parameter history: Oldest value first.
    /// - Returns: One value a step; `nan` where the history has no value.
    /// - Complexity: O(*n·m*).
    public func forecast(_ history: [Double], steps: Int) -> [Double] {
        let values = SeasonalRepeat.filled(history)
        guard let last = values.last else { return Array(repeating: .nan, count: steps) }
        if SeasonalityTest.isSeasonal(values, period: period) {
            let indices = Self.indices(values, period: period)
            let level = last / indices[(values.count - 1) % period]
            let seasonal = (0..<steps).map { level * indices[(values.count + $0) % period] }
            // Zeros in the history may leave no usable index.
            if seasonal.allSatisfy({ $0.isFinite }) { return seasonal }
        }
        return Array(repeating: last, count: steps)
    }

    /// The multiplicative seasonal indices, mean 1; the first belongs to the first value.
    static func indices(_ values: [Double], period: Int) -> [Double] {
        let trend = movingAverage(values, period: period)
        var sums = [Double](repeating: 0, count: period)
        var counts = [Int](repeating: 0, count: period)
        for step in values.indices {
            let ratio = values[step] / trend[step]
            guard !ratio.isNaN else { continue }
            sums[step % period] += ratio
            counts[step % period] += 1
        }
        let means = zip(sums, counts).map { $0 / Double($1) }
        let mean = means.reduce(0, +) / Double(period)
        return means.map { $0 / mean }
    }

    /// The centred moving average over one season, half weights at the ends of an even one; `nan` where it
    /// does not fit.
    private static func movingAverage(_ values: [Double], period: Int) -> [Double] {
        let isEven = period % 2 == 0
        let half = period / 2
        var trend = [Double](repeating: .nan, count: values.count)
        guard values.count > 2 * half else { return trend }
        for centre in half..<(values.count - half) {
            var sum = 0.0
            for step in (centre - half)...(centre + half) {
                let isEnd = step == centre - half || step == centre + half
                sum += values[step] * (isEven && isEnd ? 0.5 : 1)
            }
            trend[centre] = sum / Double(period)
        }
        return trend
    }
}
