/// How often values lie inside intervals that they had no part in.
///
/// The half width for one origin is the conformal quantile of the absolute errors of the other origins of
/// the same series, all steps ahead together. Fewer than 19 of them cannot carry 95 %: such an origin is not
/// judged.
///
/// - Source: split conformal prediction, Lei et al., JASA 113 (2018), with each origin left out in turn.
struct ConformalCoverage: Equatable {
    /// Values inside their interval.
    var inside = 0
    /// Values that have an interval.
    var judged = 0

    static let level = 0.95
    /// The least count n with ⌈level (n + 1)⌉ ≤ n.
    static let fewestErrors = 19

    /// The share inside; `nil` when no value has an interval.
    var share: Double? { judged > 0 ? Double(inside) / Double(judged) : nil }

    /// Nothing judged yet.
    init() {}

    /// The coverage of one series.
    ///
    /// - Parameter errors: Value minus mean, one row an origin; `nan` where the value is missing.
    init(errors: [[Double]]) {
        let sizes = errors.map { row in row.filter { !$0.isNaN }.map(abs) }
        for (origin, own) in sizes.enumerated() where !own.isEmpty {
            var others: [Double] = []
            for (other, row) in sizes.enumerated() where other != origin { others += row }
            guard others.count >= Self.fewestErrors else { continue }
            others.sort()
            let rank = Int((Self.level * Double(others.count + 1)).rounded(.up)) - 1
            let width = others[min(rank, others.count - 1)]
            judged += own.count
            inside += own.count { $0 <= width }
        }
    }

    /// The coverage of two sets of series together.
    static func + (a: ConformalCoverage, b: ConformalCoverage) -> ConformalCoverage {
        var sum = a
        sum.inside += b.inside
        sum.judged += b.judged
        return sum
    }
}
