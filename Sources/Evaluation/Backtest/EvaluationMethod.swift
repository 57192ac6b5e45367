import Forecasting
import Numerics
import TimeSeries

/// Something that forecasts and is judged for it: a benchmark or a method of the catalogue.
public struct EvaluationMethod: Sendable {
    /// Its name in reports.
    public let name: String
    /// Answers one case with what it expects at ``QuantileGrid/levels``.
    let forecast: @Sendable (BacktestCase) throws(ForecastError) -> Forecast

    /// The benchmarks that come before the catalogue.
    ///
    /// They see the period that errors are scaled by, the series as it is, and are computed as the M4
    /// competition does. `seasonal-naive` stands in for the method of that name in the catalogue, which
    /// sees the seasons of the set and a history without spikes, and calibrates its intervals.
    public static let benchmarks = [naive2.name, seasonalNaive.name]

    /// Every name: the benchmarks, `auto`, and the catalogue.
    public static let names =
        benchmarks + ForecasterCatalog.names.filter { !benchmarks.contains($0) }

    /// What is judged unless a caller says otherwise: all but the slow methods.
    public static let usual =
        benchmarks + [ForecasterCatalog.automatic]
        + ForecasterCatalog.entries.filter { !$0.isSlow && !benchmarks.contains($0.name) }.map(\.name)

    /// The method of a name; `nil` when there is none.
    public static func named(_ name: String, seed: UInt64 = 1) -> EvaluationMethod? {
        guard names.contains(name) else { return nil }
        if name == naive2.name { return naive2 }
        if name == seasonalNaive.name { return seasonalNaive }
        return EvaluationMethod(name: name) { (test) throws(ForecastError) in
            let settings = MethodSettings(season: test.seasons, horizon: test.actual.count, seed: seed)
            let fitted = try ForecasterCatalog.fit(name, to: Series(values: test.train), settings: settings)
            return fitted.forecast(steps: test.actual.count, levels: QuantileGrid.levels)
        }
    }

    /// The denominator of OWA; without intervals.
    static let naive2 = EvaluationMethod(name: "naive2") { (test) throws(ForecastError) in
        let mean = Naive2(period: test.period).forecast(test.train, steps: test.actual.count)
        return Forecast(mean: mean, intervals: [])
    }

    private static let seasonalNaive = EvaluationMethod(name: "seasonal-naive") {
        (test) throws(ForecastError) in
        let method = SeasonalRepeat(period: test.period)
        let mean = method.forecast(test.train, steps: test.actual.count)
        let deviations = method.deviations(test.train, steps: test.actual.count)
        let intervals = QuantileGrid.levels.map { level in
            let z = Normal.standard.quantile((1 + level) / 2)
            return Forecast.Interval(
                level: level, lower: zip(mean, deviations).map { $0 - z * $1 },
                upper: zip(mean, deviations).map { $0 + z * $1 })
        }
        return Forecast(mean: mean, intervals: intervals)
    }
}
