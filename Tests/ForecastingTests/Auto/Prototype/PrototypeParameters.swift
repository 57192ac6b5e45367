import TestSupport

/// The learned numbers of the published prototype.
struct PrototypeParameters: Sendable {
    /// Mean and spread by which features are standardised.
    var featureMeans: [Double]
    var featureSpreads: [Double]
    /// One row a candidate, one column a feature.
    var prior: [[Double]]
    /// How much validation errors count, and distances, by feature; each with a constant.
    var errorTrust: [Double]
    var distanceTrust: [Double]
    var constants: (error: Double, distance: Double)
    /// Candidates are held between these weighted quantiles at every step.
    var winsor: Double
    /// Above this share of zeros the weighted median takes the place of the mean.
    var zeroThreshold: Double
    /// Probabilities of the learned quantiles, ascending, as many below as above one half.
    var probabilities: [Double]
    /// One row a quantile, one column a fact.
    var quantiles: [[Double]]
    var quantileMeans: [Double]
    var quantileSpreads: [Double]
    /// The features that the quantiles look at, besides their own facts.
    var quantileFeatures: [Int]

    /// Reads the numbers of the prototype, which lie beside the repository.
    init(_ file: GoldenObject) {
        featureMeans = file.numbers("phi_mean")
        featureSpreads = file.numbers("phi_sd")
        prior = file.rows("W")
        errorTrust = file.numbers("B")
        distanceTrust = file.numbers("C")
        constants = (file.numbers("s")[0], file.numbers("s")[1])
        winsor = file.number("winsor")
        zeroThreshold = file.number("zero_threshold")
        probabilities = file.numbers("head_taus")
        quantiles = file.rows("head_theta")
        quantileMeans = file.numbers("head_mean")
        quantileSpreads = file.numbers("head_sd")
        quantileFeatures = file.numbers("head_phi_idx").map { Int($0) }
    }
}
