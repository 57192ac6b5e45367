import TimeSeries

/// Decomposition with several seasons: ``STL`` for one after the other, each on what the others leave.
///
/// A second round takes the seasonal parts out of each other's way. The trend is that of the longest season.
///
/// - Source: Bandara, Hyndman & Bergmeir, *MSTL: a seasonal-trend decomposition algorithm for time series
///   with multiple seasonal patterns*, International Journal of Operational Research 52 (2025).
public struct MSTL: Sendable, Equatable {
    /// One decomposition a season, in the order in which they are found: the shortest period first.
    public var seasons: [STL]
    /// Rounds over all seasons, at least 1; one is enough for a single season.
    public var rounds: Int

    /// The published seasonal windows: 11 for the first season, 4 more for each after it.
    static let window = (first: 11, further: 4)
    /// The published number of rounds.
    static let publishedRounds = 2

    /// A decomposition with these periods, ascending, each at least 2, and the published windows.
    ///
    /// - Parameters:
    ///   - seasonalDegree: 0 or 1; the default is that of R's `mstl`.
    ///   - isRobust: Whether each ``STL`` is robust.
    public init(periods: [Int], seasonalDegree: Int = 0, isRobust: Bool = false) {
        precondition(
            !periods.isEmpty && zip(periods, periods.dropFirst()).allSatisfy { $0 < $1 }, "\(periods)")
        seasons = periods.enumerated().map { i, period in
            let window = Self.window.first + Self.window.further * i
            return STL(
                period: period, seasonal: Loess(window: window, degree: seasonalDegree), isRobust: isRobust)
        }
        rounds = periods.count == 1 ? 1 : Self.publishedRounds
    }

    /// The same decomposition with fits only at every tenth of each window: see ``STL/jumping``.
    public var jumping: MSTL {
        var fast = self
        fast.seasons = seasons.map(\.jumping)
        return fast
    }

    /// Takes a series apart.
    ///
    /// - Parameters:
    ///   - values: Oldest first, at least two of the longest season; `nan` is filled on a line between its
    ///     neighbours.
    ///   - progress: May cancel.
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``,
    ///   ``ForecastError/cancelled``.
    /// - Complexity: That of ``STL/decompose(_:progress:)`` times rounds and seasons.
    public func decompose(
        _ values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> SeasonalDecomposition {
        let longest = seasons.reduce(1) { max($0, $1.period) }
        let filled = try FilledHistory(Series(values: values), atLeast: 2 * longest)
        var rest = filled.values
        var trend = rest
        var parts = seasons.map { _ in [Double](repeating: 0, count: values.count) }
        for _ in 0..<rounds {
            for (i, stl) in seasons.enumerated() {
                for step in rest.indices { rest[step] += parts[i][step] }
                (trend, parts[i]) = try stl.decompose(filled: rest, progress: progress)
                for step in rest.indices { rest[step] -= parts[i][step] }
            }
        }
        let remainder = rest.indices.map { filled.wasMissing[$0] ? .nan : rest[$0] - trend[$0] }
        return SeasonalDecomposition(trend: trend, seasonals: parts, remainder: remainder)
    }
}
