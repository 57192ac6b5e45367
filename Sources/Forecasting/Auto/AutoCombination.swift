import Glibc

/// The learned weights of the candidates and what they add up to.
struct AutoCombination {
    /// One path a candidate, the network's last.
    let forecasts: [[Double]]
    /// One weight a candidate, adding up to 1.
    let weights: [Double]
    private let usesMedian: Bool

    /// Candidates are held between these weighted quantiles at every step.
    static let winsor = 0.2
    /// Above this share of zeros the weighted median of those candidates that can be exactly 0 takes the
    /// place of the mean, each with the weight of its error to this power.
    static let zeros = (share: 0.3, candidates: [0, 1, 11, 12, 13, 15], power: -2.0)
    private static let share = AutoFeatures.names.firstIndex(of: "zero") ?? 0

    init(_ evidence: AutoEvidence, _ learned: AutoParameters.Weights, network: DenseWeights) {
        let forecasts =
            evidence.forecasts + [evidence.network.forecast(network, within: evidence.bounds)]
        let penalties = AutoPenalties(evidence, forecasts: forecasts)
        usesMedian = Self.usesMedian(evidence)
        weights = Self.weights(
            learned, features: evidence.features, penalties,
            isValidated: !evidence.validations.isEmpty, usesMedian: usesMedian)
        self.forecasts = forecasts
    }

    init(forecasts: [[Double]], weights: [Double], usesMedian: Bool) {
        self.forecasts = forecasts
        self.weights = weights
        self.usesMedian = usesMedian
    }

    static func usesMedian(_ evidence: AutoEvidence) -> Bool { evidence.features[share] > zeros.share }

    /// The weights: a softmax of a prior by features less what speaks against each candidate.
    static func weights(
        _ learned: AutoParameters.Weights, features: [Double], _ penalties: AutoPenalties, isValidated: Bool,
        usesMedian: Bool
    ) -> [Double] {
        let z = learned.standardised(features)
        let trust = isValidated ? exp(learned.constants[0] + 0.5 * dot(z, learned.errorTrust)) : 0
        let caution = exp(learned.constants[1] + 0.5 * dot(z, learned.distanceTrust))
        let care = exp(learned.constants[2] + 0.5 * dot(z, learned.gapTrust))
        let logits = learned.prior.indices.map { k in
            usesMedian
                ? (zeros.candidates.contains(k) ? zeros.power * penalties.errors[k] : -.infinity)
                : dot(z, learned.prior[k]) - trust * penalties.errors[k] - caution * penalties.distances[k]
                    - care * penalties.gaps[k]
        }
        let highest = logits.max() ?? 0
        let raw = logits.map { exp($0 - highest) }
        let total = raw.reduce(0, +)
        // Only numbers too large to square lead elsewhere.
        let isSound = total.isFinite && total > 0
        return raw.map { isSound ? $0 / total : 1 / Double(raw.count) }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }

    /// The combined path.
    var path: [Double] { path(forecasts) }

    /// The combination of other paths of the same candidates with these weights: at every step the weighted
    /// mean, wild ones held in.
    func path(_ forecasts: [[Double]]) -> [Double] {
        let steps = forecasts.first?.count ?? 0
        var order = Array(forecasts.indices)
        var column = [Double](repeating: 0, count: forecasts.count)
        return (0..<steps).map { h in
            for k in forecasts.indices { column[k] = forecasts[k][h] }
            // Insertion sort: few, and nearly in the order of the step before.
            for i in 1..<order.count {
                let k = order[i]
                var j = i
                while j > 0, (column[order[j - 1]], order[j - 1]) > (column[k], k) {
                    order[j] = order[j - 1]
                    j -= 1
                }
                order[j] = k
            }
            return combined(&column, order)
        }
    }

    /// The combination at one step, and the candidates as they went into it.
    func step(at h: Int, of forecasts: [[Double]], order: [Int], held: inout [Double]) -> Double {
        for k in forecasts.indices { held[k] = forecasts[k][h] }
        let combined = combined(&held, order)
        return combined
    }

    /// The weighted mean of values held between two weighted quantiles, which they then are.
    private func combined(_ column: inout [Double], _ order: [Int]) -> Double {
        let median = usesMedian ? quantile(0.5, of: column, order) : 0
        let low = quantile(Self.winsor, of: column, order)
        let high = quantile(1 - Self.winsor, of: column, order)
        var sum = 0.0
        for k in column.indices {
            column[k] = min(max(column[k], low), high)
            sum += weights[k] * column[k]
        }
        return usesMedian ? median : sum
    }

    /// The paths at a validation origin, where the network stands as the mean of its base.
    func pathAtOrigin(_ candidates: [[Double]]) -> [Double] {
        let base = (0..<candidates[0].count).map { h in
            GlobalNetwork.base.reduce(0) { $0 + candidates[$1][h] } / Double(GlobalNetwork.base.count)
        }
        return path(candidates + [base])
    }

    /// The first value at which the weights add up to `probability`.
    private func quantile(_ probability: Double, of column: [Double], _ order: [Int]) -> Double {
        var sum = 0.0
        for k in order {
            sum += weights[k]
            if sum >= probability - 1e-12 { return column[k] }
        }
        return column[order[order.count - 1]]
    }
}
