import Numerics
public import TimeSeries

/// Dynamic harmonic regression: sines and cosines for the seasons, an ARIMA process for the rest.
///
/// Good for long seasons and several of them. The number of pairs of each season is chosen by AICc after an
/// autoregression has been taken out of series and waves; the orders of the ARIMA errors come from the
/// search of ``AutoARIMA``, with seasonal terms for the shortest season where that is short enough, so that
/// its shape may move; then the waves are estimated once more by generalised least squares with the errors
/// that were found. A season is used when the history holds it
/// twice. Of a long history the last ``longestWindow`` values count, or four of the longest season.
/// Missing values are filled on straight lines for the fit; those at the end are predicted. O(n k²) for
/// k waves.
///
/// - Source: Young, Pedregal & Tych, *Dynamic harmonic regression*, J. Forecasting 18 (1999), for the name;
///   Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., section 10.5.
public struct HarmonicRegression: Forecaster, Equatable {
    /// Steps in each season, ascending, each at least 2; empty for none.
    public var periods: [Int]

    /// The method for these seasons.
    public init(periods: [Int]) {
        precondition(periods.allSatisfy { $0 >= 2 }, "periods of \(periods)")
        self.periods = periods
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// The waves are estimated on at most so many values, unless the seasons are longer.
    public static let longestWindow = 2_000
    static let cyclesInWindow = 4
    static let fewestCycles = 2
    /// The numbers of pairs that are tried for each season.
    static let pairs = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24]
    /// At least so many values for each pair.
    static let valuesPerPair = 8
    /// Terms of the autoregression that is taken out before pairs are counted.
    static let autoregression = 4

    /// Chooses the waves and the orders of the errors, and estimates both.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> ARIMAModel {
        let known = try KnownHistory(history, atLeast: minimumHistory)
        let usable = periods.filter { known.values.count >= Self.fewestCycles * $0 }
        let window = max(Self.longestWindow, Self.cyclesInWindow * (usable.last ?? 0))
        let values = Array(known.values.suffix(window))
        let first = known.first + known.values.count - values.count
        let most = values.count / (Self.valuesPerPair * max(usable.count, 1))
        let terms = HarmonicTerms(periods: usable, most: min(most, Self.pairs[Self.pairs.count - 1]))
        let columns = terms.waves.map { HarmonicTerms.column($0, from: first, count: values.count) }

        let begun = try Self.choose(terms, columns, values, progress: progress)
        let rest = Self.without(begun, columns, values)
        let period = usable.first { $0 <= AutoARIMA.longestPeriod } ?? 1
        var estimate = try ARIMASearch(rest, period: period, differencesSeason: false)
            .run(progress: progress)
        guard !begun.isEmpty else { return known.model(estimate) }

        var chosen = begun
        if let better = try Self.generalised(
            begun.map(\.index), columns, values, estimate, progress: progress)
        {
            chosen = better
            let order = estimate.order
            let left = LagPolynomial.differences(order).applied(to: Self.without(chosen, columns, values))
            let again = try ARMAProblem(left, order)?.estimate(
                .likelihood, from: estimate.coefficients.free, progress: progress)
            if let again { estimate = again }
        }
        return known.model(
            estimate, profiles: terms.profiles(chosen.map { (terms.waves[$0.index], $0.weight) }))
    }

    /// A wave by its place, and its coefficient.
    private typealias Choice = (index: Int, weight: Double)

    /// The values without the chosen waves.
    private static func without(_ chosen: [Choice], _ columns: [[Double]], _ values: [Double]) -> [Double] {
        var left = values
        for (index, weight) in chosen {
            let column = columns[index]
            for t in left.indices { left[t] -= weight * column[t] }
        }
        return left
    }

    /// The pairs of each season with the least AICc, one season after the other, and their coefficients.
    private static func choose(
        _ terms: HarmonicTerms, _ columns: [[Double]], _ values: [Double], progress: FitProgress
    ) throws(ForecastError) -> [Choice] {
        guard !columns.isEmpty else { return [] }
        let count = values.count
        // The level and a line stay in every regression: a trend is not a season.
        let line = (0..<count).map { 2 * Double($0) / Double(count) - 1 }
        let common = [[Double](repeating: 1, count: count), line]
        let all = Array(0..<columns.count + common.count)
        let plain = NestedRegression(common + columns, target: values)
        guard let ordinary = plain.solve(all) else { return [] }
        let rest = without(
            ordinary.coefficients.enumerated().map { ($0, $1) }, common + columns, values)
        try progress.checkpoint()

        let length = min(autoregression, count / valuesPerPair)
        let filter = LagPolynomial(HannanRissanen.yuleWalker(rest, length: length) ?? [], sign: -1)
        let whitened = NestedRegression(
            (common + columns).map { filter.applied(to: $0) }, target: filter.applied(to: values))
        func kept(_ pairs: [Int]) -> [Int] {
            [0, 1]
                + terms.waves.indices.filter { terms.waves[$0].harmonic <= pairs[terms.waves[$0].season] }
                .map { $0 + common.count }
        }
        // Two rounds, since seasons share what they explain.
        var chosen = terms.periods.map { _ in pairs[pairs.count - 1] }
        for _ in 0..<2 {
            for season in chosen.indices {
                var best = (aicc: Double.infinity, pairs: 0)
                for count in pairs {
                    chosen[season] = count
                    let aicc = whitened.aicc(kept(chosen))
                    if aicc < best.aicc { best = (aicc, count) }
                }
                chosen[season] = best.pairs
                try progress.checkpoint()
            }
        }
        let places = kept(chosen)
        guard let solution = whitened.solve(places) else { return [] }
        return zip(places, solution.coefficients).dropFirst(common.count).map { ($0 - common.count, $1) }
    }

    /// The coefficients by generalised least squares, given the ARIMA process of the errors.
    private static func generalised(
        _ kept: [Int], _ columns: [[Double]], _ values: [Double], _ errors: ARMAEstimate,
        progress: FitProgress
    ) throws(ForecastError) -> [Choice]? {
        let difference = LagPolynomial.differences(errors.order)
        let target = difference.applied(to: values)
        let map = ARMAWhitening(
            errors.coefficients.valuePolynomial, errors.coefficients.errorPolynomial, count: target.count)
        guard let map else { return nil }
        var whitened: [[Double]] = []
        for index in kept {
            try progress.checkpoint()
            whitened.append(map.whiten(difference.applied(to: columns[index])))
        }
        if errors.order.hasConstant { whitened.append(map.whiten(target.map { _ in 1 })) }
        let regression = NestedRegression(whitened, target: map.whiten(target))
        guard let solution = regression.solve(Array(whitened.indices)) else { return nil }
        return zip(kept, solution.coefficients).map { ($0, $1) }
    }
}
