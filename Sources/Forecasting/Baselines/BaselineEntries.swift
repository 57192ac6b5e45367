import TimeSeries

extension ForecasterCatalog {
    private static let textbook =
        "Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2"

    /// Methods without a parameter.
    static let baselines: [Entry] = [
        Entry(
            name: "mean", summary: "The mean of all values.", source: textbook,
            make: { _ in HistoricalMean() },
            read: reading(HistoricalMean.Model.self)),
        Entry(
            name: "naive", summary: "Repeats the last value.", source: textbook,
            make: { _ in SeasonalNaive(period: 1) },
            read: reading(SeasonalNaive.Model.self)),
        Entry(
            name: "drift", summary: "Goes on along the line from the first value to the last one.",
            source: textbook,
            make: { _ in Drift() },
            read: reading(Drift.Model.self)),
        Entry(
            name: "seasonal-naive", summary: "Repeats the last season, or the last value.",
            source: textbook,
            isCandidate: true,
            make: { SeasonalNaive(period: $0.period) },
            read: reading(SeasonalNaive.Model.self)),
    ]
}
