import Forecasting
import Foundation
import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

private let minute: Int64 = 60_000

@Suite struct ChartTests {
    private func open(_ definitions: [MetricDefinition] = []) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 2
        return try Monitor.open(
            settings, store: MemoryStore(), journal: nil, definitions: definitions, in: World().surroundings()
        )
    }

    private func series(_ monitor: Monitor, _ name: String) throws -> SeriesDescription {
        let id = try #require(monitor.id(name))
        return try #require(monitor.series(id))
    }

    /// Sends a point a minute and answers what a follower of the series saw.
    private func watch(
        _ monitor: Monitor, _ name: String, _ values: [Double], from step: Int = 0
    ) throws -> [LiveSample] {
        let id = try #require(monitor.id(name))
        var follower = monitor.live.follow([id], []).follower
        defer { monitor.live.leave(follower) }
        try monitor.send(values.enumerated().map { Sample(name, Int64(step + $0) * minute, $1) })
        return monitor.live.read(&follower).events.compactMap { event in
            if case .sample(let sample) = event.content { return sample }
            return nil
        }
    }

    // MARK: Light tier

    @Test func `a follower sees what is stored, and a replay finds the same band`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        var random = SeededSeries(seed: 4)
        var values = random.autoregression(400, 0.8)
        values[300] = 40
        try monitor.send([Sample("a", 0, values[0])])
        let seen = try watch(monitor, "a", Array(values.dropFirst()), from: 1)
        #expect(seen.map(\.value) == Array(values.dropFirst()))
        #expect(
            seen.count { $0.isAnomaly } >= 1 && seen[299].isAnomaly && seen[299].score.map { $0 > 1 } == true)
        let stored = try monitor.points("a")
        for (sample, byte) in zip(seen, stored.scores.dropFirst()) {
            let score = ScoreByte.score(byte, threshold: StreamSeries.threshold)
            #expect((sample.score == nil) == (score == nil))
            if let a = sample.score, let b = score { #expect(abs(min(a, 3.1) - min(b, 3.1)) < 0.01) }
        }
        let chart = try monitor.chart(of: series(monitor, "a"))
        #expect(chart.count == 400 && chart.points.map(\.value) == values && chart.band.source == .replayed)
        #expect(chart.times == 0...399 * minute && chart.step == .fixed(milliseconds: minute))
        #expect(chart.points.map(\.isAnomaly) == [false] + seen.map(\.isAnomaly))
        let bands = seen.compactMap { sample in sample.band.map { (sample.time, $0) } }
        #expect(chart.band.entries.map(\.time) == bands.map(\.0))
        #expect(chart.band.entries.map(\.band) == bands.map(\.1))
        #expect(chart.anomalies.count == 1 && chart.anomalies[0].from == 300 * minute)
    }

    @Test func `a series that nobody watches is not published`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        try monitor.send((0..<100).map { Sample("a", Int64($0) * minute, 1) })
        #expect(monitor.live.counts.events == 0)
    }

    @Test func `the newest two thousand points come first, and a range may ask for fewer`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        var random = SeededSeries(seed: 5)
        var values = random.noise(5_000)
        values[4_321] = 90
        for start in stride(from: 0, to: 5_000, by: 1_000) {
            try monitor.send((start..<start + 1_000).map { Sample("a", Int64($0) * minute, values[$0]) })
        }
        try monitor.checkpoint()
        let described = try series(monitor, "a")
        let newest = try monitor.chart(of: described)
        #expect(newest.count == 2_000 && newest.points.map(\.value) == Array(values[3_000...]))
        #expect(newest.outlook != nil && newest.band.entries.count == 2_000)
        var question = ChartQuestion()
        (question.start, question.end, question.points) = (1_000 * minute, 4_499 * minute, 100)
        let range = try monitor.chart(of: described, question)
        #expect(range.count == 3_500 && range.points.count <= 100 && range.outlook == nil)
        #expect(range.points.contains { $0.value == 90 && $0.isAnomaly })
        #expect(range.points.map(\.value).min() == values[1_000...4_499].min())
        #expect(range.band.entries.map(\.time) == range.points.map(\.time))
        (question.start, question.end) = (9_000 * minute, 9_100 * minute)
        let empty = try monitor.chart(of: described, question)
        #expect(empty.count == 0 && empty.points.isEmpty && empty.band.source == .none)
    }

    @Test func `a young series has neither band nor score before its errors are known`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        var random = SeededSeries(seed: 9)
        let values = random.noise(600).enumerated().map { 50 + 20 * sin(Double($0) / 20) + $1 }
        try monitor.send(values.enumerated().map { Sample("a", Int64($0) * minute, $1) })
        let chart = try monitor.chart(of: series(monitor, "a"))
        #expect(chart.band.entries.count > 500 && chart.extent == 0...599 * minute)
        for entry in chart.band.entries {
            #expect(entry.band.upper - entry.band.lower < 200, "\(entry.time / minute)")
        }
        let judged = chart.points.filter { $0.score != nil }.map(\.time)
        #expect(judged == chart.band.entries.map(\.time))
    }

    @Test func `a chart knows where the series begins and ends, in memory and in the store`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        try monitor.send((0..<300).map { Sample("a", Int64(100 + $0) * minute, 1) })
        var question = ChartQuestion()
        (question.start, question.end) = (200 * minute, 210 * minute)
        #expect(
            try monitor.chart(of: series(monitor, "a"), question).extent == 100 * minute...399 * minute)
        try monitor.checkpoint()
        try monitor.send([Sample("a", 400 * minute, 1)])
        #expect(
            try monitor.chart(of: series(monitor, "a"), question).extent == 100 * minute...400 * minute)
        #expect(monitor.status.keptPoints == 301 && monitor.status.storedPoints == 300)
    }

    @Test func `counters are drawn as rates`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        try monitor.send((0..<300).map { Sample("a_total", Int64($0) * minute, Double($0 * 120)) })
        let chart = try monitor.chart(of: series(monitor, "a_total"))
        #expect(chart.count == 299)
        for point in chart.points { #expect(point.value == 2) }
        #expect(try monitor.fleet(FleetQuestion()).rows.first?.value == 2)
    }

    @Test func `the outlook of the light tier follows the season`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        var random = SeededSeries(seed: 6)
        let values = random.season(480, period: 24)
        try monitor.send(values.enumerated().map { Sample("a", Int64($0) * minute, $1) })
        let chart = try monitor.chart(of: series(monitor, "a"))
        let outlook = try #require(chart.outlook)
        #expect(outlook.level == 95 && outlook.entries.count >= 12 && outlook.entries.count <= 120)
        #expect(outlook.entries[0].time == 480 * minute)
        for (ahead, entry) in outlook.entries.prefix(24).enumerated() {
            #expect(entry.band.lower <= entry.band.expected && entry.band.expected <= entry.band.upper)
            #expect(abs(entry.band.expected - values[456 + ahead]) < 6, "\(ahead)")
        }
    }

    // MARK: Full tier

    private func definition() -> MetricDefinition {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: minute)
        definition.season = .steps(24)
        definition.model = "ridge"
        return definition
    }

    @Test func `a chart of the full tier has the band as it was, or a new one where it was not recorded`()
        throws
    {
        let monitor = try open([definition()])
        defer { monitor.stop() }
        var random = SeededSeries(seed: 7)
        let values = random.season(1_000, period: 24)
        try monitor.send((0..<400).map { Sample("load", Int64($0) * minute, values[$0]) })
        let described = try series(monitor, "load")
        let before = try monitor.chart(of: described)
        try #require(before.points.allSatisfy { $0.score == nil })
        // The last step is not over.
        #expect(before.count == 399 && before.points.map(\.value) == Array(values.prefix(399)))
        #expect(before.state == .noData && before.band.source == .refitted && before.outlook != nil)
        #expect(before.band.entries.count > 100)

        let start = try #require(monitor.record([described.id]).first)
        let history = try monitor.history(
            of: described.id, policy: start.policy, clock: start.clock, end: start.next)
        let prepared = try PreparedModel(defaultFor: try #require(history), season: 24)
        #expect(monitor.install([described.id: prepared]) == [described.id])
        // The model has judged nothing yet: that is not "well".
        #expect(try monitor.fleet(FleetQuestion()) { _ in false }.rows.map(\.state) == [.warming])
        let seen = try watch(monitor, "load", Array(values[400...]), from: 400)
        #expect(seen.map(\.time) == (399..<999).map { Int64($0) * minute })
        #expect(try monitor.fleet(FleetQuestion()) { _ in false }.rows.map(\.state) != [.warming])
        let after = try monitor.chart(of: described)
        #expect(after.count == 999 && after.state == .noData && after.band.source == .completed)
        // What is older than the record is fitted: the band has no hole.
        let times = after.band.entries.map(\.time)
        #expect(times.count > 900 && times == times.sorted())
        let recorded = after.band.entries.suffix(seen.count)
        for (entry, sample) in zip(recorded, seen) {
            let band = try #require(sample.band)
            #expect(entry.time == sample.time && entry.band.expected == band.expected)
            #expect(abs(entry.band.lower - band.lower) < 1e-5 && abs(entry.band.upper - band.upper) < 1e-5)
        }
        for (point, sample) in zip(after.points.suffix(seen.count), seen) {
            #expect(point.isAnomaly == sample.isAnomaly && (point.score == nil) == (sample.score == nil))
        }
        // A range that is recorded but for its first steps is worth no fit.
        var question = ChartQuestion()
        question.start = 395 * minute
        #expect(try monitor.chart(of: described, question).band.source == .recorded)
        // A range before the model was there.
        (question.start, question.end) = (100 * minute, 299 * minute)
        let past = try monitor.chart(of: described, question)
        #expect(past.count == 200 && past.band.source == .refitted && past.outlook == nil)

        let outlook = try #require(after.outlook)
        #expect(outlook.entries.count == 24 && outlook.entries[0].time == 999 * minute)
        var inside = 0
        let next = SeededSeries.clean(period: 24, from: 999, count: 24)
        for (entry, value) in zip(outlook.entries, next) {
            #expect(entry.band.upper - entry.band.lower < 20)
            if entry.band.lower <= value, value <= entry.band.upper { inside += 1 }
        }
        #expect(inside >= 22)
    }
}

extension SeededSeries {
    /// A season without its noise.
    fileprivate static func clean(period: Int, from first: Int, count: Int) -> [Double] {
        var random = SeededSeries(seed: 1)
        return Array(random.season(first + count, period: period, noise: 0).suffix(count))
    }
}
