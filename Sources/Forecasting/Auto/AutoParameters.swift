import Numerics
internal import CModels

/// The learned numbers of the automatic combination.
struct AutoParameters: Sendable, Equatable {
    /// What gives each candidate its weight.
    struct Weights: Sendable, Equatable {
        /// Mean and spread of each feature; what is farther than three spreads counts as three.
        var means: [Double]
        var spreads: [Double]
        /// One row a candidate, the network last; one column a feature.
        var prior: [[Double]]
        /// How much errors, distances and gaps count, by feature.
        var errorTrust: [Double]
        var distanceTrust: [Double]
        var gapTrust: [Double]
        /// The same without features.
        var constants: [Double]

        private static let farthest = 3.0

        /// The features as the weights see them.
        func standardised(_ features: [Double]) -> [Double] {
            features.indices.map { i in
                min(max((features[i] - means[i]) / spreads[i], -Self.farthest), Self.farthest)
            }
        }
    }

    var weights: Weights
    /// The network among the candidates: three outputs.
    var network: DenseWeights
    /// The network of the quantiles: one output a tail.
    var quantiles: DenseWeights

    /// Reads the numbers of a text in the form of `Models/auto/1/weights.txt`.
    init(_ text: String) throws(LearnedNumbers.Failure) {
        let numbers = try LearnedNumbers(text)
        let features = AutoFeatures.names.count
        weights = Weights(
            means: try numbers.list("feature-means", features),
            spreads: try numbers.list("feature-spreads", features),
            prior: try numbers.rows("prior", CandidatePool.names.count + 1, features),
            errorTrust: try numbers.list("error-trust", features),
            distanceTrust: try numbers.list("distance-trust", features),
            gapTrust: try numbers.list("gap-trust", features),
            constants: try numbers.list("constants", 3))
        network = try numbers.network("network", inputs: GlobalNetwork.inputs, outputs: 3)
        quantiles = try numbers.network(
            "quantiles", inputs: AutoQuantiles.facts, outputs: AutoQuantiles.tails.count)
    }

    init(weights: Weights, network: DenseWeights, quantiles: DenseWeights) {
        self.weights = weights
        self.network = network
        self.quantiles = quantiles
    }

    /// The text that ``init(_:)`` reads, exact to the last bit.
    var text: String {
        var text = LearnedNumbers.line("feature-means", weights.means)
        text += LearnedNumbers.line("feature-spreads", weights.spreads)
        text += LearnedNumbers.line("prior", weights.prior.flatMap { $0 })
        text += LearnedNumbers.line("error-trust", weights.errorTrust)
        text += LearnedNumbers.line("distance-trust", weights.distanceTrust)
        text += LearnedNumbers.line("gap-trust", weights.gapTrust)
        text += LearnedNumbers.line("constants", weights.constants)
        text += LearnedNumbers.lines("network", network)
        return text + LearnedNumbers.lines("quantiles", quantiles)
    }

    /// The numbers that are compiled in.
    static let shipped: AutoParameters = {
        var count = 0
        let bytes = UnsafeBufferPointer(start: bellwether_auto_weights(&count), count: count)
        do throws(LearnedNumbers.Failure) {
            return try AutoParameters(String(decoding: bytes, as: UTF8.self))
        } catch {
            preconditionFailure("the weights that were compiled in: \(error)")
        }
    }()
}
