public import Forecasting
import Numerics

/// The two fusions that are learned.
public enum FusionKind: String, CaseIterable, Sendable {
    /// Of evidence that sees earlier values only, in the full tier.
    case causal
    /// Of evidence that sees the whole series, for files.
    case batch

    /// The folder of its numbers below `Models/`.
    public var model: String { "fusion-" + rawValue }

    /// The version of its numbers, a folder below that: another one for another choice of evidence.
    public var version: Int {
        switch self {
        case .causal: 1
        case .batch: 2
        }
    }
}

/// What a fusion learns from one labelled series: a part of its features.
public struct FusionCase: Sendable {
    let example: FusionExample

    /// The recording that the series is a part of.
    public var source: String { example.source }

    /// Looks at a series.
    ///
    /// - Parameters:
    ///   - values: Oldest first; `nan` marks a missing one, of which nothing is learned.
    ///   - isAnomalous: One a value.
    ///   - source: The recording that it is a part of; all of them are held out together.
    /// - Returns: `nil` where no value, or every value, is anomalous, or the series holds still.
    /// - Throws: ``ForecastError/cancelled``.
    public init?(
        _ kind: FusionKind, values: [Double], isAnomalous: [Bool], source: String,
        progress: FitProgress = .ignored
    ) throws(ForecastError) {
        precondition(values.count == isAnomalous.count, "\(isAnomalous.count) labels of \(values.count)")
        let seen: Seen
        switch kind {
        case .causal: seen = try Self.causal(values, progress)
        case .batch: seen = try Self.batch(values, progress)
        }
        let known = values.indices.filter { values[$0].isFinite }
        guard !seen.sums.isEmpty,
            let example = FusionExample(
                source: source, width: seen.width, sums: seen.sums, among: known,
                isAnomalous: isAnomalous, feature: { seen.feature($0, $1) })
        else { return nil }
        self.example = example
    }

    /// The features of all values, as they come: value by value, or row by row.
    private struct Seen {
        var width: Int
        var sums: [Double]
        var features: [Float]
        var isByValue: Bool

        func feature(_ step: Int, _ number: Int) -> Float {
            features[isByValue ? step * width + number : number * sums.count + step]
        }
    }

    private static func causal(_ values: [Double], _ progress: FitProgress) throws(ForecastError) -> Seen {
        var ranking = FullRanking()
        let width = FullRanking.features
        var seen = Seen(width: width, sums: [], features: [], isByValue: true)
        seen.features.reserveCapacity(values.count * width)
        for (step, value) in values.enumerated() {
            if step.isMultiple(of: 1_024) { try progress.checkpoint() }
            guard value.isFinite else {
                ranking.skip()
                seen.sums.append(0)
                seen.features += [Float](repeating: 0, count: width)
                continue
            }
            let (features, sum) = ranking.example(value)
            for i in 0..<width { seen.features.append(Float(features[i])) }
            seen.sums.append(sum)
        }
        return seen
    }

    private static func batch(_ values: [Double], _ progress: FitProgress) throws(ForecastError) -> Seen {
        let series = StandardSeries(values)
        guard !series.values.isEmpty else { return Seen(width: 0, sums: [], features: [], isByValue: false) }
        let period = BatchBank.period(of: series.values)
        let rows = try BatchBank.rows(of: series.values, period: period, progress: progress.unreported)
        let features = BatchFusion(network: nil).features(of: rows, period: period, all: true)
        return Seen(
            width: features.rows.count, sums: features.sum,
            features: features.rows.flatMap { $0.map { Float($0) } }, isByValue: false)
    }
}

/// Learns a fusion from labelled series.
public struct FusionLearner: Sendable {
    private let kind: FusionKind
    private let cases: [FusionCase]
    private let seed: UInt64

    /// A learner that knows these cases; at least one.
    public init(_ kind: FusionKind, _ cases: [FusionCase], seed: UInt64 = 1) {
        precondition(!cases.isEmpty, "no case to learn from")
        self.kind = kind
        self.cases = cases
        self.seed = seed
    }

    /// The fusion of all cases whose source is not held out.
    ///
    /// - Returns: `nil` when none is left.
    /// - Throws: ``ForecastError/cancelled``.
    public func learn(
        without heldOut: Set<String> = [], progress: FitProgress = .ignored
    ) throws(ForecastError) -> LearnedFusion? {
        let chosen = cases.indices.filter { !heldOut.contains(cases[$0].source) }
        guard !chosen.isEmpty else { return nil }
        let training = FusionTraining(cases.map(\.example), progress: progress)
        return LearnedFusion(kind: kind, network: try training.train(on: chosen, seed: seed))
    }
}

/// A fusion that was learned.
public struct LearnedFusion: Sendable {
    let kind: FusionKind
    let network: FusionNetwork

    /// Its numbers as they lie in `Models/`, exact to the last bit.
    public var text: String { network.text }

    /// Ranks the values of a series: at least 0, `nan` where one is missing.
    ///
    /// - Throws: ``ForecastError/cancelled``.
    public func ranks(
        of values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> [Double] {
        switch kind {
        case .causal:
            let ranks = try SeriesRanking(values, network: network, progress: progress).ranks
            return zip(values, ranks).map { $0.isFinite ? $1 : .nan }
        case .batch: return try BatchRanking(network: network).ranks(of: values, progress: progress)
        }
    }
}
