import Detection
import Forecasting
import Glibc
import TimeSeries

/// A model and its judge over the values of a series as they come: what a definition runs, without its clock.
struct JudgedStream {
    private var model: any ForecastModel
    private var judge: CausalJudge
    private var evidence: FusedEvidence

    /// The residuals and values that a judge is made of, as for a trained model of a definition.
    private static let mostResiduals = 1_000
    private static let mostValues = 2_000
    /// And the values of which the fused evidence learns what is usual.
    private static let mostEvidence = 4_000
    /// A training chooses by forecasts of so many steps.
    private static let horizon = 24

    /// - Parameters:
    ///   - method: A name of the forecaster catalogue.
    ///   - history: Oldest first; long enough for the method.
    ///   - period: Steps in the season.
    ///   - longestHold: See ``CausalJudge``.
    init(
        fitting method: String, to history: [Double], period: Int, threshold: Double, longestHold: Int
    ) throws(ForecastError) {
        let settings = MethodSettings(season: [period], horizon: Self.horizon)
        let series = SpikeFilter(period: period).cleaned(Series(values: history))
        model = try ForecasterCatalog.fitModel(method, to: series, settings: settings).model
        let residuals = zip(series.values, model.fitted(on: series)).map { $0 - $1 }
        judge = CausalJudge(
            residuals: Array(residuals.suffix(Self.mostResiduals)),
            values: Array(history.suffix(Self.mostValues)), period: period, threshold: threshold,
            longestHold: longestHold, growth: ErrorGrowth(of: model, over: history, period: period))
        evidence = FusedEvidence(values: history.suffix(Self.mostEvidence))
    }

    /// The same stream with another threshold.
    func with(threshold: Double) -> JudgedStream {
        var stream = self
        stream.judge.setThreshold(threshold)
        return stream
    }

    /// Takes the next value, finite.
    ///
    /// - Returns: Its score: above 1 where it is anomalous.
    mutating func take(_ value: Double) -> Double {
        let expected = model.next
        let judgement = judge.judge(value, expected: expected, fused: evidence.push(value))
        judge.learn(value, expected: expected, judgement)
        model.observe(judgement.isWithheld ? expected : value)
        return judgement.score
    }
}

/// The same for the light tier: what every stored series runs.
struct LightStream {
    private let detector: StreamDetector
    private var state: StreamDetector.State
    private var evidence = StreamEvidence()
    /// The probability that the score 1 stands for.
    private let logThreshold: Double

    init(threshold: Double) {
        detector = StreamDetector(threshold: LightTier.residualShare * threshold)
        state = detector.makeState()
        logThreshold = log(threshold)
    }

    /// The p-value of the next value, which is then learned; `nil` before a series is ``LightTier/settled``.
    mutating func pValue(_ value: Double) -> Double? {
        let fused = evidence.push(value)
        let residual = detector.assess(value, &state)?.pValue
        let isSettled = state.count >= LightTier.settled
        detector.learn(value, isAnomalous: residual.map { $0 < detector.threshold } ?? false, &state)
        return isSettled ? residual.map { LightTier.pValue(residual: $0, evidence: fused) } : nil
    }

    /// The score of the next value; 0 during the warm-up.
    mutating func take(_ value: Double) -> Double {
        pValue(value).map { log($0) / logThreshold } ?? 0
    }
}
