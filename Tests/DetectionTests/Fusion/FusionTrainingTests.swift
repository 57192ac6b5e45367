import Foundation
import TestSupport
import Testing

@testable import Detection

/// How fusion networks are learned.
@Suite struct FusionTrainingTests {
    @Test func `the slopes of the ranking loss are its differences`() {
        var random = SeededSeries(seed: 1)
        let scores = random.noise(20)
        let found = RankingLoss.slopes(scores, positives: 4, weight: 2.5)
        for i in scores.indices {
            var (up, down) = (scores, scores)
            up[i] += 1e-5
            down[i] -= 1e-5
            let difference =
                (RankingLoss.slopes(up, positives: 4, weight: 2.5).loss
                    - RankingLoss.slopes(down, positives: 4, weight: 2.5).loss) / 2e-5
            #expect(abs(found.slopes[i] - difference) < 1e-8, "\(i)")
        }
    }

    @Test func `perfect ranks lose nearly nothing, reversed ones nearly all`() {
        let scores = (0..<4).map { _ in 40.0 } + (0..<40).map { _ in -40.0 }
        // Equal positives are half above one another, which costs nothing without a quiet one between.
        #expect(RankingLoss.slopes(scores, positives: 4, weight: 1).loss < 1e-9)
        #expect(RankingLoss.slopes(scores.map { -$0 }, positives: 4, weight: 50).loss > 0.99)
    }

    /// Only the product of two features tells: a sum cannot.
    private func example(_ seed: UInt64) -> FusionExample? {
        var random = SeededSeries(seed: seed)
        var features: [Float] = []
        var labels: [Bool] = []
        for _ in 0..<120 {
            let (a, b) = (random.normal(), random.normal())
            features += [Float(a), Float(b)]
            labels.append(a * b > 1)
        }
        return FusionExample(
            source: "\(seed)", width: 2, sums: labels.indices.map { Double(features[2 * $0]) },
            among: Array(labels.indices), isAnomalous: labels, feature: { features[2 * $0 + $1] })
    }

    @Test func `a network learns what no sum can say`() throws {
        let examples = (1...12).compactMap { example($0) }
        let network = try FusionTraining(examples, effort: 1.5).train(on: Array(0..<8))
        let sumLoss = loss(examples[8...]) { _, sum in sum }
        let netLoss = loss(examples[8...]) { features, _ in network.network(features.span) }
        #expect(netLoss < 0.75 * sumLoss, "\(netLoss) against \(sumLoss)")
        // The same examples give the same numbers, and their text the same network.
        let short = FusionTraining(examples, effort: 0.05)
        #expect(try short.train(on: [0, 1, 2]) == short.train(on: [0, 1, 2]))
        #expect(try FusionNetwork(network.text, features: 2) == network)
    }

    private func loss(
        _ examples: ArraySlice<FusionExample>, _ score: ([Double], Double) -> Double
    ) -> Double {
        examples.reduce(0) { total, example in
            let scores = (0..<example.count).map { row in
                20 * score(example.features[2 * row..<2 * row + 2].map { Double($0) }, example.sums[row])
            }
            return total
                + RankingLoss.slopes(scores, positives: example.positives, weight: example.ratio / 4).loss
                / Double(examples.count)
        }
    }

    @Test func `damaged numbers are refused`() throws {
        let text = FusionNetwork.causal.text
        #expect(throws: (any Error).self) { try FusionNetwork(text, features: 87) }
        #expect(throws: (any Error).self) {
            try FusionNetwork(text.replacingOccurrences(of: "sum-scale", with: "x"), features: 88)
        }
        #expect(throws: (any Error).self) {
            try FusionNetwork(text.replacingOccurrences(of: "linear ", with: "linear nan "), features: 88)
        }
    }
}
