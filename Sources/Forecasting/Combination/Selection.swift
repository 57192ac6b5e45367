import TimeSeries

/// Chooses among the candidates of the catalogue by their errors at the same rolling origins.
///
/// The method with the smallest mean absolute error over all horizons is fitted again on the whole
/// history; of two as good, the simpler one is taken. Methods that need more history than there is do
/// not take part; without enough history for origins, the simplest one wins.
///
/// - Source: Tashman, *Out-of-sample tests of forecasting accuracy*, Int. J. Forecasting 16 (2000).
struct Selection {
    let history: Series
    let settings: MethodSettings

    /// A candidate replaces a simpler one only when it is better by this share, which keeps the choice
    /// from following noise.
    static let margin = 0.01

    func fit(
        progress: FitProgress
    ) throws(ForecastError) -> (name: String, model: any ForecastModel) {
        let simplest = ForecasterCatalog.entries.first { $0.isCandidate } ?? ForecasterCatalog.entries[0]
        let entry = try best(progress: progress)?.entry ?? simplest
        let model = try entry.make(settings).fit(history, progress: progress)
        return ("\(ForecasterCatalog.automatic)/\(entry.name)", model)
    }

    /// The candidate with the least error and its errors; `nil` without enough history for origins.
    func best(
        progress: FitProgress
    ) throws(ForecastError) -> (entry: ForecasterCatalog.Entry, errors: RollingErrors)? {
        var best: (entry: ForecasterCatalog.Entry, errors: RollingErrors)?
        for entry in ForecasterCatalog.entries where entry.isCandidate {
            let errors = try RollingErrors(
                of: entry.make(settings), on: history, steps: settings.horizon, period: settings.period,
                progress: progress)
            guard let errors else { continue }
            if let best, errors.meanAbsoluteError >= best.errors.meanAbsoluteError * (1 - Self.margin) {
                continue
            }
            best = (entry, errors)
        }
        return best
    }
}
