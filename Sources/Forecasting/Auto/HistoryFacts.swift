import Numerics

/// Plain facts of a history that scales and quantiles rest on, in the unit of the series.
struct HistoryFacts {
    /// Quantiles of the absolute change over a season.
    let seasonal80: Double
    let seasonal95: Double
    /// Quantiles of the last values.
    let low99: Double
    let low90: Double
    let high90: Double
    let high99: Double
    /// Mean absolute changes, each held within four times their 80 % quantile: over a season, from step to
    /// step, the same of late, and over the horizon in whole seasons.
    let seasonal: Double
    let change: Double
    let recentChange: Double
    let drift: Double

    private static let recentValues = (fewest: 400, cycles: 8)
    private static let recentChanges = (fewest: 24, most: 96)
    private static let reach = 4.0

    /// Facts of at least two values.
    init(_ y: [Double], period m: Int, steps: Int) {
        let count = y.count
        let changes = Self.changes(y, over: 1)
        var seasons = count > m ? Self.changes(y, over: m) : [0]
        seasonal = count > m ? Self.heldMean(seasons) : Self.mean(changes)
        seasonal80 = Descriptive.quantile(inPlace: &seasons, 0.8)
        seasonal95 = Descriptive.quantile(inPlace: &seasons, 0.95)
        var recent = Array(y.suffix(max(Self.recentValues.fewest, Self.recentValues.cycles * m)))
        low99 = Descriptive.quantile(inPlace: &recent, 0.01)
        low90 = Descriptive.quantile(inPlace: &recent, 0.1)
        high90 = Descriptive.quantile(inPlace: &recent, 0.9)
        high99 = Descriptive.quantile(inPlace: &recent, 0.99)
        change = Self.heldMean(changes)
        let late = max(Self.recentChanges.fewest, min(m, Self.recentChanges.most))
        recentChange = Self.heldMean(Array(changes.suffix(late)))
        let whole = (steps + m - 1) / m * m
        drift = Self.heldMean(Self.changes(y, over: whole >= count ? max(count / 2, 1) : whole))
    }

    private static func changes(_ y: [Double], over lag: Int) -> [Double] {
        (lag..<y.count).map { abs(y[$0] - y[$0 - lag]) }
    }

    private static func mean(_ sizes: [Double]) -> Double {
        sizes.reduce(0, +) / Double(sizes.count)
    }

    /// The mean of sizes, each held within four times their 80 % quantile where that is not 0.
    static func heldMean(_ sizes: [Double]) -> Double {
        let limit = limit(of: sizes)
        return sizes.reduce(0) { $0 + min($1, limit) } / Double(sizes.count)
    }

    /// Four times the 80 % quantile of sizes; none where that is 0.
    static func limit(of sizes: [Double]) -> Double {
        let limit = reach * Descriptive.quantile(sizes, 0.8)
        return limit > 0 ? limit : .infinity
    }
}
