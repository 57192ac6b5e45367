import Foundation
import Numerics
import TestSupport
import Testing

@testable import Forecasting

/// The learned numbers in `Models/auto` and what is said of them.
@Suite struct AutoModelTests {
    private static let folder = "Models/auto/1"

    private struct Specification: Decodable {
        let name: String
        let version: Int
        let candidates: [String]
        let features: [String]
        let numbers: Int
        let training: [String: Double]
        let learnedFrom: [String]
        let rebuild: String
        let licence: String
    }

    @Test func `what is compiled in is the file, to the last bit`() throws {
        let text = try Repository.text("\(Self.folder)/weights.txt")
        #expect(AutoParameters.shipped.text == text)
        #expect(try AutoParameters(text) == AutoParameters.shipped)
    }

    @Test func `the specification says what the code does`() throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let bytes = Data(try Repository.bytes("\(Self.folder)/model.json"))
        let specification = try decoder.decode(Specification.self, from: bytes)
        #expect(specification.name == "auto" && specification.version == 1)
        #expect(specification.candidates == CandidatePool.names + ["network"])
        #expect(specification.features == AutoFeatures.names)
        let words = try Repository.text("\(Self.folder)/weights.txt").split { $0 == " " || $0 == "\n" }
        #expect(specification.numbers == words.count { Double($0) != nil })
        #expect(!specification.learnedFrom.isEmpty && !specification.licence.isEmpty)
        #expect(specification.rebuild.hasPrefix("bellwether train-auto --data "))
        #expect(
            specification.training == [
                "network_units": Double(NetworkTraining.plan.units),
                "network_copies": Double(NetworkTraining.copies),
                "network_steps": Double(NetworkTraining.plan.steps),
                "network_penalty": NetworkTraining.plan.penalty,
                "weight_steps": Double(WeightTraining.steps),
                "weight_penalty": WeightTraining.penalty.features,
                "quantile_units": Double(QuantileTraining.plan.units),
                "quantile_copies": Double(QuantileTraining.copies),
                "quantile_steps": Double(QuantileTraining.plan.steps),
                "quantile_penalty": QuantileTraining.plan.penalty,
                "winsor": AutoCombination.winsor,
                "share_of_zeros": AutoCombination.zeros.share,
            ])
    }

    @Test(arguments: [
        ("prior", "prior x 1"), ("network-hidden-bias", "network-hidden-bias"),
        ("constants", "constants 1 2"),
        ("quantiles-linear", "quantiles-linear 1 nan"), ("gap-trust", "other 1"),
    ])
    func `numbers that are missing, too few or none are refused`(line: String, instead: String) {
        let lines = AutoParameters.shipped.text.split(separator: "\n").map {
            $0.hasPrefix(line + " ") ? instead : String($0)
        }
        #expect(throws: LearnedNumbers.Failure.self) {
            try AutoParameters(lines.joined(separator: "\n") + "\n")
        }
    }

    @Test func `the network gives what its formula says`() {
        let layer = DenseWeights(
            means: [1, 0], spreads: [2, 0.5], hidden: [[0.5, -1], [2, 0.25]], hiddenBias: [0.1, -0.2],
            output: [[1, -2]], outputBias: [0.3], linear: [[0.5, 0]])
        // (3 − 1) / 2 = 1, and 9 / 0.5 is held at 4.
        let first = tanh(0.1 + 0.5 - 4)
        let second = tanh(-0.2 + 2 + 1)
        #expect(abs(layer.outputs([3, 9])[0] - (0.3 + first - 2 * second + 0.5)) < 1e-15)
    }
}
