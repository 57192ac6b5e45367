import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct RidgeAutoregressionTests {
    @Test func `agrees with the method of record`() throws {
        for golden in try GoldenFile("Tests/ForecastingTests/Golden/ridge.json").cases {
            let values = try FilledHistory(Series(values: goldenValues(golden)), atLeast: 1).values
            let period = Int(golden.object("inputs").number("period"))
            let name = golden.object("series").text("dataset")
            let lags = RidgeAutoregression.lags(count: values.count, period: period, longPeriod: 0)
            #expect(lags.map(Double.init) == golden.object("outputs").numbers("lags"), "\(name)")
            let model = try RidgeAutoregression(period: period).fit(Series(values: values))
            for (got, want) in zip(model.mean(steps: 24), golden.object("outputs").numbers("mean")) {
                #expect(abs(got - want) <= 1e-9 * max(1, abs(want)), "\(name) \(period): \(got) for \(want)")
            }
        }
    }

    @Test(arguments: [(30, 1), (31, 4), (60, 4), (80, 7)])
    func `agrees with the normal equations written out`(count: Int, period: Int) throws {
        var random = SeededSeries(seed: UInt64(count))
        let values = random.season(count, period: max(period, 5))
        let model = try RidgeAutoregression(period: period).fit(Series(values: values))
        let slow = slowRidge(values, period: period)
        #expect(abs(model.next - slow) <= 1e-9 * abs(slow), "\(model.next) for \(slow)")
    }

    /// The method as its documentation says it, one penalty after the other.
    private func slowRidge(_ y: [Double], period: Int) -> Double {
        let count = y.count
        let lags = RidgeAutoregression.lags(count: count, period: period, longPeriod: 0)
        let centre = y[count - 1]
        let mean = y.reduce(0, +) / Double(count)
        let spread = (y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        let z = y.map { ($0 - centre) / spread }
        let phases = period > 1 && count >= 3 * period ? period : 0
        let steps = Array(lags[lags.count - 1]..<count)
        func raw(_ step: Int) -> [Double] {
            lags.dropFirst().map { z[step - $0] - z[step - 1] }
                + (0..<phases).map { step % phases == $0 ? 0.5 : 0 }
        }
        let rawRows = steps.map(raw)
        let shares = (0..<phases).map { phase in
            rawRows.reduce(0) { $0 + $1[lags.count - 1 + phase] } / Double(steps.count)
        }
        func centred(_ row: [Double]) -> [Double] {
            row.enumerated().map { $0 < lags.count - 1 ? $1 : $1 - shares[$0 - lags.count + 1] } + [0.3]
        }
        let rows = rawRows.map(centred)
        let targets = steps.map { z[$0] - z[$0 - 1] }
        let columns = lags.count + phases
        var gram = [[Double]](repeating: [Double](repeating: 0, count: columns), count: columns)
        var products = [Double](repeating: 0, count: columns)
        for (row, target) in zip(rows, targets) {
            for i in 0..<columns {
                products[i] += row[i] * target
                for j in 0..<columns { gram[i][j] += row[i] * row[j] }
            }
        }
        var best = (error: Double.infinity, weights: [Double]())
        for penalty in [1e-2, 1e-1, 1, 10, 100, 1000] {
            var penalised = gram
            for i in 0..<columns { penalised[i][i] += penalty }
            let weights = solved(penalised, products)
            let freedom = (0..<columns).reduce(0.0) { sum, i in
                sum + solved(penalised, gram.map { $0[i] })[i]
            }
            let residual = zip(rows, targets).reduce(0.0) { sum, pair in
                let error = pair.1 - zip(pair.0, weights).reduce(0) { $0 + $1.0 * $1.1 }
                return sum + error * error
            }
            let left = max(Double(steps.count) - freedom, 1)
            if residual / (left * left) < best.error { best = (residual / (left * left), weights) }
        }
        return y[count - 1] + spread * zip(centred(raw(count)), best.weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Gauss and Jordan, with pivots.
    private func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var rows = zip(matrix, right).map { $0 + [$1] }
        for i in rows.indices {
            let pivot = (i..<rows.count).max { abs(rows[$0][i]) < abs(rows[$1][i]) } ?? i
            rows.swapAt(i, pivot)
            for other in rows.indices where other != i {
                let factor = rows[other][i] / rows[i][i]
                for j in i...rows.count { rows[other][j] -= factor * rows[i][j] }
            }
        }
        return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
    }
}
