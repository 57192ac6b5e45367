/// Ranks the values of one series by how unusual they are, each by earlier ones only, in constant memory.
///
/// The first 64 values set the unit and rank 0, see ``StandardBank``. Evidence is scaled channel by channel, and
/// summed or fused by a network that sees each channel now, over a quarter of the season, over the season, and over
/// 1,500 values.
struct CausalRanking<
    let kept: Int, let longReach: Int, let shortReach: Int,
    Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    /// How many features a network sees.
    static var features: Int { ScaledEvidence.features }

    private var bank = StandardBank<kept, longReach, shortReach, Sample>()
    private var scaled = ScaledEvidence()

    /// What a network sees of one value.
    typealias Features = InlineArray<88, Double>

    /// What one value came to.
    struct Rank: Equatable {
        /// The sum of eight evidences.
        var sum = 0.0
        /// The fusion of all by the network; the sum where there is none.
        var fused = 0.0
    }

    init() {}

    /// Steps in the season that windows follow.
    var period: Int { bank.period }

    /// Whether the unit is known, so that the latest value has a rank.
    var isReady: Bool { bank.isReady }

    /// Takes the next value and ranks it by those before it.
    ///
    /// - Parameters:
    ///   - value: In the unit of the series; finite.
    ///   - network: Fuses the features.
    mutating func push(_ value: Double, network: FusionNetwork?) -> Rank {
        let features = features(after: value)
        let sum = Self.sum(features)
        guard let network else { return Rank(sum: sum, fused: sum) }
        return Rank(sum: sum, fused: network.score(features.span, sum: sum))
    }

    /// Takes the next value; what a network sees of it: each channel now, over a quarter of the season, over the
    /// season, and over a long while; 0 until the unit is known.
    mutating func features(after value: Double) -> Features {
        bank.push(value, into: &scaled) ?? Features(repeating: 0)
    }

    /// A step had no value: the bank sees the one a season before in its place, or the last one, and nothing is ranked.
    mutating func skip() { _ = bank.skip() }

    /// The channel that has spoken loudest over the last quarter of the season.
    var leading: Channel { mutating get { scaled.leading } }

    /// The plain sum of eight evidences of different families.
    ///
    /// Of twenty-two channels these were chosen greedily; each adds to the others.
    static func sum(_ features: borrowing Features) -> Double {
        features[Channel.shortCentred.rawValue] + features[Channel.leverage.rawValue]
            + features[ScaledEvidence.channels + Channel.seasonalDistance.rawValue]
            + features[Channel.longRoughness.rawValue] + features[Channel.seasonalError.rawValue]
            + features[Channel.longShift.rawValue] + features[Channel.longShape.rawValue]
            + features[Channel.frozen.rawValue]
    }
}

/// Every channel of a bank on a common scale, with its exponential means.
struct ScaledEvidence: EvidenceFusion {
    static let channels = Channel.allCases.count
    /// Each channel now, and three means of it.
    static let features = 4 * channels
    /// Features rise to their full size over so many values, as the square root: early evidence is uncertain.
    private static let ramp = (from: 32, over: 800.0)
    private static let slowWindow = 1_500.0

    private var scales = InlineArray<22, EvidenceScale>(repeating: EvidenceScale())
    /// Exponential means of the scaled channels: over a quarter of the season, the season, a long while.
    private var means = InlineArray<66, Double>(repeating: 0)

    /// The channel with the largest mean over a quarter of the season.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    var leading: Channel {
        mutating get {
            let means = means.span
            return Channel.allCases.max { means[$0.rawValue] < means[$1.rawValue] } ?? .error
        }
    }

    /// The scaled channels and their means after a value.
    mutating func take(
        _ evidence: InlineArray<22, Double>, step: Int, period: Int
    ) -> InlineArray<88, Double> {
        let weights = (
            2 / (max(1, Double(period / 4)) + 1), 2 / (Double(period) + 1), 2 / (Self.slowWindow + 1)
        )
        let share = min(max(Double(step - Self.ramp.from) / Self.ramp.over, 0), 1)
        let ramp = share.squareRoot()
        var features = InlineArray<88, Double>(repeating: 0)
        let (second, third, fourth) = (Self.channels, 2 * Self.channels, 3 * Self.channels)
        let (evidence, floors) = (evidence.span, Channel.floors.span)
        for i in 0..<Self.channels {
            let u = scales[i].push(max(0, evidence[i]), floor: floors[i], step: step)
            means[i] += weights.0 * (u - means[i])
            means[i + second] += weights.1 * (u - means[i + second])
            means[i + third] += weights.2 * (u - means[i + third])
            features[i] = ramp * u
            features[i + second] = ramp * means[i]
            features[i + third] = ramp * means[i + second]
            features[i + fourth] = ramp * means[i + third]
        }
        return features
    }
}

/// The ranking of the full tier.
struct FullRanking: BitwiseCopyable, Sendable {
    /// How many features a network sees.
    static let features = CausalRanking<612, 156, 256, Float>.features

    private var ranking = CausalRanking<612, 156, 256, Float>()

    /// Steps in the season that windows follow.
    var period: Int { ranking.period }

    /// Whether the latest value has a rank.
    var isReady: Bool { ranking.isReady }

    /// The channel that has spoken loudest of late.
    var leading: Channel { mutating get { ranking.leading } }

    /// Takes the next value and ranks it by those before it.
    mutating func push(_ value: Double, network: FusionNetwork?) -> CausalRanking<612, 156, 256, Float>.Rank {
        ranking.push(value, network: network)
    }

    /// A step had no value.
    mutating func skip() { ranking.skip() }

    /// Takes the next value, to learn from it.
    mutating func example(_ value: Double) -> (features: InlineArray<88, Double>, sum: Double) {
        let features = ranking.features(after: value)
        return (features, CausalRanking<612, 156, 256, Float>.sum(features))
    }
}
