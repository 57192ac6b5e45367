public import TimeSeries

/// Learns the numbers of the automatic combination from examples.
///
/// The network is trained first. The weights then see, for each source, the forecasts of a network that was
/// trained without it, lest they trust it as much as it fits; the quantiles see the errors of both.
public struct AutoLearner: Sendable {
    private let cases: [AutoCase]
    private let seed: UInt64
    /// Which share of the steps of a training is made.
    private let effort: Double

    /// How many networks are trained with a part of the sources held out.
    public static let folds = 5

    /// A learner from prepared examples.
    ///
    /// - Parameter seed: Where shuffles and random weights begin.
    public init(_ cases: [AutoCase], seed: UInt64 = 1) {
        self.init(cases, seed: seed, effort: 1)
    }

    init(_ cases: [AutoCase], seed: UInt64, effort: Double) {
        self.cases = cases
        self.seed = seed
        self.effort = effort
    }

    /// The part of the sources, 0 ..< `folds`, in which each source is held out: dealt in turn within each
    /// set, so that every part has its share of every set.
    public static func parts(of examples: [AutoExample], folds: Int) -> [String: Int] {
        var parts: [String: Int] = [:]
        var sets: [String: [String]] = [:]
        for example in examples where !(sets[example.set]?.contains(example.source) ?? false) {
            sets[example.set, default: []].append(example.source)
        }
        for (number, set) in sets.keys.sorted().enumerated() {
            let new = (sets[set] ?? []).filter { parts[$0] == nil }
            // The order of a set may mean something; a hash of the name does not.
            for (place, source) in new.sorted(by: { (hash($0), $0) < (hash($1), $1) }).enumerated() {
                parts[source] = (place + number) % folds
            }
        }
        return parts
    }

    /// FNV-1a, the same on every machine.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// Learns from all examples but those of some sources.
    ///
    /// - Throws: ``ForecastError/cancelled``, ``ForecastError/historyTooShort(needed:got:)`` for fewer
    ///   examples than can be learned from.
    public func learn(
        without heldOut: Set<String> = [], progress: FitProgress = .ignored
    ) throws(ForecastError) -> AutoLearned {
        let rows = cases.indices.filter { !heldOut.contains(cases[$0].example.source) }
        guard rows.count >= Self.fewestExamples else {
            throw .historyTooShort(needed: Self.fewestExamples, got: rows.count)
        }
        let parts = Self.parts(of: rows.map { cases[$0].example }, folds: Self.folds)
        let training = NetworkTraining(cases, effort: effort, progress: progress)
        var networks: [DenseWeights] = []
        for fold in 0..<Self.folds {
            try progress.advance(to: fold, of: Self.folds + 3)
            let kept = rows.filter { parts[cases[$0].example.source] != fold }
            networks.append(try training.train(on: kept, seed: seed &+ UInt64(fold)))
        }
        try progress.advance(to: Self.folds, of: Self.folds + 3)
        let network = try training.train(on: rows, seed: seed &+ UInt64(Self.folds))
        func foreign(_ row: Int) -> DenseWeights {
            parts[cases[row].example.source].map { networks[$0] } ?? network
        }
        try progress.advance(to: Self.folds + 1, of: Self.folds + 3)
        let weighed = cases.indices.map { WeighedCase(cases[$0], network: foreign($0)) }
        let weights = try WeightTraining(
            weighed, weights: CaseWeights(cases, learning: rows), effort: effort
        ).train(
            on: rows, features: cases.map(\.evidence.features), seed: seed, progress: progress.unreported)
        try progress.advance(to: Self.folds + 2, of: Self.folds + 3)
        let quantiles = QuantileTraining(cases, rows, network: foreign, weights).train(
            seed: seed, effort: effort)
        return AutoLearned(AutoParameters(weights: weights, network: network, quantiles: quantiles))
    }

    private static let fewestExamples = 20
}

/// The learned numbers of an automatic combination.
public struct AutoLearned: Sendable, Equatable {
    let parameters: AutoParameters

    init(_ parameters: AutoParameters) {
        self.parameters = parameters
    }

    /// Those that this build forecasts with.
    public static var shipped: AutoLearned { AutoLearned(.shipped) }

    /// The form in which they lie in `Models/auto`, exact to the last bit.
    public var text: String { parameters.text }

    /// Fits a history with these numbers: what `auto` does with its own.
    ///
    /// - Throws: ``ForecastError``.
    public func fit(_ history: Series, settings: MethodSettings) throws(ForecastError) -> FittedMethod {
        let fit = try AutoForecaster(settings: settings, parameters: parameters).fit(
            history, progress: .ignored)
        return FittedMethod(fit, history: history)
    }
}
