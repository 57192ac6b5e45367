import Forecasting

/// The quantiles by which forecasts are judged: 0.025, 0.1 … 0.9 and 0.975.
public enum QuantileGrid {
    /// The coverage of the central intervals that hold them; the median is the forecast itself.
    public static let levels = [0.2, 0.4, 0.6, 0.8, 0.95]

    /// The probabilities of the weighted quantile loss.
    public static let taus = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

    /// The values at ``taus``, from the intervals at ``levels`` in their order.
    static func quantiles(of forecast: Forecast) -> [[Double]] {
        let inner = forecast.intervals.prefix(4)
        return inner.reversed().map(\.lower) + [forecast.mean] + inner.map(\.upper)
    }
}
