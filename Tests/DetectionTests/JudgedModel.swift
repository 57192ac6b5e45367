import Forecasting
import TimeSeries

@testable import Detection

/// A model and its judge over a series, value by value, as the full tier runs them but for its fused evidence.
struct JudgedModel {
    var model: any ForecastModel
    var judge: CausalJudge

    init(_ history: [Double], method: String, period: Int = 1, threshold: Double = 1e-3, hold: Int = 1_440)
        throws
    {
        let series = Series(values: history)
        let settings = MethodSettings(season: period > 1 ? [period] : [])
        model = try ForecasterCatalog.fitModel(method, to: series, settings: settings).model
        judge = CausalJudge(
            residuals: zip(history, model.fitted(on: series)).map { $0 - $1 }, values: history,
            period: period, threshold: threshold, longestHold: hold,
            growth: ErrorGrowth(of: model, over: history, period: period))
    }

    /// Where the next value is not anomalous by itself.
    var band: (lower: Double, upper: Double) { mutating get { judge.band(around: model.next) } }

    /// The score of each value.
    mutating func take(_ values: some Sequence<Double>) -> [Double] {
        values.map { value in
            guard value.isFinite else {
                model.observe(.nan)
                judge.skip()
                return 0
            }
            let expected = model.next
            let judgement = judge.judge(value, expected: expected)
            judge.learn(value, expected: expected, judgement)
            model.observe(judgement.isWithheld ? expected : value)
            return judgement.score
        }
    }
}
