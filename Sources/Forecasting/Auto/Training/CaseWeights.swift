import Numerics

/// How much each case counts, and in which unit its errors are counted: relative to the benchmark of its set.
///
/// A set of N series counts √N, each of its series the same, each example of a series the same.
struct CaseWeights {
    /// What sMAPE and scaled errors are divided by.
    let smape: [Double]
    let mase: [Double]
    /// Weights that add up to 1 over the cases that are learned from; 0 for others.
    let weights: [Double]

    /// A benchmark's error beyond so many times the median one is held, lest one series owns the unit.
    private static let reach = 8.0

    init(_ cases: [AutoCase], learning rows: [Int]) {
        var bySet: [String: [Int]] = [:]
        var bySeries: [String: Int] = [:]
        for row in rows {
            bySet[cases[row].example.set, default: []].append(row)
            bySeries[cases[row].series, default: 0] += 1
        }
        var smape = [Double](repeating: 1, count: cases.count)
        var mase = smape
        var weights = [Double](repeating: 0, count: cases.count)
        for (_, members) in bySet.sorted(by: { $0.key < $1.key }) {
            let errors = members.map { cases[$0].example.benchmark.mase }
            let limit = Self.reach * Descriptive.median(errors) + 1e-9
            let unit = max(errors.reduce(0) { $0 + min($1, limit) } / Double(errors.count), 1e-6)
            let percent = max(
                members.reduce(0) { $0 + cases[$1].example.benchmark.smape } / Double(members.count), 1e-6)
            let series = Set(members.map { cases[$0].series }).count
            for row in members {
                smape[row] = percent
                mase[row] = unit
                weights[row] = 1 / Double(series).squareRoot() / Double(bySeries[cases[row].series] ?? 1)
            }
        }
        let total = weights.reduce(0, +)
        self.smape = smape
        self.mase = mase
        self.weights = weights.map { $0 / total }
    }

    /// A scaled error beyond so many times the benchmark's teaches nothing.
    static let largestError = 6.0

    /// The derivative of the loss of one value with respect to its forecast, without the case's weight.
    ///
    /// The loss is the mean of sMAPE and scaled error, each in units of the benchmark's.
    func slope(_ row: Int, forecast: Double, truth: Double, scale: Double) -> Double {
        let difference = forecast - truth
        let distance = abs(difference)
        let sign = difference > 0 ? 1.0 : (difference < 0 ? -1.0 : 0)
        let size = abs(truth) + abs(forecast)
        var slope = 0.0
        if size > 0 {
            let side = forecast > 0 ? 1.0 : -1.0
            slope += 0.5 / smape[row] * 200 * (sign / size - distance / size / size * side)
        }
        if distance / scale / mase[row] < Self.largestError { slope += 0.5 * sign / scale / mase[row] }
        return slope
    }
}

extension AutoCase {
    /// The series within its set.
    var series: String { example.set + "/" + example.series }
}
