import TimeSeries

extension ForecasterCatalog {
    /// Linear regressions on the past.
    static let regressions: [Entry] = [
        Entry(
            name: "ridge", summary: "Linear autoregression on lags and phase with a ridge penalty.",
            source: "Hoerl & Kennard, Technometrics 12 (1970); Golub, Heath & Wahba, Technometrics 21 (1979)",
            isCandidate: true,
            make: { RidgeAutoregression(period: $0.period, longPeriod: $0.longPeriod) },
            read: reading(RidgeAutoregression.Model.self)),
        Entry(
            name: "ridge-direct", summary: "Linear regression from lags and phase to the whole horizon.",
            source: "Chevillon, Journal of Economic Surveys 21 (2007)",
            make: { DirectRidge(period: $0.period, longPeriod: $0.longPeriod, horizon: $0.horizon) },
            read: reading(DirectRidge.Model.self)),
    ]
}
