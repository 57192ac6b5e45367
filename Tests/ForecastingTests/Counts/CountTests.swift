import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CountTests {
    // MARK: - Intermittent demand

    /// 4 units at every third step.
    private let regular = (0..<120).map { $0 % 3 == 2 ? 4.0 : 0 }

    @Test func `regular demand is its size over its interval`() throws {
        let croston = try IntermittentDemand(.croston).fit(Series(values: regular))
        #expect(abs(croston.next - 4.0 / 3) < 1e-9)
        let corrected = try IntermittentDemand(.syntetosBoylan).fit(Series(values: regular))
        let weights = IntermittentDemand.weights.map { (1 - $0 / 2) * 4 / 3 }
        #expect(weights.contains { abs($0 - corrected.next) < 1e-9 })
        let probable = try IntermittentDemand(.teunterSyntetosBabai).fit(Series(values: regular))
        #expect(abs(probable.next - 4.0 / 3) < 0.35)
    }

    @Test func `only the third variant forgets a demand that never comes again`() throws {
        let ended = regular + [Double](repeating: 0, count: 200)
        var means: [IntermittentDemand.Variant: Double] = [:]
        for variant in IntermittentDemand.Variant.allCases {
            var model = try IntermittentDemand(variant).fit(Series(values: regular))
            for value in ended.dropFirst(120) { model.observe(value) }
            means[variant] = model.next
        }
        #expect(try #require(means[.croston]) > 1.3)
        #expect(try #require(means[.teunterSyntetosBabai]) < 0.05)
    }

    /// The slow twin: sizes and intervals are collected first, then smoothed.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func `sizes and intervals are smoothed as two series of their own`(seed: UInt64) throws {
        var random = SeededSeries(seed: seed)
        let values = random.poisson(150, mean: 0.4)
        let weight = 0.15
        let start = IntermittentDemand.State(before: values)
        var model = IntermittentDemand.Model(.croston, weight: weight, start: start)
        for value in values { model.observe(value) }
        let places = values.indices.filter { values[$0] != 0 }
        let sizes = places.map { values[$0] }
        let intervals = zip(places, [-1] + places).map { Double($0 - $1) }
        func smoothed(_ series: [Double], from first: Double) -> Double {
            series.reduce(first) { (1 - weight) * $0 + weight * $1 }
        }
        let want = smoothed(sizes, from: start.size) / smoothed(intervals, from: start.interval)
        #expect(abs(model.next - want) < 1e-12)
    }

    // MARK: - Counts

    @Test func `the probabilities of all counts add up to one and have the expected mean`() {
        for (distribution, parameter, size) in [
            (CountSmoothing.Distribution.poisson, 0.9, 0.0), (.negativeBinomial, 0.2, 2),
        ] {
            var model = CountSmoothing.Model(
                distribution, parameter: parameter, size: size, indices: [1.2, 0.8], start: 2.5)
            for value in [3.0, 1, .nan, 0, 6] { model.observe(value) }
            let probabilities = (0..<2_000).map { exp(model.logProbability(of: Double($0))) }
            #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9)
            let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
            #expect(abs(mean - model.next) < 1e-9 * model.next)
        }
    }

    /// The slow twin: the discounted sums of all counts and of all weights.
    @Test func `the level of Poisson counts is a discounted mean`() {
        var random = SeededSeries(seed: 2)
        let values = random.poisson(80, mean: 3)
        let discount = 0.93
        var model = CountSmoothing.Model(
            .poisson, parameter: discount, size: 0, indices: [1], start: values[0])
        for value in values { model.observe(value) }
        var sums = (shape: values[0] * 0.5 * pow(discount, 80), rate: 0.5 * pow(discount, 80))
        for (age, value) in values.reversed().enumerated() {
            sums.shape += value * pow(discount, Double(age))
            sums.rate += pow(discount, Double(age))
        }
        #expect(abs(model.next - sums.shape / sums.rate) < 1e-10)
    }

    @Test func `a level that stays is averaged, one that moves is followed`() throws {
        var random = SeededSeries(seed: 3)
        let still = random.poisson(600, mean: 4)
        let moved = random.poisson(300, mean: 2) + random.poisson(40, mean: 12)
        for distribution in CountSmoothing.Distribution.allCases {
            let calm = try CountSmoothing(distribution).fit(Series(values: still))
            #expect(abs(calm.next - 4) < 0.5, "\(distribution): \(calm.next)")
            let quick = try CountSmoothing(distribution).fit(Series(values: moved))
            #expect(abs(quick.next - 12) < 2.5, "\(distribution): \(quick.next)")
        }
    }

    @Test func `values below 0 are no counts`() throws {
        for distribution in CountSmoothing.Distribution.allCases {
            #expect(throws: ForecastError.negativeCounts) {
                try CountSmoothing(distribution).fit(Series(values: [3, 0, -1, 4]))
            }
        }
    }

    @Test func `a season of counts is found again`() throws {
        var random = SeededSeries(seed: 4)
        let profile = [1.0, 2, 6, 12, 6, 2, 1]
        let values = (0..<280).map { random.poisson(1, mean: profile[$0 % 7])[0] }
        for distribution in CountSmoothing.Distribution.allCases {
            let mean = try CountSmoothing(distribution, period: 7).fit(Series(values: values)).mean(steps: 7)
            for (value, want) in zip(mean, profile) {
                #expect(abs(value - want) < 0.15 * want + 0.6, "\(distribution): \(mean)")
            }
        }
    }

    @Test func `counts that scatter more than Poisson ones get a small size`() throws {
        var random = SeededSeries(seed: 5)
        let values = (0..<500).map { _ in random.poisson(1, mean: 4 * -log(random.uniform()))[0] }
        var writer = BinaryWriter()
        try CountSmoothing(.negativeBinomial).fit(Series(values: values)).write(to: &writer)
        var reader = BinaryReader(writer.bytes)
        _ = try reader.readInt()
        _ = try reader.readInt()
        _ = try reader.readDouble()
        let size = try reader.readDouble()
        #expect((0.6...2).contains(size), "size \(size)")
    }
}
