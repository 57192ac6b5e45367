import Foundation
import TestSupport
import Testing

@testable import Detection

/// The network against its formula, unit by unit, and its tangents against those of the C library.
struct FusionNetworkTests {
    @Test func `a tangent by a short series is that of the library to nine digits`() {
        var worst = 0.0
        for step in -4_000...4_000 {
            let values = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7) / 1_600 + Double(step) / 200
            let tangents = FastTangent.of(values)
            for lane in 0..<8 { worst = max(worst, abs(tangents[lane] - tanh(values[lane]))) }
        }
        #expect(worst <= 1e-9, "\(worst)")
        let edges: SIMD8<Double> = [
            0, -0.0, .infinity, -.infinity, 1e300, -1e300, .leastNonzeroMagnitude, -1e-12,
        ]
        let tangents = FastTangent.of(edges)
        for lane in 0..<8 { #expect(abs(tangents[lane] - tanh(edges[lane])) <= 1e-15, "\(edges[lane])") }
    }

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
                want += network.output[unit] * FastTangent.of(SIMD8(repeating: sum))[unit % 8]
            }
            #expect(network.network(features.span) == want)
            #expect(network.score(features.span, sum: 3) == 0.75 * want + 1.5)
        }
    }
}
