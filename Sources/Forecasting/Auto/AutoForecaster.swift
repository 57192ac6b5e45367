import Numerics
import TimeSeries

/// The forecaster that needs no choice: candidates weighed by what was learned from other series.
struct AutoForecaster {
    /// What an answer names.
    static let name = ForecasterCatalog.automatic + "/combination"

    let settings: MethodSettings
    var parameters = AutoParameters.shipped

    /// A second season takes part beside a first of at least so many steps, as in what was learned from.
    private static let leastPeriodBesideLong = 24
    /// A year of weeks takes part as a second season without a first, as in what was learned from.
    private static let weeksInYear = 52
    /// Histories of larger or smaller values are brought to unit size: the recipe has absolute floors.
    private static let sizes = 1e-3...1e12

    /// Fits a history in which `nan` marks a missing step. O(n) in the length of the history.
    ///
    /// Isolated spikes are taken out; gaps are filled with the season.
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``,
    ///   ``ForecastError/cancelled``.
    func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Fit {
        try progress.checkpoint()
        return Fit(try prepared(history), settings: settings, parameters: parameters)
    }

    /// What a fit sees of a history.
    struct Prepared: Sendable {
        /// Without spikes and gaps, from the first known value on, in `unit`.
        let values: [Double]
        let unit: Double
        let period: Int
        let longPeriod: Int
    }

    /// Cleans and fills a history.
    func prepared(_ history: Series) throws(ForecastError) -> Prepared {
        let cleaned = SpikeFilter(period: settings.period).cleaned(history)
        let first = cleaned.values.firstIndex { $0.isFinite } ?? 0
        let periods = Self.periods(settings, count: cleaned.values.count - first)
        let known = Series(values: Array(cleaned.values[first...]))
        let values = try SeasonalFilling(period: max(periods.period, settings.period)).filled(known)
        let largest = values.reduce(0) { max($0, abs($1)) }
        let unit = largest == 0 || Self.sizes.contains(largest) ? 1 : largest
        return Prepared(
            values: unit == 1 ? values : values.map { $0 / unit }, unit: unit, period: periods.period,
            longPeriod: periods.longPeriod)
    }

    /// The periods: what the step suggests of what `count` values can show, unless they show another season.
    static func periods(_ settings: MethodSettings, count: Int) -> (period: Int, longPeriod: Int) {
        let natural = settings.natural.filter { 2 * $0 <= count }
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
        private let history: Prepared
        private let settings: MethodSettings
        private let parameters: AutoParameters
        /// The errors of a plain regression on this very history, in the unit of `history`; `nil` for a
        /// short one.
        let errors: RollingErrors?
        private let usual: AutoForecast

        /// An interval is at least this share of the conformal one of a plain regression, times how much less
        /// the combination erred than it: what was learned from other series may not deny what this one did.
        static let leastShare = 0.8
        /// Fewer values say too little of tails.
        private static let leastForErrors = 100

        init(_ history: Prepared, settings: MethodSettings, parameters: AutoParameters) {
            self.history = history
            self.settings = settings
            self.parameters = parameters
            errors = Self.errors(history, steps: settings.horizon)
            usual = Self.forecast(history, steps: settings.horizon, parameters, errors)
        }

        private static func forecast(
            _ history: Prepared, steps: Int, _ parameters: AutoParameters, _ errors: RollingErrors?
        ) -> AutoForecast {
            let forecast = AutoForecast(
                history.values, period: history.period, longPeriod: history.longPeriod, steps: steps,
                parameters: parameters)
            return bounded(forecast, history, errors).scaled(by: history.unit)
        }

        private static func bounded(
            _ forecast: AutoForecast, _ history: Prepared, _ errors: RollingErrors?
        ) -> AutoForecast {
            guard history.values.count >= leastForErrors, let errors, let own = forecast.measuredError
            else { return forecast }
            let plain = errors.meanAbsoluteError
            guard plain > 0 else { return forecast }
            let share = leastShare * min(own / plain, 1)
            let scale = ErrorScale(errors)
            let steps = forecast.path.count
            let known = min(steps, stepsOfErrors)
            let isNonNegative = history.values.allSatisfy { $0 >= 0 }
            return forecast.widened(isNonNegative: isNonNegative) { level in
                let widths = scale.halfWidths(steps: known, level: level)
                return (0..<steps).map { share * widths[min($0, known - 1)] }
            }
        }

        private static func errors(_ history: Prepared, steps: Int) -> RollingErrors? {
            let ridge = RidgeAutoregression(period: history.period, longPeriod: history.longPeriod)
            let most = max(longestForErrors, cyclesForErrors * max(history.period, history.longPeriod))
            let recent = Series(values: Array(history.values.suffix(most)))
            let errors = try? RollingErrors(
                of: ridge, on: recent, steps: min(steps, stepsOfErrors), period: history.period,
                progress: .ignored)
            return errors.flatMap { $0 }
        }

        /// Errors are measured on at most so many values, or seasons where that is more.
        private static let longestForErrors = 2_000
        private static let cyclesForErrors = 6
        /// They are measured so many steps ahead; beyond, an interval is at least as wide as there.
        private static let stepsOfErrors = 24

        /// Whether candidates could be compared at an earlier origin, or there was nothing to err about.
        var hasMeasuredErrors: Bool {
            usual.isValidated
                || (usual.evidence == nil && history.values.count >= AutoForecast.leastHistory)
        }

        /// The forecast of the next `steps` values: the beginning of that for the horizon, or a longer one.
        func forecast(steps: Int) -> AutoForecast {
            steps <= settings.horizon
                ? usual.prefix(steps)
                : Self.forecast(history, steps: steps, parameters, errors)
        }
    }
}
