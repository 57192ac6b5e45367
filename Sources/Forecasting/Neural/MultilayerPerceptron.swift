import Numerics
public import TimeSeries

/// A small neural network: the last values and the phase of the season → hidden layer → whole horizon.
///
/// Each window is normalised by itself (its last value is taken off, its spread divided out), so that
/// level and scale of the series do not matter. Trained with Adam on the Huber loss; the last windows
/// are kept aside to stop early. The same seed gives the same network.
///
/// - Source: Zhang, Patuwo & Hu, *Forecasting with artificial neural networks*, Int. J. Forecasting 14
///   (1998); Kim et al., *Reversible instance normalization*, ICLR 2022; Kingma & Ba, *Adam*, ICLR 2015.
public struct MultilayerPerceptron: Forecaster, Equatable {
    /// Season, span ahead and seed.
    public var settings: MethodSettings

    /// Hidden units.
    static let hidden = 48
    /// The network predicts at most so many steps at once; longer horizons are walked in blocks.
    static let longestBlock = 96
    static let longestInput = 96
    static let batch = 64
    static let mostEpochs = 60
    static let patience = 8
    static let learningRate = 3e-3
    static let weightDecay = 1e-4
    /// At most so many windows are learned from, spread evenly over the history.
    static let mostWindows = 4_096

    /// The method for a series with these settings.
    public init(settings: MethodSettings) {
        self.settings = settings
    }

    /// Windows need a few values on either side.
    public var minimumHistory: Int { 16 }

    /// Trains the network: at most 60 epochs over at most 4,096 windows.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        let windows = PerceptronWindows(
            count: filled.values.count, period: settings.period, horizon: settings.horizon)
        let network = try PerceptronTraining(windows: windows, seed: settings.seed)
            .train(on: filled, progress: progress)
        return Model(network: network, windows: windows, history: filled.values)
    }
}
