/// Every evidence of the full tier against the latest value of one series, for one season, in constant memory.
///
/// `kept` values are remembered: two seasons and what the windows need. A reach is how many values a matrix profile
/// looks back on: of the series, and of its means over a thirty-second of the season. Values are in standard units,
/// see ``StandardInput``.
struct EvidenceBank<
    let kept: Int, let longReach: Int, let shortReach: Int,
    Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    /// The evidence, in the order of ``Channel``.
    typealias Evidence = InlineArray<22, Double>

    /// The values, on which a new season starts the bank again.
    private(set) var recent = RecentValues<kept, Sample>()
    /// Steps in the season that the windows follow.
    let period: Int

    private var short = ShortRegression()
    private var seasonal: SeasonalRegression
    private var distant: DistantRegression
    private var amplitude = Amplitude()
    private var shifts: (short: MovingLevel, long: MovingLevel)
    private var roughness: MovingRoughness
    private var spread: MovingVariance
    private var frozen = FrozenRun()
    /// Means of so many values each are compared over a whole season.
    private let coarseness: Int
    private var coarse = RecentValues<longReach, Sample>()
    private var gathered = 0.0
    private var longProfile: LeftMatrixProfile<longReach, Sample>
    private var longDistances = LeftMatrixProfile<longReach, Sample>.Distances()
    private var shortProfile: LeftMatrixProfile<shortReach, Sample>

    /// A coarse window has about so many means.
    private static var coarseWindow: Int { 32 }
    private static var leastWindow: Int { 8 }
    /// The longest window of values that is compared.
    private static var longestWindow: Int { 64 }

    /// A bank that has seen nothing.
    ///
    /// - Parameter period: 6 ... 303.
    init(period: Int) {
        precondition(DominantPeriod.range.contains(period), "a period of \(period)")
        self.period = period
        seasonal = SeasonalRegression(period: period)
        distant = DistantRegression(period: period)
        shifts = (MovingLevel(window: max(4, period / 2)), MovingLevel(window: 2 * max(4, period)))
        roughness = MovingRoughness(short: max(4, period / 4), long: max(4, period))
        spread = MovingVariance(window: max(4, period))
        coarseness = max(1, (period + Self.coarseWindow / 2) / Self.coarseWindow)
        longProfile = LeftMatrixProfile(window: max(Self.leastWindow, period / coarseness))
        shortProfile = LeftMatrixProfile(
            window: min(Self.longestWindow, max(Self.leastWindow, period / 3)))
    }

    /// Takes a value in the place of a missing one: that of a season before, or the last one.
    mutating func pushStandIn() {
        let lag = recent.count > 2 * period ? period - 1 : 0
        _ = push(recent[lag])
    }

    /// Takes the next value and judges it by those before it.
    mutating func push(_ standard: Double) -> Evidence {
        let value = recent.append(standard)
        var evidence = Evidence(repeating: 0)
        func set(_ channel: Channel, _ strength: Double) { evidence[channel.rawValue] = strength }
        let error = short.push(&recent)
        set(.relativeError, error.relative)
        set(.error, error.absolute)
        set(.leverage, error.leverage)
        let season = seasonal.push(&recent)
        set(.seasonalError, season.error)
        set(.seasonalDistance, season.nearest)
        set(.distantError, distant.push(&recent))
        set(.difference, recent.count > 1 ? abs(value - recent[1]) : 0)
        let size = amplitude.push(&recent)
        set(.amplitude, size.distance)
        set(.novelty, size.novelty)
        set(.shortShift, shifts.short.push(&recent))
        set(.longShift, shifts.long.push(&recent))
        let rough = roughness.push(&recent)
        set(.shortRoughness, rough.short)
        set(.longRoughness, rough.long)
        let scatter = spread.push(&recent, usual: amplitude.variance)
        set(.spread, scatter.spread)
        set(.local, scatter.local)
        set(.frozen, frozen.push(&recent))
        gathered += value
        if recent.count.isMultiple(of: coarseness) {
            _ = coarse.append(gathered / Double(coarseness))
            gathered = 0
            longDistances = longProfile.push(&coarse, variance: amplitude.variance)
        }
        set(.longShape, longDistances.standardised)
        set(.longCentred, longDistances.centred)
        set(.longRaw, longDistances.raw)
        let distances = shortProfile.push(&recent, variance: amplitude.variance)
        set(.shortShape, distances.standardised)
        set(.shortCentred, distances.centred)
        set(.shortRaw, distances.raw)
        return evidence
    }
}

/// What a bank looks at, in the order of its evidence.
enum Channel: Int, CaseIterable, Sendable {
    case relativeError, error, leverage, seasonalError, distantError, difference, seasonalDistance
    case amplitude, novelty, shortShift, longShift, shortRoughness, longRoughness, spread, local, frozen
    case longShape, longCentred, longRaw, shortShape, shortCentred, shortRaw

    /// ``floor`` of all, in their order.
    static let floors = allCases.map(\.floor)

    /// Strengths below this say nothing: the least that a usual one counts as, in the unit of the channel.
    var floor: Double {
        switch self {
        case .leverage: 0.001
        case .novelty, .longShape, .shortShape: 0.05
        case .frozen: 0.5
        case .error, .seasonalError, .distantError, .difference, .seasonalDistance, .amplitude, .longCentred,
            .longRaw, .shortCentred, .shortRaw:
            0.02
        case .relativeError, .shortShift, .longShift, .shortRoughness, .longRoughness, .spread, .local: 0.2
        }
    }
}
