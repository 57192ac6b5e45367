public import Forecasting
import Numerics

/// A value that a metric should not reach.
public struct Limit: Sendable, Equatable {
    /// Which values have reached it.
    public enum Comparison: String, Sendable, CaseIterable {
        case above = ">"
        case atLeast = ">="
        case below = "<"
        case atMost = "<="
    }

    /// Which values have reached it.
    public var comparison: Comparison
    /// The limit, in the unit of the series; finite.
    public var value: Double

    /// A limit on a value.
    public init(_ comparison: Comparison, _ value: Double) {
        self.comparison = comparison
        self.value = value
    }

    func isReached(by value: Double) -> Bool {
        switch comparison {
        case .above: value > self.value
        case .atLeast: value >= self.value
        case .below: value < self.value
        case .atMost: value <= self.value
        }
    }
}

/// Why a question has no answer.
public enum AnalysisError: Error, Equatable {
    /// The forecast has `got` residual paths, `needed` are needed for a probability.
    case tooFewPaths(needed: Int, got: Int)
}

/// How likely a series is to reach a limit within the horizon, and when.
public struct TimeToLimit: Sendable, Equatable {
    /// The limit asked about.
    public var limit: Limit
    /// The share of paths that reach it within the horizon, 0 ... 1.
    public var probability: Double
    /// The step, counted from 0, by which 10 % of the paths have reached it; `nil` when fewer do.
    public var p10: Int?
    /// The same for 50 %.
    public var p50: Int?
    /// The same for 90 %.
    public var p90: Int?

    /// Fewer paths say nothing of a probability.
    public static let fewestPaths = 10

    /// Answers from the ways that the future may go, which the errors of a method at rolling origins give:
    /// see ``FittedMethod/paths(steps:extend:)``.
    ///
    /// Paths shorter than the horizon, as those of the last origins are, are continued by another path's
    /// errors, added at their end. The same seed gives the same answer. O(paths × steps).
    ///
    /// - Source: bootstrap forecast paths, Hyndman & Athanasopoulos, *Forecasting: Principles and
    ///   Practice*, 3rd ed., section 5.5.
    /// - Throws: ``AnalysisError/tooFewPaths(needed:got:)``.
    public init(
        _ limit: Limit, for method: FittedMethod, steps: Int, seed: UInt64
    ) throws(AnalysisError) {
        let paths = method.paths(steps: steps) { ResidualPaths($0, steps: $1, seed: seed).paths }
        guard paths.count >= Self.fewestPaths else {
            throw .tooFewPaths(needed: Self.fewestPaths, got: paths.count)
        }
        let reached = paths.compactMap { path in path.firstIndex { limit.isReached(by: $0) } }.sorted()
        func crossing(_ share: Double) -> Int? {
            let rank = Int((share * Double(paths.count)).rounded(.up)) - 1
            return rank < reached.count ? reached[max(rank, 0)] : nil
        }
        self.limit = limit
        probability = Double(reached.count) / Double(paths.count)
        p10 = crossing(0.1)
        p50 = crossing(0.5)
        p90 = crossing(0.9)
    }
}

/// Paths of errors as long as the horizon.
struct ResidualPaths {
    let paths: [[Double]]

    init(_ errors: RollingErrors, steps: Int, seed: UInt64) {
        // A missing error is stood in for by the one before it: errors of neighbouring steps are close.
        let known: [[Double]] = errors.paths.compactMap { path in
            guard path[0].isFinite, let end = path.lastIndex(where: \.isFinite) else { return nil }
            var last = 0.0
            return path[...end].map { error in
                if error.isFinite { last = error }
                return last
            }
        }
        // The last origins do not see the whole horizon; the half that sees most of it serves.
        let wanted = min(known.count, max(TimeToLimit.fewestPaths, known.count / 2))
        guard wanted > 0 else {
            paths = []
            return
        }
        let reach = known.map(\.count).sorted(by: >)[wanted - 1]
        let full = known.filter { $0.count >= reach }.map { Array($0.prefix(steps)) }
        var random = Xoshiro256StarStar(seed: seed)
        paths = full.map { path in
            var path = path
            while path.count < steps {
                let end = path[path.count - 1]
                let next = full[Int.random(in: 0..<full.count, using: &random)]
                path += next.prefix(steps - path.count).map { end + $0 }
            }
            return path
        }
    }
}
