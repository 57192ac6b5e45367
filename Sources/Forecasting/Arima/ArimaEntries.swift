import TimeSeries

extension ForecasterCatalog {
    /// Box and Jenkins.
    static let arima: [Entry] = [
        Entry(
            name: "arima",
            summary: "Seasonal ARIMA; a stepwise search by AICc chooses the orders.",
            source: "Hyndman & Khandakar, J. Statistical Software 27 (2008)",
            isSlow: true,
            make: { AutoARIMA(period: $0.period) },
            read: reading(ARIMAModel.self))
    ]
}
