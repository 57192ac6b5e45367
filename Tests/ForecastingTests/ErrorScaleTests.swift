import TestSupport
import Testing

@testable import Forecasting

@Suite struct ErrorScaleTests {
    /// Isotonic regression by its min–max formula: max over i ≤ k of min over j ≥ k of the mean of i ... j.
    private func slow(_ values: [Double], _ weights: [Double]) -> [Double] {
        values.indices.map { k in
            (0...k).map { i in
                (k..<values.count).map { j in
                    zip(values[i...j], weights[i...j]).reduce(0) { $0 + $1.0 * $1.1 }
                        / weights[i...j].reduce(0, +)
                }.min() ?? .nan
            }.max() ?? .nan
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `isotonic scales agree with the min-max formula`(seed: UInt64) {
        var random = SeededSeries(seed: seed)
        let count = Int(seed % 12)
        let values = (0..<count).map { _ in (random.uniform() * 8).rounded() + random.uniform() * 0.5 }
        let weights = (0..<count).map { _ in 0.5 + random.uniform() }
        let got = ErrorScale.nonDecreasing(values, weights: weights)
        #expect(got.count == count)
        for (got, want) in zip(got, slow(values, weights)) { #expect(abs(got - want) <= 1e-12) }
    }

    @Test func `a horizon without errors takes the scale before it`() {
        #expect(ErrorScale.nonDecreasing([1, .nan, 3], weights: [1, 0, 1]) == [1, 1, 3])
        #expect(ErrorScale.nonDecreasing([2, 5, .nan, 1], weights: [1, 1, 0, 1]).allSatisfy { $0 >= 2 })
        #expect(ErrorScale.nonDecreasing([.nan, 4], weights: [0, 1]) == [0, 4])
        #expect(ErrorScale.nonDecreasing([], weights: []).isEmpty)
    }
}
