import Foundation
import Numerics
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct HarmonicRegressionTests {
    /// Two seasons, two pairs of the first and one of the second, and autoregressive errors.
    private func twoSeasons(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        return random.autoregression(count, 0.6).enumerated().map { step, error in
            pattern(step) + 0.5 * error
        }
    }

    private func pattern(_ step: Int) -> Double {
        let day = 2 * Double.pi * Double(step) / 24
        let week = 2 * Double.pi * Double(step) / 168
        return 100 + 10 * sin(day) + 6 * cos(2 * day) + 8 * sin(week)
    }

    @Test func `two seasons are told apart and carried on`() throws {
        let model = try HarmonicRegression(periods: [24, 168]).fit(Series(values: twoSeasons(700, seed: 1)))
        #expect(model.profiles.map(\.count) == [24, 168])
        for (step, value) in model.mean(steps: 336).enumerated() {
            #expect(abs(value - pattern(700 + step)) <= 0.8, "step \(step)")
        }
        // The amplitude of the weekly wave, by its projection.
        let week = model.profiles[1].enumerated().reduce(0) {
            $0 + $1.element * sin(2 * .pi * Double($1.offset) / 168)
        }
        #expect(abs(week / 84 - 8) <= 0.4)
    }

    @Test func `noise has no season and gives a flat forecast`() throws {
        var random = SeededSeries(seed: 2)
        let model = try HarmonicRegression(periods: [30, 90]).fit(
            Series(values: random.noise(400).map { 5 + $0 }))
        let far = model.mean(steps: 200).suffix(90)
        let spread = (far.max() ?? .infinity) - (far.min() ?? 0)
        #expect(spread <= 0.6, "\(spread)")
    }

    @Test func `a model keeps its phase over gaps, storage and new values`() throws {
        var random = SeededSeries(seed: 3)
        let whole = twoSeasons(800, seed: 3)
        let begun =
            [Double.nan, .nan] + random.holes(in: Array(whole[2..<600]), share: 0.05) + [.nan, .nan, .nan]
        var model = try HarmonicRegression(periods: [24, 168]).fit(Series(values: begun))
        for (step, value) in model.mean(steps: 168).enumerated() {
            #expect(abs(value - pattern(603 + step)) <= 1, "step \(step)")
        }
        model = try restored(model)
        for value in whole[603..<777] { model.observe(value) }
        for (step, value) in model.mean(steps: 168).enumerated() {
            #expect(abs(value - pattern(777 + step)) <= 1.5, "step \(step)")
        }
    }

    @Test func `fitted means follow the waves from the first value on`() throws {
        let values = twoSeasons(500, seed: 4)
        let model = try HarmonicRegression(periods: [24, 168]).fit(Series(values: values))
        let fitted = model.fitted(on: Series(values: values))
        let errors = zip(fitted, values).map { $0 - $1 }.dropFirst(2)
        #expect(Descriptive.standardDeviation(Array(errors)) <= 0.65)
    }

    @Test func `seasons share no wave and an even season has one cosine more`() {
        let terms = HarmonicTerms(periods: [4, 12], most: 24)
        let waves = terms.waves.map { "\($0.harmonic)/\($0.period)\($0.isSine ? "s" : "c")" }
        // 3/12 and 6/12 are 1/4 and 2/4.
        let want = ["1/4c", "1/4s", "2/4c"] + [1, 2, 4, 5].flatMap { ["\($0)/12c", "\($0)/12s"] }
        #expect(waves == want)
    }

    @Test func `a part of a regression is the regression on the part`() throws {
        var random = SeededSeries(seed: 5)
        let columns = (0..<5).map { _ in random.noise(40) }
        let target = random.noise(40)
        let nested = NestedRegression(columns, target: target)
        for kept in [[0], [1, 3], [0, 2, 4], [0, 1, 2, 3, 4]] {
            var design = Matrix(rows: 40, columns: kept.count)
            for (j, index) in kept.enumerated() {
                for t in 0..<40 { design[t, j] = columns[index][t] }
            }
            let twin = try QR(design).solve(target)
            let solution = try #require(nested.solve(kept))
            for (a, b) in zip(solution.coefficients, twin) { #expect(abs(a - b) <= 1e-10) }
            let squares = zip(target, design.times(twin)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            #expect(abs(solution.squares - squares) <= 1e-9 * squares)
        }
        #expect(NestedRegression([columns[0], columns[0]], target: target).solve([0, 1]) == nil)
    }
}
