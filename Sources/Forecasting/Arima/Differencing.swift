import Glibc

/// How many differences make a series stationary.
enum Differencing {
    /// The most plain differences.
    static let mostPlain = 2
    /// The 5 % critical value of the test about a level: Kwiatkowski et al., 1992, table 1.
    static let criticalValue = 0.463
    /// A season of at least this strength is differenced.
    ///
    /// - Source: Wang, Smith & Hyndman, *Characteristic-based clustering for time series data*, Data Mining
    ///   and Knowledge Discovery 13 (2006), for the measure; the threshold is that of the R package forecast.
    static let leastStrength = 0.64
    /// A season is judged from so many cycles on.
    static let fewestCycles = 3
    /// The season may change over about so many cycles.
    private static let seasonWindow = 11

    /// Differences d and D of a series without gaps.
    ///
    /// - Parameter period: Steps in one season; 1 where a season is not to be differenced.
    static func choose(_ values: [Double], period: Int) -> (plain: Int, seasonal: Int) {
        var left = values
        var seasonal = 0
        if period > 1, values.count >= fewestCycles * period,
            seasonalStrength(values, period: period) > leastStrength
        {
            seasonal = 1
            left = LagPolynomial([-1], spacing: period).applied(to: left)
        }
        var plain = 0
        while plain < mostPlain, left.count > 3, levelStatistic(left) > criticalValue {
            plain += 1
            left = LagPolynomial([-1]).applied(to: left)
        }
        return (plain, seasonal)
    }

    /// The KPSS statistic: large when the values do not stay about a level. 0 for a constant series.
    ///
    /// - Source: Kwiatkowski, Phillips, Schmidt & Shin, J. Econometrics 54 (1992); ⌊3√n / 13⌋ lags as in
    ///   Hyndman & Khandakar, J. Statistical Software 27 (2008).
    static func levelStatistic(_ values: [Double]) -> Double {
        let n = values.count
        let mean = values.reduce(0, +) / Double(n)
        let errors = values.map { $0 - mean }
        let lags = Int(3 * Double(n).squareRoot() / 13)
        var variance = 0.0
        for lag in 0...lags {
            var sum = 0.0
            for t in lag..<max(n, lag) { sum += errors[t] * errors[t - lag] }
            variance += lag == 0 ? sum : 2 * (1 - Double(lag) / Double(lags + 1)) * sum
        }
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard variance > Double(n) * pow(largest * 1e-12, 2) else { return 0 }
        var partial = 0.0
        var squares = 0.0
        for error in errors {
            partial += error
            squares += partial * partial
        }
        return squares / (Double(n) * variance)
    }

    /// 1 − Var(R) / Var(S + R) of a decomposition into trend, season S and remainder R; 0 ... 1.
    ///
    /// The decomposition is that of STL with a season that is locally constant. O(n m).
    ///
    /// - Source: Cleveland, Cleveland, McRae & Terpenning, *STL*, J. Official Statistics 6 (1990).
    static func seasonalStrength(_ values: [Double], period: Int) -> Double {
        let smoother = STL(period: period, seasonal: Loess(window: seasonWindow, degree: 0)).jumping
        guard values.count >= 2 * period,
            let parts = try? smoother.decompose(filled: values, progress: .ignored)
        else { return 0 }
        let (trend, season) = parts
        let both = zip(values, trend).map { $0 - $1 }
        let rest = variance(zip(both, season).map { $0 - $1 })
        let whole = variance(both)
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard whole > pow(largest * 1e-12, 2) else { return 0 }
        return min(max(1 - rest / whole, 0), 1)
    }

    private static func variance(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}
