import Query
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// Points of a series with gaps, missing values and several samples a step.
private struct Points {
    var columns = PointColumns()

    init(seed: UInt64, step: Step, from start: Int64, longestGap: Int) {
        var random = SeededGenerator(seed: seed)
        let each = Double(step.nominalMilliseconds)
        var time = start
        var counter = 0.0
        for _ in 0..<300 {
            let steps =
                Int.random(in: 0..<12, using: &random) == 0
                ? Double.random(in: 1...Double(longestGap), using: &random)
                : Double.random(in: 0.1...0.8, using: &random)
            time += max(Int64(each * steps), 1)
            let isReset = Int.random(in: 0..<40, using: &random) == 0
            counter = isReset ? 0 : counter + Double.random(in: 0...9, using: &random)
            let isMissing = Int.random(in: 0..<15, using: &random) == 0
            columns.append(time, isMissing ? .nan : counter, 255)
        }
    }
}

@Suite struct StepHistoryTests {
    private static let policies: [MissingPolicy] = [.unknown, .zero, .last, .interpolate(most: 3)]

    private func policy(_ seed: UInt64, step: Step, zone: TimeZone = .utc) throws -> FullPolicy {
        var definition = MetricDefinition(name: "x", match: try Selector(parsing: "x"))
        definition.step = step
        definition.timezone = zone
        definition.aggregate = Aggregation.allCases[Int(seed) % 5]
        definition.missing = Self.policies[Int(seed / 5) % 4]
        definition.range = seed % 3 == 0 ? ValueRange(min: 0.5, max: 400) : .any
        return FullPolicy(definition, hash: "", metricName: "x", series: 1)
    }

    /// Feeds both, and compares what the full tier kept with the history of the same points.
    private func compare(_ points: PointColumns, _ policy: FullPolicy, _ note: String) throws {
        let full = FullSeries(policy: policy)
        var start: Int?
        for place in 0..<points.count {
            _ = full.take(points.times[place], points.values[place])
            if start == nil { start = full.record()?.next }
        }
        let clock = try #require(full.clock)
        let (first, next) = (try #require(start), try #require(full.next))
        let seen = try #require(full.recorded).map { policy.definition.range.contains($0) ? $0 : .nan }
        #expect(seen.count == next - first, "\(note)")
        for end in [nil, next, next - seen.count / 2, next + 5] {
            let history = try #require(StepHistory(points, policy: policy, clock: clock, end: end), "\(note)")
            #expect(history.end == end ?? next, "\(note)")
            let common = min(history.end, next) - first
            let dropped = first - history.first
            #expect(dropped >= 0, "\(note)")
            let kept = Array(history.values.dropFirst(dropped).prefix(common))
            #expect(bits(kept) == bits(Array(seen.prefix(common))), "\(note), end \(end ?? -1)")
            let after = history.values.dropFirst(dropped + common).filter { !$0.isNaN }
            // What waits for its neighbour, or lies ahead, is missing at the end.
            #expect(end != next + 5 || after.isEmpty, "\(note)")
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `a history of fixed steps is what the full tier saw`(seed: UInt64) throws {
        let step = Step.fixed(milliseconds: [1_000, 60_000, 3_600_000][Int(seed) % 3])
        let points = Points(seed: seed, step: step, from: 1_700_000_000_123, longestGap: 9)
        try compare(points.columns, try policy(seed, step: step), "seed \(seed)")
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `civil days and months across the changes of clocks are what the full tier saw`(seed: UInt64) throws
    {
        let berlin = try TimeZone(named: "Europe/Berlin")
        let step = seed % 4 == 0 ? Step.months(1) : .days(1)
        let points = Points(seed: seed, step: step, from: 1_742_000_000_000, longestGap: 4)
        try compare(points.columns, try policy(seed, step: step, zone: berlin), "seed \(seed)")
    }

    @Test func `a day of 23 and one of 25 hours are one step each`() throws {
        var definition = MetricDefinition(name: "x", match: try Selector(parsing: "x"))
        definition.step = .days(1)
        definition.timezone = try TimeZone(named: "Europe/Berlin")
        definition.aggregate = .sum
        let policy = FullPolicy(definition, hash: "", metricName: "x", series: 1)
        let clock = StepClock(step: .days(1), zone: definition.timezone)
        for (first, hours) in [("2025-03-29T00:00:00+01:00", 23.0), ("2025-10-25T00:00:00+02:00", 25.0)] {
            let begin = try Timestamp(rfc3339: first).milliseconds
            var points = PointColumns()
            for hour in 0..<80 { points.append(begin + Int64(hour) * 3_600_000, 1, 255) }
            let history = try #require(StepHistory(points, policy: policy, clock: clock, end: nil))
            #expect(history.values == [24, hours, 24])
            #expect(clock.time(of: history.first).milliseconds == begin)
        }
    }

    @Test func `after an outage of unheard-of length steps begin anew`() throws {
        let policy = try policy(0, step: .fixed(milliseconds: 1_000))
        var points = PointColumns()
        for second in 0..<50 { points.append(Int64(second) * 1_000, 7, 255) }
        for second in 20_000..<20_030 { points.append(Int64(second) * 1_000, 8, 255) }
        let clock = StepClock(step: .fixed(milliseconds: 1_000), zone: .utc)
        let history = try #require(StepHistory(points, policy: policy, clock: clock, end: nil))
        #expect(history.first == 20_000 && history.values == [Double](repeating: 8, count: 29))
        let full = FullSeries(policy: policy)
        for place in 0..<points.count { _ = full.take(points.times[place], points.values[place]) }
        #expect(full.next == history.end)
        // The warm-up counts from there too, so that the first default does not wait for a doubling.
        #expect(full.known == 29 && full.wantsDefault(fewest: 24, most: 20_000))
    }

    @Test func `what is cut from a history keeps its steps`() throws {
        let policy = try policy(0, step: .fixed(milliseconds: 1_000))
        var points = PointColumns()
        for second in 5..<30 { points.append(Int64(second) * 1_000, Double(second), 255) }
        let clock = StepClock(step: .fixed(milliseconds: 1_000), zone: .utc)
        let history = try #require(StepHistory(points, policy: policy, clock: clock, end: 20))
        let cut = history.suffix(4)
        #expect(cut.values == [16, 17, 18, 19] && cut.first == 16 && cut.end == 20)
        #expect(history.suffix(1_000).first == 5)
        let training = cut.training(labels: [1])
        #expect(training.grid.time(at: 0).milliseconds == 16_000)
        #expect(StepHistory(PointColumns(), policy: policy, clock: clock, end: 3) == nil)
    }

    @Test func `late points are in the history though the stream did not see them`() throws {
        let bench = try RegistryBench([RegistryData.definition { $0.aggregate = .sum }])
        bench.feed([1, 2, 4, 8, 16])
        var late = PointColumns()
        late.append(RegistryData.start + 90_000, 100, 255)
        bench.feed([100], from: 20)
        let series = try #require(bench.monitor.series(bench.id()))
        let definition = try #require(series.definition)
        let policy = FullPolicy(definition, hash: "", metricName: "load", series: 1)
        let clock = StepClock(step: .fixed(milliseconds: 60_000), zone: .utc)
        let joined = PointColumns(joining: [try bench.points(), late])
        let history = try #require(StepHistory(joined, policy: policy, clock: clock, end: nil))
        #expect(history.values.prefix(5).elementsEqual([1, 102, 4, 8, 16]))
    }
}
