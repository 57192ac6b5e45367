/// Errors of point forecasts of one series, as the M4 competition counts them.
///
/// Missing-value rule for all: a step whose actual value is `nan` is left out; the answer is `nan` when
/// nothing is left.
///
/// - Source: Makridakis, Spiliotis & Assimakopoulos, *The M4 Competition: 100,000 time series and 61
///   forecasting methods*, International Journal of Forecasting 36, 2020.
public enum PointErrors {
    /// The symmetric mean absolute percentage error, 0 … 200: the mean of 200·|y − f| / (|y| + |f|).
    ///
    /// A step where both are 0 counts 0.
    ///
    /// - Parameters:
    ///   - actual: What happened, one value a step; `nan` is left out.
    ///   - forecast: What was expected, as many.
    /// - Complexity: O(*n*).
    public static func smape(_ actual: [Double], _ forecast: [Double]) -> Double {
        mean(actual, forecast, percentage)
    }

    /// The mean absolute error in units of ``scale(of:period:)``.
    ///
    /// - Parameters:
    ///   - actual: What happened, one value a step; `nan` is left out.
    ///   - forecast: What was expected, as many.
    ///   - scale: Of the values before the forecast, above 0.
    /// - Source: Hyndman & Koehler, *Another look at measures of forecast accuracy*, International Journal of
    ///   Forecasting 22, 2006.
    public static func mase(_ actual: [Double], _ forecast: [Double], scale: Double) -> Double {
        mean(actual, forecast) { abs($0 - $1) } / scale
    }

    /// The mean absolute difference of values one season apart: what the seasonal naive method errs by
    /// within the history.
    ///
    /// - Parameters:
    ///   - history: The values before the forecast, oldest first; pairs with a `nan` are left out.
    ///   - period: Steps in a season, at least 1; 1 stands in for it when the history is not longer.
    /// - Returns: In the unit of the series; `nan` without a pair.
    public static func scale(of history: [Double], period: Int) -> Double {
        precondition(period >= 1, "a period of \(period)")
        let lag = history.count > period ? period : 1
        guard history.count > lag else { return .nan }
        var (sum, count) = (0.0, 0)
        for step in lag..<history.count {
            let difference = abs(history[step] - history[step - lag])
            guard !difference.isNaN else { continue }
            sum += difference
            count += 1
        }
        return count == 0 ? .nan : sum / Double(count)
    }

    /// The overall weighted average: half of sMAPE and half of MASE, each relative to ``Naive2``.
    ///
    /// Of a whole set all four are means over its series: a ratio of means, not a mean of ratios.
    public static func owa(smape: Double, mase: Double, naiveSMAPE: Double, naiveMASE: Double) -> Double {
        0.5 * (smape / naiveSMAPE + mase / naiveMASE)
    }

    /// One term of ``smape(_:_:)``.
    static func percentage(_ actual: Double, _ forecast: Double) -> Double {
        let size = abs(actual) + abs(forecast)
        return size > 0 ? 200 * abs(actual - forecast) / size : 0
    }

    private static func mean(
        _ actual: [Double], _ forecast: [Double], _ error: (Double, Double) -> Double
    ) -> Double {
        precondition(actual.count == forecast.count, "\(actual.count) values, \(forecast.count) forecasts")
        var (sum, count) = (0.0, 0)
        for (y, f) in zip(actual, forecast) where !y.isNaN {
            sum += error(y, f)
            count += 1
        }
        return count == 0 ? .nan : sum / Double(count)
    }
}
