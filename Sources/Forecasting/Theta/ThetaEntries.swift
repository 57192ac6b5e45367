import TimeSeries

extension ForecasterCatalog {
    private static let thetaSource = "Fiorucci et al., Int. J. Forecasting 32 (2016)"

    /// The Theta models.
    static let thetas: [Entry] = [
        Entry(
            name: "theta", summary: "Smoothed level with half the drift of the line: the Theta method.",
            source: "Assimakopoulos & Nikolopoulos, Int. J. Forecasting 16 (2000); " + thetaSource,
            make: { Theta(.standard, period: $0.period) },
            read: reading(ThetaModel.self)),
        Entry(
            name: "otm", summary: "The Theta method with an estimated share of the drift.",
            source: thetaSource,
            make: { Theta(.optimised, period: $0.period) },
            read: reading(ThetaModel.self)),
        Entry(
            name: "dotm", summary: "The optimised Theta method whose line follows the values.",
            source: thetaSource,
            make: { Theta(.dynamicOptimised, period: $0.period) },
            read: reading(ThetaModel.self)),
        Entry(
            name: "auto-theta", summary: "The best of the four Theta models by one-step errors.",
            source: thetaSource + "; Garza, Mergenthaler, Challú & Olivares, StatsForecast (2022)",
            make: { AutoTheta(period: $0.period) },
            read: reading(ThetaModel.self)),
    ]
}
