import Foundation
import TestSupport
import Testing

@testable import Detection

/// What the ranking of the light tier promises of any series.
@Suite struct StreamRankingTests {
    private func ranks(_ values: [Double]) -> [Double] { StreamRanking.ranks(of: values) }

    private func same(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Bool {
        zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
    }

    @Test func `a state fits into three and a half kilobytes`() {
        #expect(MemoryLayout<StreamRanking>.size <= 3_584 && MemoryLayout<StreamRanking>.stride <= 3_584)
    }

    @Test func `a rank depends on earlier values only`() {
        var random = SeededSeries(seed: 1)
        let values = random.holes(in: random.season(1_300, period: 24), share: 0.05)
        let whole = ranks(values)
        for cut in [65, 257, 613, 640, 1_025] {
            #expect(same(ranks(Array(values[..<cut])), whole[..<cut]), "\(cut)")
        }
    }

    @Test func `any series has finite ranks from 0 up, or none`() {
        var random = SeededSeries(seed: 2)
        let noise = random.noise(700)
        let shapes: [(String, [Double])] = [
            ("constant", noise.map { _ in 5 }), ("zero", noise.map { _ in 0 }),
            ("huge", noise.map { $0 * 1e300 }),
            ("both ends", noise.indices.map { $0 % 2 == 0 ? 1.7e308 : -1.7e308 }),
            ("subnormal", noise.map { $0 * 1e-300 * 1e-10 }),
            ("a step", noise.indices.map { $0 < 150 ? 0 : 1e12 }),
            ("a late end", noise.indices.map { $0 < 650 ? noise[$0] : 1.7e308 }),
            ("missing", noise.map { _ in .nan }), ("one value", noise.indices.map { $0 == 9 ? 1 : .nan }),
            ("infinite", noise.indices.map { $0 % 90 == 80 ? .infinity : noise[$0] }),
            ("a long gap", noise.indices.map { (100..<570).contains($0) ? .nan : noise[$0] }),
        ]
        for (name, values) in shapes {
            for count in [0, 1, 2, 64, 65, 300, 700] {
                let values = Array(values.prefix(count))
                let ranks = ranks(values)
                var known = 0
                var good = ranks.count == count
                for (value, rank) in zip(values, ranks) {
                    let isRanked = value.isFinite && known >= StreamRanking.unitCount
                    good = good && (isRanked ? rank.isFinite && rank >= 0 : rank.isNaN)
                    if value.isFinite || known >= StreamRanking.unitCount { known += 1 }
                }
                #expect(good, "\(name) \(count)")
            }
        }
    }

    @Test func `ranks do not depend on the unit`() {
        var random = SeededSeries(seed: 3)
        let values = random.season(900, period: 24)
        let plain = ranks(values)
        for (scale, shift) in [(1_000.0, 0.0), (1, 1e4), (-0.01, 3)] {
            let other = ranks(values.map { $0 * scale + shift })
            let worst = zip(plain, other).dropFirst(64).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(worst < 0.01, "\(scale), \(shift): \(worst)")
        }
    }

    @Test(arguments: ["spike", "shift", "burst", "frozen", "missing season"], [24, 288])
    func `what is planted ranks above nearly all that is quiet`(kind: String, period: Int) {
        var random = SeededSeries(seed: 4)
        var values = random.season(2_600, period: period, noise: 0.5)
        let noise = random.noise(2_600)
        let place = 2_000..<2_000 + 2 * period
        for step in place {
            switch kind {
            case "spike": values[step] += step == place.lowerBound ? 8 : 0
            case "shift": values[step] += 5
            case "burst": values[step] += 3 * noise[step]
            case "frozen": values[step] = values[place.lowerBound]
            default: values[step] = 50 + 0.5 * noise[step]
            }
        }
        let ranks = ranks(values)
        let quiet = ranks[1_000..<2_000].sorted()
        let peak = ranks[place].max() ?? 0
        #expect(peak > quiet[quiet.count * 99 / 100], "\(kind): \(peak), \(quiet.suffix(3))")
    }

    @Test(arguments: [40, 200, 600, 800])
    func `a state goes on from its bytes`(count: Int) {
        var random = SeededSeries(seed: 5)
        let values = random.season(1_100, period: 96)
        var ranking = StreamRanking()
        for value in values.prefix(count) { _ = ranking.push(value) }
        let bytes = withUnsafeBytes(of: ranking) { Array($0) }
        var again = bytes.withUnsafeBytes { $0.loadUnaligned(as: StreamRanking.self) }
        for value in values.dropFirst(count) {
            #expect(ranking.push(value)?.bitPattern == again.push(value)?.bitPattern)
        }
    }

    @Test(arguments: [24, 96, 288])
    func `the season is found`(period: Int) {
        var random = SeededSeries(seed: 6)
        var ranking = StreamRanking()
        for value in random.season(620, period: period) { _ = ranking.push(value) }
        #expect(abs(ranking.period - period) <= period / 24, "\(ranking.period)")
    }

    @Test func `a gap is no run of one value`() {
        var random = SeededSeries(seed: 7)
        var values = random.noise(1_500)
        for step in 700..<1_000 { values[step] = .nan }
        for step in 1_400..<1_440 { values[step] = values[1_400] }
        let ranks = ranks(values)
        let quiet = ranks[1_200..<1_400].sorted()
        let peak = ranks[1_400..<1_440].max() ?? 0
        #expect(peak > quiet[quiet.count - 1], "\(peak), \(quiet.suffix(3))")
    }
}
