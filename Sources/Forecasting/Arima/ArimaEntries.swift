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
            read: reading(ARIMAModel.self)),
        Entry(
            name: "harmonic",
            summary: "Sines and cosines of one or several seasons with ARIMA errors.",
            source: "Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 10.5",
            isSlow: true,
            make: { HarmonicRegression(periods: $0.season) },
            read: reading(ARIMAModel.self)),
    ]
}
