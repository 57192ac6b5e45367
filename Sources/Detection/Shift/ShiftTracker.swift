/// The level and variance evidence of one series, each with its calibration, in constant memory.
struct ShiftTracker {
    private let level: LevelShift
    private let variance: VarianceShift
    private var levelState: LevelShift.State
    private var varianceState: VarianceShift.State
    private var levelCalibration = TailCalibration()
    private var varianceCalibration = TailCalibration()
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
    func judge(_ value: Double, into verdict: inout Verdict) {
        if let strength = level.assess(value, levelState), levelCalibration.count >= Self.warmUp {
            verdict.strengths.levelShift = strength
            verdict.levelShift = levelCalibration.pValue(of: abs(strength))
        }
        if let strength = variance.assess(value, varianceState), varianceCalibration.count >= Self.warmUp {
            verdict.strengths.varianceShift = strength
            verdict.varianceShift = varianceCalibration.pValue(of: abs(strength))
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
