/// The error of an autoregression on the last sixteen values, in usual errors: ``ShortRegression``.
struct AutoregressionError: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.relativeError.floor
    private var regression = ShortRegression()

    init(period: Int) {}

    mutating func push(_ recent: inout EvidenceMemory) -> Double { regression.push(&recent).relative }
}

/// How unusual the last sixteen values are together: the leverage of ``ShortRegression``.
struct AutoregressionLeverage: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.leverage.floor
    private var regression = ShortRegression()

    init(period: Int) {}

    mutating func push(_ recent: inout EvidenceMemory) -> Double { regression.push(&recent).leverage }
}

/// The error of ``SeasonalRegression``.
struct SeasonalError: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.seasonalError.floor
    private var regression: SeasonalRegression

    init(period: Int) {
        regression = SeasonalRegression(period: period)
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double { regression.push(&recent).error }
}

/// The distance to the nearest value around one and two seasons before, by ``SeasonalRegression``.
struct SeasonalDistance: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.seasonalDistance.floor
    private var regression: SeasonalRegression

    init(period: Int) {
        regression = SeasonalRegression(period: period)
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double { regression.push(&recent).nearest }
}

extension DistantRegression: CausalEvidence {
    static let floor = Channel.distantError.floor
}

/// The distance from a slow mean: ``Amplitude``.
struct AmplitudeDistance: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.amplitude.floor
    private var amplitude = Amplitude()

    init(period: Int) {}

    mutating func push(_ recent: inout EvidenceMemory) -> Double { amplitude.push(&recent).distance }
}

/// The mean of two seasons against its own slow mean and spread: ``MovingLevel``.
struct MovingLevelShift: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.longShift.floor
    private var level: MovingLevel

    init(period: Int) {
        level = MovingLevel(window: 2 * max(4, period))
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double { level.push(&recent) }
}

/// The log variance of the differences of a season against its slow mean and spread: ``MovingRoughness``.
struct MovingVarianceShift: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.longRoughness.floor
    private var roughness: MovingRoughness

    init(period: Int) {
        roughness = MovingRoughness(short: max(4, period / 4), long: max(4, period))
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double { roughness.push(&recent).long }
}

extension FrozenRun: CausalEvidence {
    static let floor = Channel.frozen.floor

    init(period: Int) {
        self.init()
    }
}

/// The distance of the last third of a season to the most similar earlier stretch, each standardised:
/// ``LeftMatrixProfile`` over 256 values.
struct LeftProfileDistance: CausalEvidence, BitwiseCopyable {
    static let floor = Channel.shortShape.floor
    private var amplitude = Amplitude()
    private var profile: LeftMatrixProfile<256, Float>

    init(period: Int) {
        profile = LeftMatrixProfile(window: EvidenceWindow.part(of: period))
    }

    mutating func push(_ recent: inout EvidenceMemory) -> Double {
        _ = amplitude.push(&recent)
        return profile.push(&recent, variance: amplitude.variance).standardised
    }
}

/// Windows of values that follow the season.
enum EvidenceWindow {
    /// A third of a season, 8 to 64 values.
    static func part(of period: Int) -> Int { min(64, max(8, period / 3)) }
}
