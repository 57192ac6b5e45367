import Glibc
import Numerics
import TestSupport
import Testing

@Suite struct DenseNetworkTests {
    static let shapes = [[1, 1], [3, 2], [1, 1, 1], [5, 7, 3], [4, 6, 1, 5, 2], [52, 48, 48]]

    static func network(_ sizes: [Int], _ activation: Activation, seed: UInt64 = 1) -> DenseNetwork {
        var network = DenseNetwork(sizes: sizes, activation: activation, seed: seed)
        // Biases too, so that none of them is overlooked.
        network.parameters = zip(network.parameters, seededValues(network.parameters.count, seed: seed + 9))
            .map { $0 + 0.1 * $1 }
        return network
    }

    /// The network by its definition.
    static func slowOutput(_ network: DenseNetwork, _ input: [Double]) -> [Double] {
        var values = input
        for (index, layer) in network.layers.enumerated() {
            values = (0..<layer.outputs).map { j in
                var sum = network.parameters[layer.biases][layer.biases.lowerBound + j]
                for i in 0..<layer.inputs {
                    sum += values[i] * network.parameters[layer.offset + i * layer.outputs + j]
                }
                return index < network.layers.count - 1 ? network.activation.value(sum) : sum
            }
        }
        return values
    }

    @Test(arguments: shapes, Activation.allCases)
    func `a batch and a single row agree with the definition`(sizes: [Int], activation: Activation) {
        let network = Self.network(sizes, activation)
        for rows in [0, 1, 2, 17] {
            let batch = seededMatrix(rows, sizes[0], seed: 3)
            let output = network.forward(batch: batch)
            #expect(output.rows == rows && output.columns == network.outputs)
            for row in 0..<rows {
                let want = Self.slowOutput(network, batch.row(row))
                #expect(largestDifference(output.row(row), want) < 1e-13)
                #expect(largestDifference(network.predict(batch.row(row)), want) < 1e-13)
            }
        }
    }

    @Test func `the activations have the published values`() {
        // x·Φ(x) with Φ(1) = 0.8413447460685429 and Φ(-3) = 0.0013498980316300946 (Abramowitz & Stegun 26.1).
        #expect(abs(Activation.gelu.value(1) - 0.841_344_746_068_542_9) < 1e-15)
        #expect(abs(Activation.gelu.value(-3) + 3 * 0.001_349_898_031_630_094_6) < 1e-16)
        #expect(Activation.gelu.value(0) == 0 && Activation.gelu.slope(0) == 0.5)
        #expect(Activation.gelu.value(40) == 40 && Activation.gelu.value(-40) == 0)
        #expect(Activation.relu.value(-2) == 0 && Activation.relu.value(2) == 2)
        for activation in Activation.allCases {
            #expect(activation.value(.nan).isNaN)
            for x in [-7.5, -2.0, -0.7, -0.1, 0.1, 0.7, 2, 7.5] {
                let slope = (activation.value(x + 1e-5) - activation.value(x - 1e-5)) / 2e-5
                #expect(abs(activation.slope(x) - slope) < 1e-9, "\(activation) at \(x)")
            }
        }
    }

    @Test func `the seed decides the weights, of the spread He et al. ask for`() {
        let network = DenseNetwork(sizes: [200, 100, 50], activation: .relu, seed: 7)
        #expect(network == DenseNetwork(sizes: [200, 100, 50], activation: .relu, seed: 7))
        #expect(network != DenseNetwork(sizes: [200, 100, 50], activation: .relu, seed: 8))
        for (layer, variance) in zip(network.layers, [2.0 / 200, 1.0 / 100]) {
            let weights = network.parameters[layer.weights]
            let got = weights.reduce(0) { $0 + $1 * $1 } / Double(weights.count)
            #expect(abs(got / variance - 1) < 0.1)
            #expect(network.parameters[layer.biases].allSatisfy { $0 == 0 })
        }
    }

    @Test func `the flat parameters are the whole network`() {
        let network = Self.network([4, 6, 3], .gelu)
        #expect(network.parameters.count == DenseNetwork.parameterCount(sizes: [4, 6, 3]))
        #expect(network.parameters.count == 4 * 6 + 6 + 6 * 3 + 3)
        var other = DenseNetwork(sizes: [4, 6, 3], activation: .gelu, seed: 99)
        #expect(other.predict([1, 2, 3, 4]) != network.predict([1, 2, 3, 4]))
        other.parameters = network.parameters
        #expect(other.predict([1, 2, 3, 4]) == network.predict([1, 2, 3, 4]))
        let restored = DenseNetwork(sizes: [4, 6, 3], activation: .gelu, parameters: network.parameters)
        #expect(restored == network)
    }
}
