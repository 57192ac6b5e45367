import TimeSeries

extension ForecasterCatalog {
    /// Neural networks fitted to one series.
    static let networks: [Entry] = [
        Entry(
            name: "mlp", summary: "A small neural network from lags and phase to the whole horizon.",
            source: "Zhang, Patuwo & Hu, International Journal of Forecasting 14 (1998)",
            isSlow: true,
            make: { MultilayerPerceptron(settings: $0) },
            read: reading(MultilayerPerceptron.Model.self))
    ]
}
