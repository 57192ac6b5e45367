import Forecasting

/// How one forecast of one method did.
public struct CaseScore: Sendable, Equatable {
    /// Why there is no forecast; `nil` where there is one.
    public let failure: String?
    /// Thread CPU milliseconds of fit and forecast with intervals.
    public let milliseconds: Double
    /// Steps whose value is known.
    let steps: Int
    let smape: Double
    let mase: Double
    /// What the intervals came to; `nil` for a method without.
    let intervals: IntervalScore?
    /// The errors step by step; `nan` where the value is unknown.
    let stepPercentages: [Double]
    let stepScaledErrors: [Double]

    struct IntervalScore: Sendable, Equatable {
        let msis: Double
        let inside80: Int
        let inside95: Int
        let loss: WeightedQuantileLoss
        let scaledLoss: WeightedQuantileLoss
    }

    /// The score of a method that could not answer.
    init(failure: String, milliseconds: Double) {
        self.failure = failure
        self.milliseconds = milliseconds
        steps = 0
        smape = .nan
        mase = .nan
        intervals = nil
        stepPercentages = []
        stepScaledErrors = []
    }

    /// The score of an answer; one that is not finite counts as none.
    static func of(_ forecast: Forecast, _ test: BacktestCase, milliseconds: Double) -> CaseScore {
        guard forecast.isFinite else {
            return CaseScore(failure: "the forecast is not finite", milliseconds: milliseconds)
        }
        return CaseScore(finite: forecast, test, milliseconds: milliseconds)
    }

    private init(finite forecast: Forecast, _ test: BacktestCase, milliseconds: Double) {
        let actual = test.actual
        failure = nil
        self.milliseconds = milliseconds
        steps = actual.count { !$0.isNaN }
        smape = PointErrors.smape(actual, forecast.mean)
        mase = PointErrors.mase(actual, forecast.mean, scale: test.scale)
        stepPercentages = zip(actual, forecast.mean).map {
            $0.isNaN ? .nan : PointErrors.percentage($0, $1)
        }
        stepScaledErrors = zip(actual, forecast.mean).map { abs($0 - $1) / test.scale }
        intervals = IntervalScore(forecast, of: test)
    }
}

extension CaseScore.IntervalScore {
    /// `nil` for a forecast without intervals.
    fileprivate init?(_ forecast: Forecast, of test: BacktestCase) {
        guard let inner = forecast.intervals.first(where: { $0.level == 0.8 }),
            let outer = forecast.intervals.first(where: { $0.level == 0.95 })
        else { return nil }
        msis = IntervalErrors.msis(
            test.actual, lower: outer.lower, upper: outer.upper, level: outer.level, scale: test.scale)
        inside80 = IntervalErrors.covered(test.actual, lower: inner.lower, upper: inner.upper)
        inside95 = IntervalErrors.covered(test.actual, lower: outer.lower, upper: outer.upper)
        let quantiles = QuantileGrid.quantiles(of: forecast)
        var (loss, scaledLoss) = (
            WeightedQuantileLoss(taus: QuantileGrid.taus), WeightedQuantileLoss(taus: QuantileGrid.taus)
        )
        loss.add(test.actual, quantiles: quantiles)
        scaledLoss.add(test.actual, quantiles: quantiles, scale: test.scale)
        (self.loss, self.scaledLoss) = (loss, scaledLoss)
    }
}
