import Glibc
import Numerics

/// Makes one score of all batch evidence: the plain sum of six kinds, and with learned weights a small network.
///
/// Each row is averaged over three widths around a value (itself, a quarter of a season, a season) and counted in
/// its standard deviations from its median, r. The sum takes six of these; the network sees all 81 as
/// sign(r) ln(1 + |r|).
struct BatchFusion: Sendable {
    /// The learned weights; `nil` for the plain sum alone.
    let network: FusionNetwork?

    /// The widths of the means, in seasons.
    static let widths = [0, 0.25, 1]
    /// How many features the network sees.
    static let features = widths.count * BatchBank.names.count
    /// What is summed: a row and the width of its mean, chosen one after the other on labelled series.
    static let summed: [(name: String, width: Double)] = [
        ("season-movement-fifth", 1), ("part-value-nearest", 0.25), ("spectral-residual", 0), ("clusters", 1),
        ("variance-short", 0), ("amplitude", 0),
    ]

    /// Added to the standard deviation of a row.
    private static let leastDeviation = 1e-9

    /// What is made of the rows of one series.
    struct Features {
        /// The plain sum, one a value.
        var sum: [Double]
        /// What the network sees: one row a feature; empty where there is no network to see it.
        var rows: [[Double]]
    }

    /// The score of every value.
    ///
    /// - Parameters:
    ///   - rows: As ``BatchBank`` makes them.
    ///   - period: Steps in a season, or what stands in for it.
    /// - Complexity: O(n), with a network about 6,000 operations a value.
    func scores(of rows: [[Double]], period: Int) -> [Double] {
        let features = Self.features(of: rows, period: period, all: network != nil)
        guard let network else { return features.sum }
        return Self.fused(features, network)
    }

    /// The features of every value.
    ///
    /// - Parameter all: Whether a network wants to see them, and not only the sum.
    static func features(of rows: [[Double]], period: Int, all: Bool) -> Features {
        var features = Features(sum: [Double](repeating: 0, count: rows[0].count), rows: [])
        for width in widths {
            for (name, row) in zip(BatchBank.names, rows) {
                let isSummed = summed.contains { $0 == (name, width) }
                guard isSummed || all else { continue }
                let standard = standard(row, width: Int(width * Double(period)))
                if isSummed { for t in standard.indices { features.sum[t] += standard[t] } }
                if all { features.rows.append(standard.map(compressed)) }
            }
        }
        return features
    }

    /// The means of a row in its standard deviations from its median.
    private static func standard(_ row: [Double], width: Int) -> [Double] {
        let means = CentredWindow.means(of: row, width: max(1, width))
        let median = Descriptive.median(means)
        let scale = 1 / (Descriptive.populationDeviation(means) + leastDeviation)
        return means.map { ($0 - median) * scale }
    }

    private static func compressed(_ value: Double) -> Double {
        value < 0 ? -log1p(-value) : log1p(value)
    }

    private static func fused(_ features: Features, _ network: FusionNetwork) -> [Double] {
        var inputs = [Double](repeating: 0, count: features.rows.count)
        return features.sum.indices.map { t in
            for i in inputs.indices { inputs[i] = features.rows[i][t] }
            return network.score(inputs.span, sum: features.sum[t])
        }
    }
}
