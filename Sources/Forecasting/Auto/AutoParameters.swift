internal import CModels

/// The learned numbers of the automatic combination.
struct AutoParameters: Sendable {
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

    /// The facts that a quantile looks at.
    static let quantileFacts = 30

    /// Reads the numbers of a text in the form of `Models/auto/1/weights.txt`.
    init(_ text: String) throws(LearnedNumbers.Failure) {
        let numbers = try LearnedNumbers(text)
        let features = AutoFeatures.names.count
        let candidates = CandidatePool.names.count
        featureMeans = try numbers.list("feature-means", features)
        featureSpreads = try numbers.list("feature-spreads", features)
        prior = try numbers.rows("prior", candidates, features)
        errorTrust = try numbers.list("error-trust", features)
        distanceTrust = try numbers.list("distance-trust", features)
        let both = try numbers.list("constants", 2)
        constants = (both[0], both[1])
        winsor = try numbers.list("winsor", 1)[0]
        zeroThreshold = try numbers.list("zero-threshold", 1)[0]
        probabilities = try numbers.list("probabilities", 10)
        quantiles = try numbers.rows("quantiles", 10, Self.quantileFacts)
        quantileMeans = try numbers.list("quantile-means", Self.quantileFacts)
        quantileSpreads = try numbers.list("quantile-spreads", Self.quantileFacts)
        quantileFeatures = try numbers.list("quantile-features", 8).map { Int($0) }
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
