import Foundation
import Numerics
import TestSupport
import Testing
import TimeSeries

@testable import Detection

/// The evidence that streams give to trees: half-space trees by their definition, and states that go on.
@Suite struct StreamForestTests {
    private func strengths<Part: CausalEvidence>(_ part: inout Part, _ values: [Double]) -> [Double] {
        var recent = EvidenceMemory()
        return values.map {
            _ = recent.append($0)
            return part.push(&recent)
        }
    }

    @Test func `half-space trees count as the paper defines`() throws {
        var random = SeededSeries(seed: 111)
        let values = random.season(900, period: 24).map { Double(Float($0)) }
        let shingle = EvidenceShingle(period: 64)
        #expect(shingle.spacing == 2 && shingle.reach == 15)
        var trees = HalfSpaceTrees(period: 64)
        let got = strengths(&trees, values)

        let (window, depth) = (HalfSpaceTrees.window, HalfSpaceTrees.depth)
        let start = shingle.reach - 1
        let first = values[..<(window + start)]
        let (low, high) = (Float(first.min() ?? 0), first.max() ?? 0)
        let scale = Float(1 / (high - (first.min() ?? 0)))
        let points = (start..<values.count).map { end in
            (0..<8).map { (Float(values[end - 2 * $0]) - low) * scale }
        }
        /// The nodes on the way down, the root first.
        func way(_ tree: Int, _ point: [Float]) -> [Int] {
            var nodes = [0]
            while nodes.count <= depth {
                let node = nodes[nodes.count - 1]
                let cut = HalfSpaceCuts.all[tree * HalfSpaceCuts.branches + node]
                nodes.append(2 * node + (point[Int(cut.place)] < cut.height ? 1 : 2))
            }
            return nodes
        }
        for step in stride(from: window, to: points.count, by: 37) {
            let begin = (step / window - 1) * window
            var sum = 0.0
            for tree in 0..<HalfSpaceTrees.trees {
                var masses: [Int: Int] = [:]
                for point in points[begin..<begin + window] {
                    for node in way(tree, point) { masses[node, default: 0] += 1 }
                }
                let own = way(tree, points[step])
                let level = own.firstIndex { masses[$0, default: 0] <= window / 10 } ?? depth
                sum += Double(masses[own[level], default: 0]) * pow(2, Double(level))
            }
            let want = max(-log((1 + sum) / HalfSpaceTrees.most), 0)
            #expect(abs(got[start + step] - want) < 1e-12, "\(step)")
        }
        #expect(got[..<(start + window)].allSatisfy { $0 == 0 })
    }

    @Test func `the cuts halve the range of their node`() {
        #expect(HalfSpaceCuts.all.count == HalfSpaceTrees.trees * HalfSpaceCuts.branches)
        // The range reaches from s − 2 max(s, 1 − s) to s + 2 max(s, 1 − s): its middle is s.
        for tree in 0..<HalfSpaceTrees.trees {
            let root = HalfSpaceCuts.all[tree * HalfSpaceCuts.branches]
            #expect((0..<1).contains(root.height) && (0..<8).contains(root.place))
        }
    }

    private func expectSame<Part: CausalEvidence & PeriodStorable>(_ part: Part.Type) throws {
        var random = SeededSeries(seed: 112)
        let values = random.holes(in: random.season(760, period: 24), share: 0.03)
        for cut in [10, 64, 300, 660] {
            var ranking = EvidenceRanking<Part>()
            for value in values.prefix(cut) { _ = ranking.push(value) }
            var writer = BinaryWriter()
            ranking.write(to: &writer)
            var reader = BinaryReader(writer.bytes)
            var again = try EvidenceRanking<Part>(from: &reader)
            #expect(reader.isAtEnd)
            for value in values.dropFirst(cut).prefix(100) {
                #expect(ranking.push(value)?.bitPattern == again.push(value)?.bitPattern, "\(part) \(cut)")
            }
            var short = BinaryReader(Array(writer.bytes.dropLast(9)))
            #expect(throws: BinaryFormatError.self) { try EvidenceRanking<Part>(from: &short) }
        }
    }

    @Test func `a stored random cut forest goes on to the last bit`() throws {
        try expectSame(RandomCutForest.self)
    }

    @Test func `stored half-space trees go on to the last bit`() throws {
        try expectSame(HalfSpaceTrees.self)
    }

    @Test func `a stored forecast residual goes on to the last bit`() throws {
        try expectSame(ForecastResidual.self)
    }

    @Test func `a burst among calm values is found by both forests`() throws {
        var random = SeededSeries(seed: 113)
        var values = random.season(1_200, period: 24, noise: 0.5)
        for step in 1_000..<1_012 { values[step] += 20 * random.normal() }
        for name in ["random-cut-forest", "half-space-trees"] {
            let method = try #require(RankingMethod.all.first { $0.name == name })
            let ranks = try method.ranks(of: values)
            let best = ranks.indices.filter { ranks[$0].isFinite }.max { ranks[$0] < ranks[$1] }
            #expect(best.map((1_000..<1_030).contains) ?? false, "\(name): \(best ?? -1)")
        }
    }
}
