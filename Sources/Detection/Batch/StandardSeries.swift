import Numerics

/// A whole series in standard units, with its missing values bridged: what ``BatchEvidence`` reads.
struct StandardSeries: Sendable {
    /// Mean 0 and population standard deviation 1; empty when the series holds still.
    let values: [Double]
    /// Which steps had a value.
    let isPresent: [Bool]

    /// - Parameter series: Oldest value first. What is not finite is missing: it takes the value on the
    ///   straight line between its neighbours, at the ends that of the nearest.
    init(_ series: [Double]) {
        isPresent = series.map(\.isFinite)
        values = Self.standardised(Self.bridged(series))
    }

    /// The values with straight lines through their gaps; empty when nothing is there.
    private static func bridged(_ series: [Double]) -> [Double] {
        var values = series
        var last: Int?
        for (step, value) in series.enumerated() where value.isFinite {
            if let last {
                let share = 1 / Double(step - last)
                for gap in last + 1..<max(step, last + 1) {
                    let weight = Double(gap - last) * share
                    values[gap] = (1 - weight) * series[last] + weight * value
                }
            } else {
                for gap in 0..<step { values[gap] = value }
            }
            last = step
        }
        guard let last else { return [] }
        for gap in last + 1..<max(series.count, last + 1) { values[gap] = series[last] }
        return values
    }

    private static func standardised(_ series: [Double]) -> [Double] {
        let largest = series.reduce(0) { max($0, abs($1)) }
        guard largest > 0, series.contains(where: { $0 != series[0] }) else { return [] }
        // A power of two, so that squares neither overflow nor vanish and no digit changes.
        let scale = Double(sign: .plus, exponent: largest.exponent, significand: 1)
        let values = series.map { $0 / scale }
        // A mean to the last digit: what it misses looks like a cycle of no frequency.
        let mean = PairwiseSum.mean(values)
        let deviation = Descriptive.populationDeviation(values)
        guard deviation > 0 else { return [] }
        return values.map { ($0 - mean) / deviation }
    }
}

extension Descriptive {
    /// The standard deviation of all there is, with *n* below; 0 without values.
    static func populationDeviation(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let mean = PairwiseSum.mean(values)
        return PairwiseSum.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
    }
}

/// Sums whose rounding error grows with the logarithm of the count instead of with the count.
///
/// Halves are summed apart; pieces of up to 128 values go into eight running sums.
///
/// - Source: Higham, *The accuracy of floating point summation*, SIAM Journal on Scientific Computing 14
///   (1993).
enum PairwiseSum {
    private typealias Lanes = SIMD8<Double>
    private static let piece = 128

    /// The mean; 0 without values.
    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.withUnsafeBufferPointer { of($0[...]) } / Double(values.count)
    }

    private static func of(_ values: Slice<UnsafeBufferPointer<Double>>) -> Double {
        let count = values.count
        let width = Lanes.scalarCount
        guard count <= piece else {
            let half = count / 2 - count / 2 % width
            return of(values.prefix(half)) + of(values.dropFirst(half))
        }
        let whole = count - count % width
        var lanes = Lanes.zero
        for start in stride(from: values.startIndex, to: values.startIndex + whole, by: width) {
            for lane in 0..<width { lanes[lane] += values[start + lane] }
        }
        let pairs = lanes.evenHalf + lanes.oddHalf
        let fours = pairs.evenHalf + pairs.oddHalf
        return values.dropFirst(whole).reduce(fours.x + fours.y, +)
    }
}
