/// Ranks the values of one series by how unusual they are, each by earlier ones only, in constant memory.
///
/// The first 64 values set the unit and rank 0. The season is looked for at 256, 512 and `kept` values; when it is,
/// a new bank learns from all of them. Evidence is scaled channel by channel, and summed or fused by a network that
/// sees each channel now, over a quarter of the season, over the season, and over 1,500 values.
struct CausalRanking<
    let kept: Int, let longReach: Int, let shortReach: Int,
    Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    private typealias Bank = EvidenceBank<kept, longReach, shortReach, Sample>

    /// How many features a network sees.
    static var features: Int { 4 * channels }
    private static var channels: Int { Channel.allCases.count }
    /// The values that set the unit.
    static var unitCount: Int { 64 }
    /// When the season is looked for.
    private static var milestones: (Int, Int, Int) { (256, 512, kept) }
    private static var firstPeriod: Int { 32 }
    /// Ranks rise to their full size over so many values, as the square root: early evidence is uncertain.
    private static var ramp: (from: Int, over: Double) { (32, 800) }
    private static var slowWindow: Double { 1_500 }

    private var bank = Bank(period: firstPeriod)
    private var unit = StandardInput()
    private var scales = InlineArray<22, EvidenceScale>(repeating: EvidenceScale())
    /// Exponential means of the scaled channels: over a quarter of the season, the season, a long while. Until the
    /// unit is known, the first values.
    private var means = InlineArray<66, Double>(repeating: 0)
    /// Values taken so far.
    private(set) var count = 0

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
        let step = count
        count += 1
        guard step >= Self.unitCount else {
            means[step] = value
            if count == Self.unitCount { setUnit() }
            return Features(repeating: 0)
        }
        beginAgainIfDue(step)
        var features = take(value, step: step)
        let share = min(max(Double(step - Self.ramp.from) / Self.ramp.over, 0), 1)
        let ramp = share.squareRoot()
        for i in 0..<Self.features { features[i] *= ramp }
        return features
    }

    /// A step had no value: the bank sees the one a season before in its place, or the last one, and nothing is ranked.
    mutating func skip() {
        let step = count
        guard step >= Self.unitCount else { return }
        count += 1
        beginAgainIfDue(step)
        bank.pushStandIn()
    }

    /// Whether the unit is known, so that the latest value has a rank.
    var isReady: Bool { count > Self.unitCount }

    private mutating func setUnit() {
        let first = means
        unit = StandardInput(first.span.extracting(first: Self.unitCount))
        means = InlineArray(repeating: 0)
        for i in 0..<Self.unitCount { _ = take(first[i], step: i) }
    }

    /// Looks for the season, and lets a new bank learn it from all that is remembered.
    private mutating func beginAgainIfDue(_ known: Int) {
        guard known == Self.milestones.0 || known == Self.milestones.1 || known == Self.milestones.2
        else { return }
        var old = bank.recent
        let values = (0..<known).map { old[known - 1 - $0] }
        bank = Bank(period: DominantPeriod.of(values))
        for value in values { _ = bank.push(value) }
    }

    /// The scaled channels and their means after a value.
    private mutating func take(_ value: Double, step: Int) -> Features {
        let standard = unit.standard(value)
        let evidence = bank.push(standard.isFinite ? standard : 0)
        let weights = (
            2 / (max(1, Double(bank.period / 4)) + 1), 2 / (Double(bank.period) + 1),
            2 / (Self.slowWindow + 1)
        )
        var features = Features(repeating: 0)
        let (second, third, fourth) = (Self.channels, 2 * Self.channels, 3 * Self.channels)
        for channel in Channel.allCases {
            let i = channel.rawValue
            let u = scales[i].push(max(evidence[i], 0), floor: channel.floor, step: step)
            means[i] += weights.0 * (u - means[i])
            means[i + second] += weights.1 * (u - means[i + second])
            means[i + third] += weights.2 * (u - means[i + third])
            features[i] = u
            features[i + second] = means[i]
            features[i + third] = means[i + second]
            features[i + fourth] = means[i + third]
        }
        return features
    }

    /// The plain sum of eight evidences of different families.
    ///
    /// Of twenty-two channels these were chosen greedily; each adds to the others.
    static func sum(_ features: borrowing Features) -> Double {
        features[Channel.shortCentred.rawValue] + features[Channel.leverage.rawValue]
            + features[channels + Channel.seasonalDistance.rawValue]
            + features[Channel.longRoughness.rawValue] + features[Channel.seasonalError.rawValue]
            + features[Channel.longShift.rawValue] + features[Channel.longShape.rawValue]
            + features[Channel.frozen.rawValue]
    }
}

/// The ranking of the full tier.
struct FullRanking: BitwiseCopyable, Sendable {
    /// How many features a network sees.
    static let features = CausalRanking<612, 184, 256, Float>.features

    private var ranking = CausalRanking<612, 184, 256, Float>()

    /// Steps in the season that windows follow.
    var period: Int { ranking.period }

    /// Whether the latest value has a rank.
    var isReady: Bool { ranking.isReady }

    /// Takes the next value and ranks it by those before it.
    mutating func push(_ value: Double, network: FusionNetwork?) -> CausalRanking<612, 184, 256, Float>.Rank {
        ranking.push(value, network: network)
    }

    /// A step had no value.
    mutating func skip() { ranking.skip() }

    /// Takes the next value, to learn from it.
    mutating func example(_ value: Double) -> (features: InlineArray<88, Double>, sum: Double) {
        let features = ranking.features(after: value)
        return (features, CausalRanking<612, 184, 256, Float>.sum(features))
    }
}
