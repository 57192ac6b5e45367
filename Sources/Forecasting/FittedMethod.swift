public import TimeSeries

/// A method fitted to one history, with what is known of its errors: all that an answer needs.
public struct FittedMethod: Sendable {
    /// The name in the catalogue, `auto/…` when it was chosen.
    public let name: String
    /// The model, at the end of the history.
    public let model: any ForecastModel
    /// The errors at rolling origins; `nil` when the history is too short for them.
    public let errors: RollingErrors?

    /// What the model was fitted to: the history without its isolated spikes.
    public let history: Series

    private let fallback: ResidualScale
    private let isNonNegative: Bool
    private let scale: ErrorScale?

    init(name: String, model: any ForecastModel, errors: RollingErrors?, history: Series) {
        self.name = name
        self.model = model
        self.errors = errors
        self.history = history
        scale = errors.map(ErrorScale.init)
        let fitted = errors == nil ? model.fitted(on: history) : []
        fallback = ResidualScale(residuals: zip(history.values, fitted).map { $0 - $1 })
        isNonNegative = history.values.allSatisfy { !($0 < 0) }
    }

    /// The expected values, in the unit of the series; not below 0 when the history never was.
    public func mean(steps: Int) -> [Double] {
        let mean = model.mean(steps: steps)
        return mean.map(possible)
    }

    /// The nearest value that the metric can take: at least 0 when its history never was below.
    public func possible(_ value: Double) -> Double { isNonNegative ? max(value, 0) : value }

    /// Means and central intervals of the next `steps` values.
    ///
    /// - Parameters:
    ///   - steps: At least 1.
    ///   - levels: Coverage of each interval, each in 0 ..< 1.
    /// - Returns: Bounds that contain the mean, are wider for a higher level and never below 0 when the
    ///   history never was.
    public func forecast(steps: Int, levels: [Double]) -> Forecast {
        precondition(steps >= 1, "a horizon of \(steps)")
        let mean = mean(steps: steps)
        let intervals = levels.map { level in
            precondition(level >= 0 && level < 1, "a level of \(level)")
            let widths =
                scale?.halfWidths(steps: steps, level: level)
                ?? fallback.halfWidths(steps: steps, level: level)
            let lower = zip(mean, widths).map { possible($0 - $1) }
            return Forecast.Interval(level: level, lower: lower, upper: zip(mean, widths).map { $0 + $1 })
        }
        return Forecast(mean: mean, intervals: intervals)
    }
}
