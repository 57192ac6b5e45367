import Foundation
import TestSupport
import Testing

@testable import Detection

/// What every detector of the catalogue promises of any series.
@Suite struct RankingMethodTests {
    /// A method by its title, "name mode".
    private static let titles = RankingMethod.all.map { "\($0.name) \($0.mode)" }

    private func method(_ title: String) throws -> RankingMethod {
        try #require(RankingMethod.all.first { "\($0.name) \($0.mode)" == title })
    }

    /// Series that break what is careless.
    private static let nasty: [(name: String, values: [Double])] = {
        var random = SeededSeries(seed: 61)
        let noise = random.noise(300)
        return [
            ("nothing", []), ("one value", [3]), ("two values", [3, 4]),
            ("63 values", Array(noise.prefix(63))), ("64 values", Array(noise.prefix(64))),
            ("65 values", Array(noise.prefix(65))), ("constant", noise.map { _ in 5 }),
            ("zeros", noise.map { _ in 0 }), ("missing", noise.map { _ in .nan }),
            ("half missing", noise.enumerated().map { $0.offset % 2 == 0 ? $0.element : .nan }),
            ("half missing at random", random.holes(in: noise, share: 0.5)),
            ("infinite here and there", noise.map { $0 > 1.5 ? .infinity : $0 }),
            ("huge", noise.map { $0 * 1e300 }), ("tiny", noise.map { $0 * 1e-300 }),
            ("integers", noise.map { ($0 * 2).rounded() }),
            ("rarely anything", noise.map { $0 > 2.2 ? 1 : 0 }),
            ("a step", noise.indices.map { $0 < 150 ? 0 : 1 }),
            ("a huge step", noise.indices.map { $0 < 150 ? noise[$0] : 1e12 + noise[$0] }),
            ("a ramp", noise.indices.map(Double.init)),
            ("a wave", noise.indices.map { sin(Double($0) / 4) }),
        ]
    }()

    @Test func `names come once for each mode, and every method says what it sees and where it comes from`() {
        #expect(Set(Self.titles).count == Self.titles.count)
        #expect(
            Self.titles.prefix(6) == [
                "full causal", "full-sum causal", "full delayed", "stream causal", "batch batch",
                "batch-sum batch",
            ])
        for method in RankingMethod.all {
            #expect(method.name.allSatisfy { $0.isLowercase || $0 == "-" }, "\(method.name)")
            #expect(method.summary.hasSuffix(".") && !method.summary.contains("\n"), "\(method.name)")
            #expect(method.source.count > 10, "\(method.name)")
            #expect((method.mode == .batch) == (method.stateBytes == nil), "\(method.name)")
        }
    }

    @Test(arguments: titles)
    func `any series has finite ranks from 0 up, the same each time`(title: String) throws {
        let method = try method(title)
        for (name, values) in Self.nasty {
            let ranks = try method.ranks(of: values)
            #expect(ranks.count == values.count, "\(title): \(name)")
            #expect(ranks.allSatisfy { $0.isNaN || ($0.isFinite && $0 >= 0) }, "\(title): \(name)")
            #expect(bits(ranks) == bits(try method.ranks(of: values)), "\(title): \(name)")
            // Every value has a rank once the first 64 are known; in batch mode each from the start.
            let known = values.indices.filter { values[$0].isFinite }.dropFirst(
                method.mode == .batch ? 0 : 64)
            #expect(known.allSatisfy { ranks[$0].isFinite }, "\(title): \(name)")
        }
    }

    @Test(arguments: RankingMethod.all.filter { $0.mode == .causal }.map { "\($0.name) causal" })
    func `a rank depends on earlier values only`(title: String) throws {
        var random = SeededSeries(seed: 62)
        let values = random.holes(in: random.season(700, period: 24), share: 0.05)
        let method = try method(title)
        let whole = try method.ranks(of: values)
        for cut in [64, 65, 257, 520, 640] {
            let part = try method.ranks(of: Array(values[..<cut]))
            #expect(bits(part) == bits(Array(whole[..<cut])), "\(title): \(cut)")
        }
    }

    @Test(arguments: titles)
    func `ranks do not depend on the unit`(title: String) throws {
        var random = SeededSeries(seed: 63)
        let values = random.season(640, period: 24)
        let method = try method(title)
        let plain = try method.ranks(of: values)
        for scale in [0x1p-20, 0x1p30] {
            let other = try method.ranks(of: values.map { $0 * scale })
            let worst = zip(plain, other).reduce(0) { $1.0.isNaN ? $0 : max($0, abs($1.0 - $1.1)) }
            #expect(worst <= 1e-6, "\(title) at \(scale): \(worst)")
        }
    }

    /// Those that look at values, or at windows as they are; what looks at levels, at variances or at
    /// stillness does not promise to see one value.
    private static let spikeFinders = [
        "full causal", "full-sum causal", "stream causal", "batch batch", "batch-sum batch",
        "forecast-residual causal", "autoregression causal", "seasonal-autoregression causal",
        "seasonal-neighbour causal", "direct-autoregression causal", "robust-location-scale causal",
        "amplitude causal", "two-sided-autoregression batch", "spectral-residual batch",
        "amplitude batch", "subspace batch",
    ]

    @Test(arguments: spikeFinders)
    func `a planted spike is among the most unusual values`(title: String) throws {
        var random = SeededSeries(seed: 64)
        var values = random.season(1_200, period: 24)
        values[1_000] += 40
        let ranks = try method(title).ranks(of: values)
        // The mean over a quarter of the season, or the window around, may put the top beside the value.
        let peak = ranks[994...1_006].filter { $0.isFinite }.max() ?? 0
        let quiet = ranks.enumerated().filter { abs($0.offset - 1_000) > 24 && $0.element > peak }.count
        #expect(quiet <= 12, "\(title): \(quiet) values rank higher")
    }
}
