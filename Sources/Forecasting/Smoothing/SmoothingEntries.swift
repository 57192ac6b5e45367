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
            read: reading(HoltWinters.Model.self))
    ]
}
