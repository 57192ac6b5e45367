/// What the light tier looks at that follows the season: four evidences against the latest value, each a smaller form
/// of one of ``EvidenceBank``.
///
/// All read the same remembered values. A new season starts them again, and they learn it from what is remembered.
struct SeasonEvidence: BitwiseCopyable, Sendable {
    /// Errors of more usual errors teach by this many, from so many values on; before that nothing is said.
    private static let seasonalClip = 4.0
    private static let distantClip = 3.0
    private static let clippedFrom = 40
    private static let forgetting: Float = 0.9995
    /// Usual errors are plain means so long, then exponential ones.
    private static let plainUntil = 20
    private static let seasonalWeight = 0.01
    private static let distantWeight = 0.005
    /// Windows say nothing before they have moved so far, and are clipped from then on.
    private static let warmUp = 50
    private static let shiftClippedFrom = 100
    /// The window's differences count as at least this share of the usual ones.
    private static let roughnessFloor = 1e-4
    /// Lags of the distant regression.
    private static let lags = 8

    /// Steps in a season.
    let period: Int32
    private var seen: Int32 = 0

    private var seasonal = FactoredLeastSquares<7, 8, 32>(first: 1)
    private var seasonalVariance = ErrorVariance()
    private var distant = FactoredLeastSquares<9, 12, 48>(first: 0)
    private var distantVariance = ErrorVariance()
    private var levelSum = 0.0
    private var levels = SlowMoments()
    private var squares = (window: 0.0, all: 0.0)
    private var logarithms = SlowMoments()

    /// The evidence of one value, each at least 0.
    struct Evidence {
        /// The error of a regression on the last two values, those around one season before, and one two before.
        var seasonalError = 0.0
        /// The distance to the nearest value one or two seasons before.
        var seasonalDistance = 0.0
        /// The error of a regression a quarter of a season ahead.
        var distantError = 0.0
        /// The mean of two seasons against its own mean and spread.
        var shift = 0.0
        /// The log variance of a season's differences against its own mean and spread.
        var roughness = 0.0
    }

    /// - Parameter period: 6 ... 303.
    init(period: Int) {
        precondition(DominantPeriod.range.contains(period), "a period of \(period)")
        self.period = Int32(period)
    }

    /// Judges a remembered value by those before it, then learns it.
    ///
    /// - Parameters:
    ///   - recent: Everything remembered.
    ///   - age: The value's lag.
    @inline(__always)
    mutating func push(_ recent: inout HalfValues, age: Int) -> Evidence {
        let step = Int(seen)
        seen += 1
        var evidence = Evidence()
        (evidence.seasonalError, evidence.seasonalDistance) = pushSeason(&recent, age, step)
        evidence.distantError = pushDistance(&recent, age, step)
        evidence.shift = pushLevel(&recent, age, step)
        evidence.roughness = pushRoughness(&recent, age, step)
        return evidence
    }

    /// - Source: the inputs are those of a seasonal autoregression, Box & Jenkins, *Time Series Analysis*, 1970,
    ///   chapter 9; the estimate is that of ``FactoredLeastSquares``.
    @inline(__always)
    private mutating func pushSeason(
        _ recent: inout HalfValues, _ age: Int, _ step: Int
    ) -> (error: Double, nearest: Double) {
        let period = Int(period)
        let known = step - 2 * period - 2
        guard known >= 0 else { return (0, 0) }
        let value = recent[age]
        let (first, second) = (age + period, age + 2 * period)
        let (latest, before) = (recent[age + 1], recent[age + 2])
        let once = (recent[first - 1], recent[first], recent[first + 1])
        let twice = (recent[second - 1], recent[second], recent[second + 1])
        var nearest = min(abs(value - once.0), abs(value - once.1), abs(value - once.2))
        nearest = min(nearest, abs(value - twice.0), abs(value - twice.1), abs(value - twice.2))
        let inputs: InlineArray<8, Float> = [
            1, Float(latest), Float(before), Float(once.0), Float(once.1), Float(once.2), Float(twice.1), 0,
        ]
        let found = seasonal.step(
            value, inputs, forgetting: Self.forgetting,
            clip: known >= Self.clippedFrom ? Self.seasonalClip * seasonalVariance.deviation : nil)
        seasonalVariance.learn(
            found.lesson, weight: known > Self.plainUntil ? Self.seasonalWeight : 1 / Double(known + 1))
        return (known > Self.clippedFrom ? abs(found.error) : 0, nearest)
    }

    /// - Source: direct forecasts several steps ahead, Marcellino, Stock & Watson, Journal of Econometrics 135
    ///   (2006), as ``DistantRegression``.
    @inline(__always)
    private mutating func pushDistance(_ recent: inout HalfValues, _ age: Int, _ step: Int) -> Double {
        let period = Int(period)
        let horizon = max(2, period / 4)
        let spacing = max(1, period / Self.lags)
        let known = step - horizon - (Self.lags - 1) * spacing
        guard known >= 0 else { return 0 }
        func lag(_ number: Int) -> Float { recent.single(at: age + horizon + number * spacing) }
        let inputs: InlineArray<12, Float> = [
            1, lag(0), lag(1), lag(2), lag(3), lag(4), lag(5), lag(6), lag(7), 0, 0, 0,
        ]
        let found = distant.step(
            recent[age], inputs, forgetting: Self.forgetting,
            clip: known >= Self.clippedFrom ? Self.distantClip * distantVariance.deviation : nil)
        distantVariance.learn(
            found.lesson, weight: known > Self.plainUntil ? Self.distantWeight : 1 / Double(known + 1))
        return known > Self.clippedFrom ? abs(found.error) : 0
    }

    /// - Source: a moving-window form of Page, *Continuous inspection schemes*, Biometrika 41 (1954).
    @inline(__always)
    private mutating func pushLevel(_ recent: inout HalfValues, _ age: Int, _ step: Int) -> Double {
        let window = 2 * Int(period)
        let count = step + 1
        levelSum += recent[age]
        if count > window { levelSum -= recent[age + window] }
        let level = levelSum / Double(min(count, window))
        let evidence = abs(level - levels.mean) / (levels.variance.squareRoot() + 1e-9)
        let weight = 1 / min(Double(count), Amplitude.memory)
        levels.follow(level, weight: weight, clips: count > Self.shiftClippedFrom)
        return count > Self.warmUp ? evidence : 0
    }

    /// - Source: Inclán & Tiao, JASA 89 (1994), as ``MovingRoughness``.
    @inline(__always)
    private mutating func pushRoughness(_ recent: inout HalfValues, _ age: Int, _ step: Int) -> Double {
        guard step > 0 else { return 0 }
        let window = Int(period)
        let difference = recent[age] - recent[age + 1]
        squares.all += difference * difference
        squares.window += difference * difference
        guard step > window else { return 0 }
        let leaving = recent[age + window] - recent[age + window + 1]
        squares.window -= leaving * leaving
        let least = Self.roughnessFloor * squares.all / Double(step) + 1e-300
        let logarithm = FastLogarithm.of(max(squares.window, 0) / Double(window) + least)
        let windows = step + 1 - window
        let evidence = abs(logarithm - logarithms.mean) / (logarithms.variance.squareRoot() + 0.1)
        logarithms.follow(logarithm, weight: 1 / min(Double(windows), Amplitude.memory), clips: false)
        return windows > Self.warmUp ? evidence : 0
    }
}
