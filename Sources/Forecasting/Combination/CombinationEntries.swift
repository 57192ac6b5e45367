import TimeSeries

extension ForecasterCatalog {
    static let medianName = "median"
    static let scumName = "scum"

    /// Methods made of others.
    static let combinations: [Entry] = [
        Entry(
            name: medianName, summary: "The median of four cheap methods of different kinds.",
            source: "Petropoulos & Svetunkov, International Journal of Forecasting 36 (2020)",
            make: { MedianCombination(of: MedianCombination.quick, settings: $0) },
            read: reading(MedianCombination.Model.self)),
        Entry(
            name: scumName, summary: "The median of ETS, CES, ARIMA and the dynamic optimised Theta method.",
            source: "Petropoulos & Svetunkov, International Journal of Forecasting 36 (2020)",
            isSlow: true,
            make: { MedianCombination(of: MedianCombination.scum, settings: $0) },
            read: reading(MedianCombination.Model.self)),
    ]
}
