public import Forecasting
import TimeSeries

/// The examples that the automatic combination learns from: the last origin of every series of a set, and
/// earlier ones.
public struct AutoExamples: Sendable {
    /// In the order of the sets and their series.
    public let all: [AutoExample]

    /// Besides the last origin at most so many, a horizon apart.
    private static let earlier = 4
    /// A history shorter than this, or than two seasons and some, is no example.
    private static let shortest = (values: 10, beyondSeasons: 4)

    /// The examples of sets whose series are complete.
    public init(_ sets: [EvaluationSet]) {
        all = sets.flatMap { set in set.series.flatMap { Self.examples($0, of: set) } }
    }

    private static func examples(_ series: EvaluationSeries, of set: EvaluationSet) -> [AutoExample] {
        let horizon = series.test.count
        let count = series.train.count
        let values = series.train + series.test
        let least = max(2 * series.period + shortest.beyondSeasons, shortest.values)
        var cuts = [0] + (1...earlier).map { $0 * horizon }.filter { count - $0 >= least }
        if cuts.count == 1, horizon / 2 > 0, count - horizon / 2 >= shortest.values - 2 {
            cuts.append(horizon / 2)
        }
        return cuts.compactMap { cut in
            let history = Array(values[..<(count - cut)])
            let truth = Array(values[(count - cut)..<(count - cut + horizon)])
            let scale = PointErrors.scale(of: history, period: series.period)
            guard scale > BacktestCase.smallestScale, truth.allSatisfy({ $0.isFinite }) else { return nil }
            let benchmark = Naive2(period: series.period).forecast(history, steps: horizon)
            return AutoExample(
                set: set.name, series: series.id, source: source(of: series.id, in: set.name),
                history: history, truth: truth, seasons: series.seasons ?? set.seasons, scale: scale,
                benchmark: (
                    PointErrors.smape(truth, benchmark), PointErrors.mase(truth, benchmark, scale: scale)
                ), isLatest: cut == 0)
        }
    }

    /// The source of a series: what comes before an `@`, which marks a window of it; else the series.
    public static func source(of series: String, in set: String) -> String {
        series.split(separator: "@", maxSplits: 1).first.map(String.init).flatMap {
            $0 == series ? nil : $0
        } ?? set + "/" + series
    }
}

extension EvaluationMethod {
    /// `auto` with numbers that were learned without the source of the series it is asked about.
    ///
    /// - Parameters:
    ///   - learned: The numbers learned without each part.
    ///   - part: Which of them have not seen a source of a set.
    public static func crossValidated(
        _ learned: [AutoLearned], part: @escaping @Sendable (_ set: String, _ source: String) -> Int
    ) -> EvaluationMethod {
        EvaluationMethod(name: ForecasterCatalog.automatic) { (test) throws(ForecastError) in
            let source = AutoExamples.source(of: test.series, in: test.set)
            let settings = MethodSettings(season: test.seasons, horizon: test.actual.count)
            return try learned[part(test.set, source)]
                .fit(Series(values: test.train), settings: settings)
                .forecast(steps: test.actual.count, levels: QuantileGrid.levels)
        }
    }
}
