import Numerics
import TimeSeries

/// The forecaster that needs no choice: candidates weighed by what was learned from other series.
struct AutoForecaster {
    /// What an answer names.
    static let name = ForecasterCatalog.automatic + "/combination"

    let settings: MethodSettings

    /// A second season takes part beside a first of at least so many steps, as in what was learned from.
    private static let leastPeriodBesideLong = 24
    /// A year of weeks takes part as a second season without a first, as in what was learned from.
    private static let weeksInYear = 52
    /// Histories of larger or smaller values are brought to unit size: the recipe has absolute floors.
    private static let sizes = 1e-3...1e12

    /// Fits a history in which `nan` marks a missing step. O(n) in the length of the history.
    ///
    /// Isolated spikes are taken out; gaps are filled on straight lines.
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``,
    ///   ``ForecastError/cancelled``.
    func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Fit {
        try progress.checkpoint()
        let cleaned = SpikeFilter(period: settings.period).cleaned(history)
        let filled = try FilledHistory(cleaned, atLeast: 1).values
        let first = cleaned.values.firstIndex { $0.isFinite } ?? 0
        let values = Array(filled[first...])
        let largest = values.reduce(0) { max($0, abs($1)) }
        let unit = largest == 0 || Self.sizes.contains(largest) ? 1 : largest
        let periods = Self.periods(settings)
        return Fit(
            values: unit == 1 ? values : values.map { $0 / unit }, unit: unit, settings: settings,
            period: periods.period, longPeriod: periods.longPeriod)
    }

    /// The periods: what the step suggests, unless the values show another season.
    static func periods(_ settings: MethodSettings) -> (period: Int, longPeriod: Int) {
        let natural = settings.natural
        let found = settings.season
        let usesNatural = !natural.isEmpty && (found.first.map(natural.contains) ?? true)
        let periods = usesNatural ? natural : found
        if periods == [weeksInYear] { return (1, weeksInYear) }
        let period = periods.first ?? 1
        let longPeriod = periods.count > 1 && period >= leastPeriodBesideLong ? periods[1] : 0
        return (period, longPeriod)
    }

    /// The automatic forecast of one history.
    struct Fit: Sendable {
        private let values: [Double]
        private let unit: Double
        private let settings: MethodSettings
        private let period: Int
        private let longPeriod: Int
        private let usual: AutoForecast

        init(values: [Double], unit: Double, settings: MethodSettings, period: Int, longPeriod: Int) {
            self.values = values
            self.unit = unit
            self.settings = settings
            self.period = period
            self.longPeriod = longPeriod
            usual = Self.forecast(values, unit, period, longPeriod, steps: settings.horizon)
        }

        private static func forecast(
            _ values: [Double], _ unit: Double, _ period: Int, _ longPeriod: Int, steps: Int
        ) -> AutoForecast {
            AutoForecast(values, period: period, longPeriod: longPeriod, steps: steps).scaled(by: unit)
        }

        /// Whether candidates could be compared at an earlier origin.
        var isValidated: Bool { usual.isValidated }

        /// The forecast of the next `steps` values: the beginning of that for the horizon, or a longer one.
        func forecast(steps: Int) -> AutoForecast {
            steps <= settings.horizon
                ? usual.prefix(steps) : Self.forecast(values, unit, period, longPeriod, steps: steps)
        }

        /// The errors that the best single method made at rolling origins.
        func rollingErrors(
            of history: Series, progress: FitProgress
        ) throws(ForecastError) -> RollingErrors? {
            try Selection(history: history, settings: settings).best(progress: progress)?.errors
        }
    }
}
