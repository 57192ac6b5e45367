import Forecasting
import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct LikelihoodTests {
    private func rows(_ name: String) throws -> [[Double]] {
        let file = try GoldenFile("Tests/DetectionTests/Golden/likelihoods.json")
        return file.cases.first { $0.text("name") == name }?.rows("rows") ?? []
    }

    private func near(_ got: Double, _ want: Double) -> Bool { abs(got - want) <= 1e-9 * want + 1e-300 }

    @Test func `tails of counts are those of scipy`() throws {
        let rows = try rows("counts")
        #expect(rows.count > 50)
        for row in rows {
            let counts = CountDistribution(mean: row[0], dispersion: row[1])
            let got = (lower: counts.lowerTail(of: row[2]), upper: counts.upperTail(of: row[2]))
            #expect(near(min(got.lower, got.upper), min(row[3], row[4])), "\(row): \(got)")
            #expect(near(max(got.lower, got.upper), max(row[3], row[4])), "\(row): \(got)")
        }
    }

    @Test func `tails of shares are those of scipy`() throws {
        let rows = try rows("shares")
        #expect(rows.count > 30)
        for row in rows {
            let shares = ShareDistribution(mean: row[0], trials: row[1])
            let got = (lower: shares.lowerTail(of: row[2]), upper: shares.upperTail(of: row[2]))
            #expect(near(min(got.lower, got.upper), min(row[3], row[4])), "\(row): \(got)")
            #expect(near(max(got.lower, got.upper), max(row[3], row[4])), "\(row): \(got)")
        }
    }

    private func learned(_ values: [Double], expected: Double) -> ValueLikelihood {
        var likelihood = ValueLikelihood()
        for value in values { likelihood.learn(value, expected: expected) }
        likelihood.decide()
        return likelihood
    }

    /// Errors among some 200 requests.
    private func shares(_ count: Int, of probability: Double, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        return (0..<count).map { _ in
            Double((0..<200).count { _ in random.uniform() < probability }) / 200
        }
    }

    @Test func `counts and shares are recognised by what was seen, and nothing else is`() {
        var random = SeededSeries(seed: 3)
        #expect(learned(random.poisson(500, mean: 0.2), expected: 0.2).kind == .counts)
        #expect(learned(random.poisson(500, mean: 4), expected: 4).kind == .counts)
        #expect(learned(random.poisson(63, mean: 4), expected: 4).kind == .even)
        #expect(learned(random.poisson(500, mean: 400), expected: 400).kind == .even)
        #expect(learned(random.poisson(500, mean: 4).map { $0 - 3 }, expected: 1).kind == .even)
        #expect(learned(random.poisson(500, mean: 4).map { $0 / 2 }, expected: 2).kind == .even)
        #expect(learned(shares(500, of: 0.01, seed: 4), expected: 0.01).kind == .shares)
        #expect(learned(shares(500, of: 0.3, seed: 4), expected: 0.3).kind == .even)
        #expect(learned(random.noise(500), expected: 0).kind == .even)
        // A number of replicas that stands still.
        #expect(learned((0..<500).map { $0 < 300 ? 20 : 21 }, expected: 20.3).kind == .even)
        #expect(learned([Double](repeating: 0, count: 500), expected: 0).kind == .even)
    }

    @Test func `the first value that is no count ends the counts`() {
        var random = SeededSeries(seed: 5)
        var counts = learned(random.poisson(500, mean: 2), expected: 2)
        counts.learn(2.5, expected: 2)
        #expect(counts.kind == .even)
        var shares = learned(shares(500, of: 0.01, seed: 6), expected: 0.01)
        shares.learn(1.2, expected: 0.01)
        #expect(shares.kind == .even)
    }

    @Test(arguments: [0.2, 3, 30], [1.0, 3.4, 6])
    func `the band of counts ends where strengths reach its width`(mean: Double, most: Double) {
        var random = SeededSeries(seed: 7)
        let counts = learned(random.poisson(1_000, mean: mean), expected: mean)
        let band = counts.band(around: mean, most: most)
        #expect(band.lower <= mean && band.upper >= mean)
        for value in 0..<200 {
            let strength = counts.strength(of: Double(value), expected: mean)
            let isInside = Double(value) >= band.lower && Double(value) <= band.upper
            #expect(isInside == (abs(strength) <= most), "\(value) of \(mean): \(strength), \(band)")
        }
        for value in [-1e300, -1, 1e6, 1e300] {
            let strength = counts.strength(of: value, expected: mean)
            #expect(strength.isFinite && abs(strength) > 6 && (strength > 0) == (value > mean))
        }
    }

    @Test func `the band of shares ends where strengths reach its width`() {
        let shares = learned(shares(1_000, of: 0.02, seed: 8), expected: 0.02)
        let band = shares.band(around: 0.02, most: 3.3)
        #expect(band.lower == 0 && band.upper > 0.04 && band.upper < 0.08, "\(band)")
        #expect(abs(abs(shares.strength(of: band.upper, expected: 0.02)) - 3.3) < 0.02)
        for value in [-0.1, 1.0001, 7] { #expect(abs(shares.strength(of: value, expected: 0.02)) > 30) }
        // An expectation beyond the bounds is one at the bound.
        #expect(
            shares.strength(of: 0.02, expected: -3).isFinite && shares.strength(of: 0, expected: 9).isFinite)
    }

    @Test func `counts that vary more than Poisson's have a wider band`() {
        var random = SeededSeries(seed: 9)
        let poisson = learned(random.poisson(2_000, mean: 4), expected: 4)
        let mixed = (0..<2_000).map { _ in random.poisson(1, mean: random.uniform() < 0.5 ? 1 : 7)[0] }
        let wide = learned(mixed, expected: 4)
        #expect(wide.kind == .counts)
        #expect(wide.band(around: 4, most: 3).upper >= poisson.band(around: 4, most: 3).upper + 3)
    }
}
