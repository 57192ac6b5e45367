import Glibc
import Numerics

/// Makes one score of all batch evidence: the plain sum of seven kinds, and with learned weights a small network.
///
/// Each row is averaged over three widths around a value (itself, a quarter of a season, a season) and counted in
/// its standard deviations from its median, r. The sum takes a few of these; the network sees all of them as
/// sign(r) ln(1 + |r|).
struct BatchFusion: Sendable {
    /// The learned weights; `nil` for the plain sum alone.
    let network: FusionNetwork?
    /// Which rows are read.
    let form: BatchForm

    /// Added to the standard deviation of a row.
    private static let leastDeviation = 1e-9

    init(network: FusionNetwork?, form: BatchForm = .latest) {
        precondition(
            network.map { $0.linear.count == form.features } ?? true,
            "\(network?.linear.count ?? 0) weights for \(form.features) features")
        self.network = network
        self.form = form
    }

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
        let features = features(of: rows, period: period, all: network != nil)
        guard let network else { return features.sum }
        return Self.fused(features, network)
    }

    /// The features of every value.
    ///
    /// - Parameter all: Whether a network wants to see them, and not only the sum.
    func features(of rows: [[Double]], period: Int, all: Bool) -> Features {
        var features = Features(sum: [Double](repeating: 0, count: rows[0].count), rows: [])
        for width in BatchForm.widths {
            for (name, row) in zip(BatchBank.names, rows).prefix(form.rows) {
                let isSummed = form.summed.contains { $0 == (name, width) }
                guard isSummed || all else { continue }
                let standard = Self.standard(row, width: Int(width * Double(period)))
                if isSummed { for t in standard.indices { features.sum[t] += standard[t] } }
                if all { features.rows.append(standard.map(Self.compressed)) }
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
