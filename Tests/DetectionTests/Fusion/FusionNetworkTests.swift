import Foundation
import TestSupport
import Testing

@testable import Detection

/// The network against its formula, unit by unit.
struct FusionNetworkTests {
    @Test(arguments: [1, 7, 8, 11, 32])
    func `units that are added up side by side are those of the formula, to the last bit`(units: Int) {
        var random = SeededSeries(seed: UInt64(units))
        let count = 9
        let network = FusionNetwork(
            linear: random.noise(count), hidden: random.noise(count * units), hiddenBias: random.noise(units),
            output: random.noise(units), netScale: 0.75, sumScale: 0.5)
        for _ in 0..<20 {
            var features = random.noise(count).map { max($0, 0) }
            features[0] = 0
            var want = 0.0
            for i in 0..<count { want += network.linear[i] * features[i] }
            for unit in 0..<units {
                var sum = network.hiddenBias[unit]
                for i in 0..<count { sum += features[i] * network.hidden[i * units + unit] }
                want += network.output[unit] * tanh(sum)
            }
            #expect(network.network(features.span) == want)
            #expect(network.score(features.span, sum: 3) == 0.75 * want + 1.5)
        }
    }
}
