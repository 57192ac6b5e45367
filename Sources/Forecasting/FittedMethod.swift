import Numerics
public import TimeSeries

/// A method fitted to one history, with what is known of its errors: all that an answer needs.
public struct FittedMethod: Sendable {
    /// The name in the catalogue, `auto/…` when it was chosen.
    public let name: String
    /// What the method was fitted to: the inner history where there is a frame.
    public let history: Series

    private let form: Form
    /// The way from what the method sees to the series; `nil` where they are the same.
    private var frame: CalendarFrame?
    private let isNonNegative: Bool

    private enum Form: Sendable {
        case single(SingleMethod)
        case combination(AutoForecaster.Fit)
    }

    init(name: String, model: any ForecastModel, errors: RollingErrors?, history: Series) {
        self.init(name: name, .single(SingleMethod(model, errors: errors, history: history)), history)
    }

    init(_ combination: AutoForecaster.Fit, history: Series) {
        self.init(name: AutoForecaster.name, .combination(combination), history)
    }

    private init(name: String, _ form: Form, _ history: Series) {
        self.name = name
        self.form = form
        self.history = history
        isNonNegative = history.values.allSatisfy { !($0 < 0) }
    }

    /// The same method, fitted to the inner history of a frame, answering in steps and values of the outer series.
    public func framed(by frame: CalendarFrame?) -> FittedMethod {
        var method = self
        method.frame = frame
        return method
    }

    /// The model, at the end of the history; `nil` for a combination, which has none of its own.
    public var model: (any ForecastModel)? {
        if case .single(let method) = form { return method.model }
        return nil
    }

    /// Whether the history was long enough to measure errors; without it the intervals are a guess.
    public var hasMeasuredErrors: Bool {
        switch form {
        case .single(let method): method.errors != nil
        case .combination(let fit): fit.hasMeasuredErrors
        }
    }

    /// The expected values, in the unit of the series; not below 0 when the history never was.
    public func mean(steps: Int) -> [Double] {
        guard let frame else { return innerMean(steps: steps) }
        return frame.outer(innerMean(steps: frame.innerSteps(steps)), steps: steps)
    }

    private func innerMean(steps: Int) -> [Double] {
        switch form {
        case .single(let method): method.model.mean(steps: steps).map(possible)
        case .combination(let fit): fit.forecast(steps: steps).path.map(possible)
        }
    }

    /// The nearest value that the metric can take: at least 0 when its history never was below.
    public func possible(_ value: Double) -> Double { isNonNegative ? max(value, 0) : value }

    /// A possible bound, the largest number where it lies beyond all of them.
    private func bound(_ value: Double) -> Double {
        let largest = Double.greatestFiniteMagnitude
        return possible(value.isInfinite ? (value < 0 ? -largest : largest) : value)
    }

    /// Means and central intervals of the next `steps` values.
    ///
    /// - Parameters:
    ///   - steps: At least 1.
    ///   - levels: Coverage of each interval, each in 0 ..< 1.
    /// - Returns: Bounds that contain the mean, are wider for a higher level and never below 0 when the
    ///   history never was.
    public func forecast(steps: Int, levels: [Double]) -> Forecast {
        precondition(steps >= 1, "a horizon of \(steps)")
        for level in levels { precondition(level >= 0 && level < 1, "a level of \(level)") }
        guard let frame else { return innerForecast(steps: steps, levels: levels) }
        return frame.outer(innerForecast(steps: frame.innerSteps(steps), levels: levels), steps: steps)
    }

    private func innerForecast(steps: Int, levels: [Double]) -> Forecast {
        switch form {
        case .single(let method):
            let mean = innerMean(steps: steps)
            return Forecast(
                mean: mean,
                intervals: levels.map { level in
                    let widths = method.halfWidths(steps: steps, level: level)
                    return Forecast.Interval(
                        level: level, lower: zip(mean, widths).map { bound($0 - $1) },
                        upper: zip(mean, widths).map { bound($0 + $1) })
                })
        case .combination(let fit):
            let forecast = fit.forecast(steps: steps)
            return Forecast(
                mean: forecast.path.map(possible),
                intervals: levels.map { level in
                    Forecast.Interval(
                        level: level,
                        lower: forecast.quantile((1 - level) / 2).map(bound),
                        upper: forecast.quantile((1 + level) / 2).map(bound))
                })
        }
    }

    /// Ways that the future may go, each `steps` values long.
    ///
    /// A single method's paths are its mean plus the errors of each rolling origin. Those of a combination
    /// have its quantiles at every step and the order of the errors that a plain regression made (the
    /// Schaake shuffle).
    ///
    /// - Parameter extend: Makes paths of errors so many steps long.
    /// - Source: Clark, Gangopadhyay, Hay, Rajagopalan & Wilby, *The Schaake shuffle*, Journal of
    ///   Hydrometeorology 5 (2004).
    public func paths(
        steps: Int, extend: (RollingErrors, _ steps: Int) -> [[Double]]
    ) -> [[Double]] {
        guard let frame else { return innerPaths(steps: steps, extend: extend) }
        let inner = innerPaths(steps: frame.innerSteps(steps), extend: extend)
        return inner.map { frame.outer($0, steps: steps) }
    }

    private func innerPaths(
        steps: Int, extend: (RollingErrors, _ steps: Int) -> [[Double]]
    ) -> [[Double]] {
        switch form {
        case .single(let method):
            guard let errors = method.errors else { return [] }
            let mean = innerMean(steps: steps)
            return extend(errors, steps).map { path in zip(mean, path).map { possible($0 + $1) } }
        case .combination(let fit):
            guard let errors = fit.errors else { return [] }
            let forecast = fit.forecast(steps: steps)
            var paths = extend(errors, steps)
            let count = paths.count
            let quantiles = (0..<count).map { rank in
                forecast.quantile((Double(rank) + 0.5) / Double(count))
            }
            for h in 0..<steps {
                let order = paths.indices.sorted { (paths[$0][h], $0) < (paths[$1][h], $1) }
                for (rank, path) in order.enumerated() { paths[path][h] = possible(quantiles[rank][h]) }
            }
            return paths
        }
    }
}

/// One method of the catalogue with conformal intervals.
struct SingleMethod: Sendable {
    let model: any ForecastModel
    /// The errors at rolling origins; `nil` when the history is too short for them.
    let errors: RollingErrors?
    private let fallback: ResidualScale
    private let scale: ErrorScale?

    init(_ model: any ForecastModel, errors: RollingErrors?, history: Series) {
        self.model = model
        self.errors = errors
        scale = errors.map(ErrorScale.init)
        let fitted = errors == nil ? model.fitted(on: history) : []
        fallback = ResidualScale(residuals: zip(history.values, fitted).map { $0 - $1 })
    }

    func halfWidths(steps: Int, level: Double) -> [Double] {
        scale?.halfWidths(steps: steps, level: level) ?? fallback.halfWidths(steps: steps, level: level)
    }
}
