internal import CDetectionModels
import Numerics

/// The small network that fuses evidence of different families into one score.
///
/// score = netScale · (w·f + v·tanh(Wᵀf + c)) + sumScale · s, where f are the features and s is the plain sum
/// of a few of them. The sum keeps the network honest on sources that it has not seen.
struct FusionNetwork: Sendable, Equatable {
    /// One weight a feature.
    let linear: [Double]
    /// One row a feature, one column a hidden unit, row by row.
    let hidden: [Double]
    let hiddenBias: [Double]
    /// One weight a hidden unit.
    let output: [Double]
    let netScale: Double
    let sumScale: Double
    /// ``hidden`` and ``hiddenBias`` as they are added up: eight units side by side, the rows of each eight in turn; 0 where
    /// there is no unit.
    private let columns: [SIMD8<Double>]
    private let biases: [SIMD8<Double>]

    /// Reads the numbers of a text in the form of `Models/fusion-…/weights.txt`.
    init(_ text: String, features: Int) throws(LearnedNumbers.Failure) {
        let numbers = try LearnedNumbers(text)
        let units = numbers.count(of: "hidden-bias")
        self.init(
            linear: try numbers.list("linear", features),
            hidden: try numbers.list("hidden", features * units),
            hiddenBias: try numbers.list("hidden-bias", units), output: try numbers.list("output", units),
            netScale: try numbers.list("net-scale", 1)[0], sumScale: try numbers.list("sum-scale", 1)[0])
    }

    init(
        linear: [Double], hidden: [Double], hiddenBias: [Double], output: [Double], netScale: Double,
        sumScale: Double
    ) {
        precondition(
            hidden.count == linear.count * hiddenBias.count && output.count == hiddenBias.count,
            "\(hidden.count) weights of \(linear.count) features and \(hiddenBias.count) units")
        self.linear = linear
        self.hidden = hidden
        self.hiddenBias = hiddenBias
        self.output = output
        self.netScale = netScale
        self.sumScale = sumScale
        let units = hiddenBias.count
        let eights = stride(from: 0, to: units, by: 8)
        columns = eights.flatMap { first in
            linear.indices.map { Self.eight(hidden[$0 * units..<($0 + 1) * units], from: first) }
        }
        biases = eights.map { Self.eight(hiddenBias[...], from: $0) }
    }

    private static func eight(_ row: ArraySlice<Double>, from first: Int) -> SIMD8<Double> {
        var eight = SIMD8<Double>.zero
        for (place, weight) in row.dropFirst(first).prefix(8).enumerated() { eight[place] = weight }
        return eight
    }

    /// The text that ``init(_:features:)`` reads, exact to the last bit.
    var text: String {
        LearnedNumbers.line("linear", linear) + LearnedNumbers.line("hidden", hidden)
            + LearnedNumbers.line("hidden-bias", hiddenBias) + LearnedNumbers.line("output", output)
            + LearnedNumbers.line("net-scale", [netScale]) + LearnedNumbers.line("sum-scale", [sumScale])
    }

    /// The score of one value.
    ///
    /// - Parameters:
    ///   - features: As many as ``linear``; finite.
    ///   - sum: The plain sum of evidence.
    func score(_ features: Span<Double>, sum: Double) -> Double {
        netScale * network(features) + sumScale * sum
    }

    /// The network alone, without its scale. O(features · units).
    func network(_ features: Span<Double>) -> Double {
        precondition(features.count == linear.count, "\(features.count) features, not \(linear.count)")
        var total = 0.0
        for i in features.indices { total += linear[i] * features[i] }
        columns.withUnsafeBufferPointer { columns in
            var row = 0
            for (eight, bias) in biases.enumerated() {
                var sums = bias
                for i in features.indices {
                    sums += features[i] * columns[row]
                    row += 1
                }
                let tangents = FastTangent.of(sums)
                let first = 8 * eight
                for unit in first..<min(first + 8, output.count) {
                    total += output[unit] * tangents[unit - first]
                }
            }
        }
        return total
    }
}

extension FusionNetwork {
    /// The network of `Models/fusion-causal`, compiled in.
    static let causal = shipped(FullRanking.features, bellwether_causal_fusion_weights)

    /// The network of `Models/fusion-batch`, compiled in.
    static let batch = shipped(BatchForm.latest.features, bellwether_batch_fusion_weights)

    private static func shipped(
        _ features: Int, _ bytes: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>?
    ) -> FusionNetwork {
        var count = 0
        let buffer = UnsafeBufferPointer(start: bytes(&count), count: count)
        do throws(LearnedNumbers.Failure) {
            return try FusionNetwork(String(decoding: buffer, as: UTF8.self), features: features)
        } catch {
            preconditionFailure("the weights that were compiled in: \(error)")
        }
    }
}
