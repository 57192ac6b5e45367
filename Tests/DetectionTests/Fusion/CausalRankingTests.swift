import Foundation
import TestSupport
import Testing

@testable import Detection

/// What the causal ranking promises of any series.
@Suite struct CausalRankingTests {
    private func ranks(_ values: [Double]) throws -> [Double] {
        try SeriesRanking(values, network: .causal).ranks
    }

    @Test func `a rank depends on earlier values only`() throws {
        var random = SeededSeries(seed: 1)
        let values = random.holes(in: random.season(1_300, period: 24), share: 0.05)
        let whole = try ranks(values)
        for cut in [65, 257, 600, 1_025] {
            let part = try ranks(Array(values[..<cut]))
            #expect(part == Array(whole[..<cut]), "\(cut)")
        }
    }

    @Test func `any series has finite ranks from 0 up`() throws {
        var random = SeededSeries(seed: 2)
        let noise = random.noise(300)
        let shapes: [(String, [Double])] = [
            ("constant", noise.map { _ in 5 }), ("zero", noise.map { _ in 0 }),
            ("huge", noise.map { $0 * 1e300 }),
            ("both ends", noise.indices.map { $0 % 2 == 0 ? 1.7e308 : -1.7e308 }),
            ("subnormal", noise.map { $0 * 1e-300 * 1e-10 }),
            ("a step", noise.indices.map { $0 < 150 ? 0 : 1e12 }),
            ("missing", noise.map { _ in .nan }), ("one value", noise.indices.map { $0 == 9 ? 1 : .nan }),
            ("a long gap", noise.indices.map { (100..<270).contains($0) ? .nan : noise[$0] }),
        ]
        for (name, values) in shapes {
            for count in [0, 1, 2, 64, 65, 300] {
                let ranks = try ranks(Array(values.prefix(count)))
                #expect(
                    ranks.count == count && ranks.allSatisfy { $0.isFinite && $0 >= 0 }, "\(name) \(count)")
            }
        }
    }

    @Test func `ranks do not depend on the unit`() throws {
        var random = SeededSeries(seed: 3)
        let values = random.season(900, period: 24)
        let plain = try ranks(values)
        for (scale, shift) in [(1_000.0, 0.0), (1, 1e4), (-0.01, 3)] {
            let other = try ranks(values.map { $0 * scale + shift })
            let worst = zip(plain, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(worst < 0.2, "\(scale), \(shift): \(worst)")
        }
    }

    @Test(arguments: ["spike", "shift", "burst", "frozen", "missing season"])
    func `what is planted ranks above nearly all that is quiet`(kind: String) throws {
        var random = SeededSeries(seed: 4)
        var values = random.season(1_400, period: 24, noise: 0.5)
        let noise = random.noise(1_400)
        let place = 1_200..<1_248
        for step in place {
            switch kind {
            case "spike": values[step] += step == place.lowerBound ? 8 : 0
            case "shift": values[step] += 5
            case "burst": values[step] += 3 * noise[step]
            case "frozen": values[step] = values[place.lowerBound]
            default: values[step] = values[..<1_000].reduce(0, +) / 1_000 + 0.5 * noise[step]
            }
        }
        let ranks = try ranks(values)
        let quiet = (500..<1_200).map { ranks[$0] }.sorted()
        let peak = place.map { ranks[$0] }.max() ?? 0
        #expect(peak > quiet[quiet.count * 99 / 100], "\(kind): \(peak), \(quiet.suffix(3))")
    }

    @Test func `a state goes on from its bytes`() {
        var random = SeededSeries(seed: 5)
        let values = random.season(1_100, period: 24)
        var ranking = FullRanking()
        for value in values.prefix(600) { _ = ranking.push(value, network: .causal) }
        let bytes = withUnsafeBytes(of: ranking) { Array($0) }
        var again = bytes.withUnsafeBytes { $0.loadUnaligned(as: FullRanking.self) }
        for value in values.dropFirst(600) {
            let a = ranking.push(value, network: .causal)
            let b = again.push(value, network: .causal)
            #expect(a.fused.bitPattern == b.fused.bitPattern)
        }
    }

    @Test func `a delayed rank is the mean of what follows`() throws {
        var random = SeededSeries(seed: 6)
        let ranking = try SeriesRanking(random.season(400, period: 24), network: nil)
        let delay = ranking.delay
        let delayed = ranking.delayed
        for step in [0, 100, 250, 390, 399] {
            let part = ranking.ranks[step..<min(step + delay + 1, 400)]
            #expect(abs(delayed[step] - part.reduce(0, +) / Double(part.count)) < 1e-9)
        }
    }
}
