/// What a caller may choose about detection.
public struct DetectionSettings: Sendable {
    /// The threshold p\*: the share of quiet values that may be called anomalous; in 0 ..< 1, above 0.
    public var alpha: Double
    /// Which values a score may see.
    public var mode: DetectionMode
    /// The first values that are known to be normal; they are learned from and not scored.
    public var trainingCount: Int?
    /// A method of the forecaster catalogue.
    public var method: String
    /// Steps in each season, when known.
    public var season: [Int]?
    /// The seasons that the step suggests, the most likely first.
    public var naturalSeasons: [Int]
    /// Where seeded methods begin.
    public var seed: UInt64
    /// Fuses the evidence that ranks values; without it they are ranked by the plain sum.
    var network: FusionNetwork? = .causal
    /// The same for values that are judged by the whole series.
    var batchNetwork: FusionNetwork? = .batch

    /// The default threshold for files and posted series.
    public static let defaultAlpha = 1e-3

    /// Settings with the defaults of a file.
    public init(
        alpha: Double = DetectionSettings.defaultAlpha, mode: DetectionMode = .causal,
        trainingCount: Int? = nil,
        method: String = "auto", season: [Int]? = nil, naturalSeasons: [Int] = [], seed: UInt64 = 1
    ) {
        precondition(alpha > 0 && alpha < 1, "a threshold of \(alpha)")
        self.alpha = alpha
        self.mode = mode
        self.trainingCount = trainingCount
        self.method = method
        self.season = season
        self.naturalSeasons = naturalSeasons
        self.seed = seed
    }
}
