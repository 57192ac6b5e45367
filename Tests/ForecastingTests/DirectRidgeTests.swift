import Foundation
import Numerics
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct DirectRidgeTests {
    /// The slow twin: every penalty solved by itself, its freedom the trace of the hat matrix.
    @Test(arguments: 0..<5 as Range<UInt64>)
    func `one eigendecomposition gives what every penalty solved by itself gives`(seed: UInt64) throws {
        var random = SeededSeries(seed: seed)
        let (rows, columns, steps) = (40, 6, 3)
        let design = Matrix(rows: rows, columns: columns, elements: random.noise(rows * columns))
        let targets = Matrix(rows: rows, columns: steps, elements: random.noise(rows * steps))
        let fast = try #require(RidgePath(design)).coefficients(targets)
        for step in 0..<steps {
            let target = (0..<rows).map { targets[$0, step] }
            var best = (error: Double.infinity, coefficients: [Double]())
            for penalty in RidgeAutoregression.penalties {
                var gram = design.gram()
                for j in 0..<columns { gram[j, j] += penalty }
                let solver = try Cholesky(gram)
                let coefficients = solver.solve(design.transposeTimes(target))
                let residuals = zip(target, design.times(coefficients)).map { $0 - $1 }
                let freedom = (0..<rows).reduce(0.0) { sum, row in
                    let cells = (0..<columns).map { design[row, $0] }
                    return sum + zip(cells, solver.solve(cells)).reduce(0) { $0 + $1.0 * $1.1 }
                }
                let left = Double(rows) - freedom
                let error = residuals.reduce(0) { $0 + $1 * $1 } / (left * left)
                if error < best.error { best = (error, coefficients) }
            }
            for j in 0..<columns { #expect(abs(fast[j, step] - best.coefficients[j]) < 1e-10) }
            let single = try #require(RidgePath(design)).coefficients(target)
            #expect(zip(single, best.coefficients).allSatisfy { abs($0 - $1) < 1e-10 })
        }
    }

    @Test func `a season on a trend is carried on over the whole horizon`() throws {
        let values = (0..<200).map { 0.3 * Double($0) + 10 * sin(2 * .pi * Double($0) / 12) }
        let model = try DirectRidge(period: 12, horizon: 24).fit(Series(values: Array(values.prefix(150))))
        for (got, want) in zip(model.mean(steps: 50), values.suffix(50)) { #expect(abs(got - want) < 0.5) }
    }

    /// Errors feed on themselves where the model of one step is wrong: here it cannot see a lag of 5.
    @Test func `long horizons of a process with a hidden lag are forecast no worse than recursively`() throws
    {
        var direct = 0.0
        var recursive = 0.0
        for seed in 0..<12 as Range<UInt64> {
            var random = SeededSeries(seed: 100 + seed)
            var values = random.noise(5)
            for step in 5..<420 { values.append(0.95 * values[step - 5] + 0.3 * random.normal()) }
            let history = Series(values: Array(values.prefix(400)))
            let truth = values.suffix(20)
            let a = try DirectRidge(horizon: 20).fit(history).mean(steps: 20)
            let b = try RidgeAutoregression().fit(history).mean(steps: 20)
            direct += zip(a, truth).reduce(0) { $0 + abs($1.0 - $1.1) }
            recursive += zip(b, truth).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        #expect(direct < 1.05 * recursive, "\(direct) against \(recursive)")
    }

    @Test func `a season of a hundred thousand steps is refused in a stored model`() throws {
        var random = SeededSeries(seed: 1)
        var writer = BinaryWriter()
        try DirectRidge(horizon: 2).fit(Series(values: random.noise(50))).write(to: &writer)
        var bytes = writer.bytes
        // The version, three lags and their count come before the period.
        bytes[40 + 3] = 0x7F
        var reader = BinaryReader(bytes)
        #expect(throws: BinaryFormatError.self) { try DirectRidge.Model(from: &reader) }
    }
}
