import TimeSeries

extension ForecasterCatalog {
    /// Exponential smoothing.
    static let smoothing: [Entry] = [
        Entry(
            name: "holt-winters",
            summary: "Exponential smoothing of level, damped trend and additive season.",
            source: "Gardner & McKenzie, Management Science 31 (1985)",
            isCandidate: true,
            make: { HoltWinters(period: $0.period) },
            read: reading(HoltWinters.Model.self)),
        Entry(
            name: "ses",
            summary: "Simple exponential smoothing: a level alone.",
            source: "Hyndman, Koehler, Snyder & Grose, International Journal of Forecasting 18 (2002)",
            make: { _ in ETS(form: ETS.Form(error: .additive)) },
            read: reading(ETS.Model.self)),
        Entry(
            name: "holt",
            summary: "Exponential smoothing of level and trend.",
            source: "Hyndman, Koehler, Snyder & Grose, International Journal of Forecasting 18 (2002)",
            make: { _ in ETS(form: ETS.Form(error: .additive, trend: .additive)) },
            read: reading(ETS.Model.self)),
        Entry(
            name: "damped",
            summary: "Exponential smoothing of level and damped trend.",
            source: "Hyndman, Koehler, Snyder & Grose, International Journal of Forecasting 18 (2002)",
            make: { _ in ETS(form: ETS.Form(error: .additive, trend: .damped)) },
            read: reading(ETS.Model.self)),
        Entry(
            name: "ets",
            summary: "The exponential smoothing model with the least AICc of fifteen.",
            source: "Hyndman, Koehler, Snyder & Grose, International Journal of Forecasting 18 (2002)",
            isSlow: true,
            make: { ETS(period: $0.period) },
            read: reading(ETS.Model.self)),
        Entry(
            name: "ces",
            summary: "Complex exponential smoothing, its season chosen by AICc.",
            source: "Svetunkov, Kourentzes & Ord, Naval Research Logistics 69 (2022)",
            isSlow: true,
            make: { CES(period: $0.period) },
            read: reading(CES.Model.self)),
    ]
}
