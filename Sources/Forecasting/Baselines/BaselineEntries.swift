import TimeSeries

extension ForecasterCatalog {
    /// Methods without a parameter.
    static let baselines: [Entry] = [
        Entry(
            name: "seasonal-naive", summary: "Repeats the last season, or the last value.",
            source: "Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2",
            isCandidate: true,
            make: { SeasonalNaive(period: $0.period) },
            read: reading(SeasonalNaive.Model.self))
    ]
}
