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
    /// The season may change over about so many cycles, and the rounds of the decomposition.
    private static let (seasonWindow, rounds) = (11, 2)

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
        let n = values.count
        let share = 1 - 1.5 / Double(seasonWindow)
        let trendWindow = Int((1.5 * Double(period) / share).rounded(.up)) | 1
        var trend = [Double](repeating: 0, count: n)
        var season = trend
        for _ in 0..<rounds {
            let cycles = smoothedCycles(zip(values, trend).map { $0 - $1 }, period: period)
            let level = movingMean(movingMean(movingMean(cycles, period), period), 3)
            season = (0..<n).map { cycles[$0 + period] - level[$0] }
            trend = Loess(window: trendWindow, degree: 1).smoothed(zip(values, season).map { $0 - $1 })
        }
        let both = zip(values, trend).map { $0 - $1 }
        let rest = variance(zip(both, season).map { $0 - $1 })
        let whole = variance(both)
        let largest = values.reduce(0) { max($0, abs($1)) }
        guard whole > pow(largest * 1e-12, 2) else { return 0 }
        return min(max(1 - rest / whole, 0), 1)
    }

    /// Every phase smoothed over its cycles, with a cycle more at each end: n + 2m values.
    private static func smoothedCycles(_ values: [Double], period: Int) -> [Double] {
        var cycles = [Double](repeating: 0, count: values.count + 2 * period)
        for phase in 0..<period {
            let steps = Array(stride(from: phase, to: values.count, by: period))
            let smooth = Loess(window: seasonWindow, degree: 0).smoothed(steps.map { values[$0] })
            for (step, value) in zip(steps, smooth) { cycles[step + period] = value }
            if let first = smooth.first, let last = smooth.last, let end = steps.last {
                cycles[phase] = first
                cycles[end + 2 * period] = last
            }
        }
        return cycles
    }

    /// Means of `count` neighbours: as many fewer.
    private static func movingMean(_ values: [Double], _ count: Int) -> [Double] {
        (0...values.count - count).map { start in
            values[start..<start + count].reduce(0, +) / Double(count)
        }
    }

    private static func variance(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    }
}

/// Local regression of evenly spaced values, weighted by the tricube of the distance.
///
/// - Source: Cleveland, *Robust locally weighted regression*, J. American Statistical Association 74 (1979).
struct Loess {
    /// How many neighbours count.
    let window: Int
    /// 0 for a local mean, 1 for a local line.
    let degree: Int

    /// The smooth at every value. O(n × window).
    func smoothed(_ values: [Double]) -> [Double] {
        let n = values.count
        let span = min(window, n)
        return (0..<n).map { centre in
            let first = min(max(centre - span / 2, 0), n - span)
            var reach = Double(max(centre - first, first + span - 1 - centre))
            if window > n { reach += Double((window - n) / 2) }
            var (weights, moment, square, sum, product) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for i in first..<first + span {
                let distance = Double(i - centre)
                let share = min(abs(distance) / max(reach, 1), 1)
                let cube = 1 - share * share * share
                let weight = cube * cube * cube
                weights += weight
                moment += weight * distance
                square += weight * distance * distance
                sum += weight * values[i]
                product += weight * distance * values[i]
            }
            let spread = square * weights - moment * moment
            guard degree == 1, spread > 1e-12 * square * weights else { return sum / weights }
            return (square * sum - moment * product) / spread
        }
    }
}
