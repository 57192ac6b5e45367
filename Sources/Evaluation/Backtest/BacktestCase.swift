/// One question to a method: a history, and the values that followed it.
public struct BacktestCase: Sendable, Equatable {
    /// The name of the set.
    public let set: String
    /// The name of the series.
    public let series: String
    /// What the method sees, oldest first; `nan` marks a missing step.
    public let train: [Double]
    /// What followed.
    public let actual: [Double]
    /// Steps in the season that errors are scaled by.
    public let period: Int
    /// Steps in each season that the method is told of.
    public let seasons: [Int]
    /// What errors are divided by: ``PointErrors/scale(of:period:)`` of the history.
    public let scale: Double

    /// A scale at or below this is that of a constant history, and says nothing about errors.
    public static let smallestScale = 1e-9

    init(of series: EvaluationSeries, in set: EvaluationSet, train: [Double], actual: [Double]) {
        self.set = set.name
        self.series = series.id
        self.train = train
        self.actual = actual
        period = series.period
        seasons = series.seasons ?? set.seasons
        scale = PointErrors.scale(of: train, period: series.period)
    }

    /// Whether errors can be scaled; also `false` where nothing that followed is known.
    var isScalable: Bool { scale > Self.smallestScale && actual.contains { !$0.isNaN } }
}

/// How the histories and their futures are cut out of a series.
public enum BacktestCut: Sendable, Equatable {
    /// The test part that the set comes with.
    case given
    /// As many windows of the length of the test part as asked for, side by side at the end of the whole
    /// series; the history of each is all that came before.
    case rolling(origins: Int)

    /// A history shorter than this is no question to ask.
    static let shortestHistory = 4

    /// The cases of a series, the earliest first.
    func cases(_ series: EvaluationSeries, of set: EvaluationSet) -> [BacktestCase] {
        switch self {
        case .given:
            return [BacktestCase(of: series, in: set, train: series.train, actual: series.test)]
        case .rolling(let origins):
            let values = series.train + series.test
            let horizon = series.test.count
            return (1...max(origins, 1)).reversed().compactMap { back in
                let cut = values.count - back * horizon
                guard cut >= Self.shortestHistory else { return nil }
                return BacktestCase(
                    of: series, in: set, train: Array(values[..<cut]),
                    actual: Array(values[cut..<cut + horizon]))
            }
        }
    }
}
