import Glibc

@testable import Forecasting

/// The learned weights of the candidates and what they add up to.
struct PrototypeCombination {
    let parameters: PrototypeParameters
    /// One weight a candidate, adding up to 1.
    let weights: [Double]
    /// The features, standardised.
    let standardised: [Double]
    private let usesMedian: Bool

    init(_ evidence: PrototypeEvidence, parameters: PrototypeParameters) {
        self.parameters = parameters
        let z = evidence.features.indices.map { i in
            let value = (evidence.features[i] - parameters.featureMeans[i]) / parameters.featureSpreads[i]
            return min(max(value, -3), 3)
        }
        standardised = z
        let isValidated = !evidence.validations.isEmpty
        let trust =
            isValidated ? exp(parameters.constants.error + 0.5 * Self.dot(z, parameters.errorTrust)) : 0
        let caution = exp(parameters.constants.distance + 0.5 * Self.dot(z, parameters.distanceTrust))
        let logits = evidence.forecasts.indices.map { k in
            Self.dot(z, parameters.prior[k]) - trust * evidence.errors[k] - caution * evidence.distances[k]
        }
        let highest = logits.max() ?? 0
        let raw = logits.map { exp($0 - highest) }
        let total = raw.reduce(0, +)
        // Only numbers too large to square lead elsewhere.
        let isSound = total.isFinite && total > 0
        weights = raw.map { isSound ? $0 / total : 1 / Double(raw.count) }
        usesMedian = evidence.features[16] > parameters.zeroThreshold
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The combined path: at every step the weighted mean of the candidates, wild ones held in.
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
            if usesMedian { return quantile(0.5, of: column, order) }
            let low = quantile(parameters.winsor, of: column, order)
            let high = quantile(1 - parameters.winsor, of: column, order)
            var sum = 0.0
            for k in column.indices { sum += weights[k] * min(max(column[k], low), high) }
            return sum
        }
    }

    /// The first value at which the weights add up to a share `probability` of all.
    private func quantile(_ probability: Double, of column: [Double], _ order: [Int]) -> Double {
        let total = order.reduce(0) { $0 + weights[$1] }
        var sum = 0.0
        for k in order {
            sum += weights[k]
            if sum / total >= probability - 1e-12 { return column[k] }
        }
        return column[order[order.count - 1]]
    }
}
