import TimeSeries

extension ForecasterCatalog {
    /// Linear regressions on the past.
    static let regressions: [Entry] = [
        Entry(
            name: "ridge", summary: "Linear autoregression on lags and phase with a ridge penalty.",
            source: "Hoerl & Kennard, Technometrics 12 (1970); Golub, Heath & Wahba, Technometrics 21 (1979)",
            isCandidate: true,
            make: { RidgeAutoregression(period: $0.period, longPeriod: $0.longPeriod) },
            read: reading(RidgeAutoregression.Model.self))
    ]
}
