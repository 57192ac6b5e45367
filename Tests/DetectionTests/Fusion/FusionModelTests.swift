import Foundation
import TestSupport
import Testing

@testable import Detection

/// The learned fusions in `Models/` and what is said of them.
@Suite struct FusionModelTests {
    private struct Specification: Decodable {
        let name: String
        let version: Int
        let evidence: [String]
        let inputs: Int
        let numbers: Int
        let training: [String: Double]
        let learnedFrom: [String]
        let rebuild: String
        let licence: String
    }

    private func folder(_ kind: FusionKind) -> String { "Models/\(kind.model)/\(kind.version)" }

    @Test(arguments: FusionKind.allCases)
    func `what is compiled in is the file, to the last bit`(kind: FusionKind) throws {
        let network: FusionNetwork = kind == .causal ? .causal : .batch
        #expect(network.text == (try Repository.text("\(folder(kind))/weights.txt")))
    }

    @Test(arguments: FusionKind.allCases)
    func `the specification and the card say what the code does`(kind: FusionKind) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let bytes = Data(try Repository.bytes("\(folder(kind))/model.json"))
        let specification = try decoder.decode(Specification.self, from: bytes)
        #expect(specification.name == kind.model && specification.version == kind.version)
        let names = kind == .causal ? Channel.allCases.map { "\($0)" } : BatchBank.names
        #expect(specification.evidence == names)
        #expect(specification.inputs == (kind == .causal ? FullRanking.features : BatchForm.latest.features))
        let words = try Repository.text("\(folder(kind))/weights.txt").split { $0 == " " || $0 == "\n" }
        let numbers = words.count { Double($0) != nil }
        #expect(specification.numbers == numbers)
        #expect(specification.training == FusionTraining.plan)
        #expect(!specification.learnedFrom.isEmpty && !specification.licence.isEmpty)
        #expect(
            specification.rebuild
                == "bellwether train-fusion --data anomaly-dev.tar.gz --fusion \(kind.rawValue)")
        let card = try Repository.text("\(folder(kind))/card.md")
        #expect(card.contains("\(numbers / 1_000),\(numbers % 1_000) numbers in `weights.txt`"))
        for part in [
            "**For.**", "**Bad at.**", "**Learned from.**", "**Rebuild.**", "**Cost.**", "**Check.**",
        ] {
            #expect(card.contains(part), "\(part)")
        }
    }

    @Test func `a causal state fits its budget`() {
        #expect(MemoryLayout<FullRanking>.size <= 16_384)
    }

    @Test func `every tier finds a planted spike, and does not mind a gap`() throws {
        var random = SeededSeries(seed: 9)
        var values = random.season(700, period: 24)
        values[650] += 30
        for step in 300..<310 { values[step] = .nan }
        for method in RankingMethod.tiers {
            let ranks = try method.ranks(of: values)
            #expect(ranks.count == values.count, "\(method.name)")
            let best = ranks.indices.filter { ranks[$0].isFinite }.max { ranks[$0] < ranks[$1] }
            let reach = method.mode == .delayed ? 630...652 : 645...662
            #expect(best.map(reach.contains) ?? false, "\(method.name) \(method.mode): \(best ?? -1)")
        }
        #expect(Set(RankingMethod.all.map { $0.name + $0.mode.rawValue }).count == RankingMethod.all.count)
    }
}
