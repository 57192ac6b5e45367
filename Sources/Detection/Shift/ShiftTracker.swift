/// The level and variance evidence of one series, each with its calibration, in constant memory.
struct ShiftTracker: BitwiseCopyable, Sendable {
    private let level: LevelShift
    private let variance: VarianceShift
    private var levelState: LevelShift.State
    private var varianceState: VarianceShift.State
    private var levelCalibration = TailCalibration()
    private var varianceCalibration = TailCalibration()
    private var levelEvents = Declustering()
    private var varianceEvents = Declustering()
    private var count = 0

    /// Windows of a series without a season.
    static let defaultPeriod = 32
    /// Strengths seen before a p-value is given.
    static let warmUp = 100.0

    /// - Parameter period: Steps in a season, 1 for none.
    init(period: Int) {
        let period = period > 1 ? period : Self.defaultPeriod
        level = LevelShift(period: period)
        variance = VarianceShift(period: period)
        levelState = level.makeState()
        varianceState = variance.makeState()
    }

    /// Adds the evidence against a value, in standard units, to a verdict.
    mutating func judge(_ value: Double, into verdict: inout Verdict) {
        if let strength = level.assess(value, levelState), levelCalibration.count >= Self.warmUp {
            let p = levelCalibration.pValue(of: abs(strength))
            verdict.strengths.levelShift = strength
            verdict.ranked.levelShift = p
            verdict.levelShift = levelEvents.reported(p, window: level.window)
        }
        if let strength = variance.assess(value, varianceState), varianceCalibration.count >= Self.warmUp {
            let p = varianceCalibration.pValue(of: abs(strength))
            verdict.strengths.varianceShift = strength
            verdict.ranked.varianceShift = p
            verdict.varianceShift = varianceEvents.reported(p, window: variance.window)
        }
    }

    /// Takes a value into both states, and now and then its strengths into the calibrations.
    ///
    /// Neighbouring strengths share most of their window; an eighth of a window apart they are nearly
    /// fresh, and a count of them is not a count of the same excursion.
    mutating func learn(_ value: Double) {
        if count % max(1, level.window / 8) == 0, let strength = level.assess(value, levelState) {
            levelCalibration.learn(abs(strength))
        }
        if count % max(1, variance.window / 8) == 0, let strength = variance.assess(value, varianceState) {
            varianceCalibration.learn(abs(strength))
        }
        level.learn(value, &levelState)
        variance.learn(value, &varianceState)
        count += 1
    }
}

/// Makes one event of an excursion of a windowed statistic, which lasts about a window.
///
/// Neighbouring strengths share most of their window, so their p-values are not so many chances of a
/// false alarm but one: a p-value counts when none in the excursion was nearly as small, and 1 stands
/// in for it otherwise. An excursion is over when for a window no p-value lay below the root of its smallest.
///
/// - Source: runs declustering of threshold exceedances, Coles, *An Introduction to Statistical Modeling
///   of Extreme Values*, 2001, section 5.3.2.
struct Declustering: BitwiseCopyable, Sendable {
    private var smallest = 1.0
    private var age = 0

    /// A p-value counts again within a window when it is this much smaller.
    private static let factor = 0.1

    mutating func reported(_ p: Double, window: Int) -> Double {
        age = p < smallest.squareRoot() ? 0 : age + 1
        if age > window { smallest = 1 }
        guard p < smallest * Self.factor else { return 1 }
        smallest = p
        age = 0
        return p
    }
}
