public import TimeSeries

/// Every forecasting method by its permanent name. The service, the command line, the contract tests
/// and the benchmarks read this table.
public enum ForecasterCatalog {
    /// One method.
    public struct Entry: Sendable {
        /// The permanent name: stored models and clients hold it.
        public let name: String
        /// What it does, in one line.
        public let summary: String
        /// Where it was published.
        public let source: String
        /// Whether `auto` tries it.
        public let isCandidate: Bool
        /// Whether a fit may take a large part of a second, so that tests and tables fit it less often.
        public let isSlow: Bool
        /// The method for a series.
        public let make: @Sendable (MethodSettings) -> any Forecaster
        /// Reads a stored model of the method.
        let read: ModelReading

        init(
            name: String, summary: String, source: String, isCandidate: Bool = false, isSlow: Bool = false,
            make: @escaping @Sendable (MethodSettings) -> any Forecaster, read: @escaping ModelReading
        ) {
            self.name = name
            self.summary = summary
            self.source = source
            self.isCandidate = isCandidate
            self.isSlow = isSlow
            self.make = make
            self.read = read
        }
    }

    /// Reads one kind of model; what it says of itself is checked by its own reader.
    typealias ModelReading = @Sendable (inout BinaryReader) throws(BinaryFormatError) -> any ForecastModel

    /// The name that lets Bellwether choose.
    public static let automatic = "auto"
    /// What `auto` does, in one line.
    public static let automaticSummary =
        "Forecasts with a learned combination of many; scores with the best candidate at rolling origins."
    /// Where both were published.
    public static let automaticSource =
        "Montero-Manso et al., Int. J. Forecasting 36 (2020); Tashman, Int. J. Forecasting 16 (2000)"

    /// The methods, the simplest first: `auto` keeps the earlier one of two that are as good.
    public static let entries: [Entry] =
        baselines + smoothing + thetas + decompositions + counts + regressions + arima + networks
        + combinations

    /// Every name that a caller may ask for, `auto` first.
    public static var names: [String] { [automatic] + entries.map(\.name) }

    /// The method of this name, which may not be `auto`; of `auto/…` the one that was chosen.
    ///
    /// - Throws: ``ForecastError/unknownMethod(_:known:)``.
    public static func entry(_ name: String) throws(ForecastError) -> Entry {
        let plain = plainName(name)
        guard let entry = entries.first(where: { $0.name == plain }) else {
            throw .unknownMethod(name, known: names)
        }
        return entry
    }

    /// The name of the method itself: without the `auto/` of a choice.
    static func plainName(_ name: String) -> String {
        name.hasPrefix(automatic + "/") ? String(name.dropFirst(automatic.count + 1)) : name
    }

    /// Fits a method, or the best of the candidates that can follow a stream, without measuring its errors:
    /// for detection, which judges one-step residuals by themselves.
    ///
    /// - Parameter name: A name of the catalogue, `auto`, or the `auto/…` of an earlier choice.
    /// - Returns: The name, `auto/…` when it was chosen, and the model.
    public static func fitModel(
        _ name: String, to history: Series, settings: MethodSettings, progress: FitProgress = .ignored
    ) throws(ForecastError) -> (name: String, model: any ForecastModel) {
        if name == automatic {
            return try Selection(history: history, settings: settings).fit(progress: progress)
        }
        return (name, try entry(name).make(settings).fit(history, progress: progress))
    }

    /// Fits a method to a history without its isolated spikes, or the automatic combination to all of it.
    ///
    /// - Parameters:
    ///   - name: A name of the catalogue, or `auto`.
    ///   - history: Oldest value first; `nan` marks a missing step.
    ///   - settings: Season, horizon and seed.
    ///   - progress: Told how far a slow fit is; may cancel it.
    /// - Throws: ``ForecastError``.
    public static func fit(
        _ name: String, to history: Series, settings: MethodSettings, progress: FitProgress = .ignored
    ) throws(ForecastError) -> FittedMethod {
        if name == automatic {
            let fit = try AutoForecaster(settings: settings).fit(history, progress: progress)
            return FittedMethod(fit, history: history)
        }
        let cleaned = SpikeFilter(period: settings.period).cleaned(history)
        let forecaster = try entry(name).make(settings)
        let model = try forecaster.fit(cleaned, progress: progress)
        let errors = try RollingErrors(
            of: forecaster, on: cleaned, steps: settings.horizon, period: settings.period, progress: progress)
        return FittedMethod(name: name, model: model, errors: errors, history: cleaned)
    }
}
