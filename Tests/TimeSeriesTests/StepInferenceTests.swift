import TestSupport
import Testing

@testable import TimeSeries

@Suite struct StepInferenceTests {
    private static let start: Int64 = 1_735_689_600_000  // 2025-01-01T00:00:00Z

    private func step(_ timestamps: [Timestamp], _ zone: TimeZone = .utc) -> String? {
        StepInference.fit(timestamps, zone: zone)?.grid.step.description
    }

    private func days(_ texts: [String], _ zone: TimeZone = .utc) throws -> [Timestamp] {
        try texts.map { zone.meaning(of: try civil($0)).first }
    }

    @Test(arguments: ["1ms", "250ms", "1s", "7s", "15s", "5m", "17m", "1h", "1h30m", "6h", "1d", "1w", "10d"])
    func `regular rows have their step`(text: String) throws {
        let grid = TimeGrid(origin: Timestamp(milliseconds: Self.start + 123), step: try Step(parsing: text))
        for rows in [3, 4, 50] {
            #expect(step((0..<rows).map { grid.time(at: $0) }) == text)
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `half of the rows may be missing`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let grid = TimeGrid(origin: Timestamp(milliseconds: Self.start), step: .fixed(milliseconds: 300_000))
        let kept = (0..<200).shuffled(using: &generator).prefix(100).sorted()
        #expect(step(kept.map { grid.time(at: $0) }) == "5m", "seed \(seed)")
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `rows may be a fifth of a step early or late`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for (length, rows) in [(15_000, 1_000), (300_000, 100), (3_600_000, 40), (86_400_000, 20)]
            as [(Int64, Int)]
        {
            let timestamps = (0..<rows).map { row in
                let jitter = Int64.random(in: -length / 5...length / 5, using: &generator)
                return Timestamp(milliseconds: Self.start + Int64(row) * length + jitter)
            }
            let fit = StepInference.fit(timestamps, zone: .utc)
            #expect(fit?.grid.step == .fixed(milliseconds: length), "seed \(seed), \(rows) rows")
            #expect(fit?.slots == Array(0..<rows), "seed \(seed), \(rows) rows")
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `gaps and jitter may come together`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let length: Int64 = 60_000
        let kept = (0..<400).shuffled(using: &generator).prefix(220).sorted()
        let timestamps = kept.map { row in
            let jitter = Int64.random(in: -length / 5...length / 5, using: &generator)
            return Timestamp(milliseconds: Self.start + Int64(row) * length + jitter)
        }
        let fit = StepInference.fit(timestamps, zone: .utc)
        #expect(fit?.grid.step == .fixed(milliseconds: length), "seed \(seed)")
        #expect(fit?.slots == kept.map { $0 - kept[0] }, "seed \(seed)")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `an unusual step with jitter is found too`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let length = 17_300.0
        let timestamps = (0..<500).map { row in
            let jitter = Double.random(in: -0.15...0.15, using: &generator)
            return Timestamp(milliseconds: Self.start + Int64((Double(row) + jitter) * length))
        }
        let fit = try #require(StepInference.fit(timestamps, zone: .utc), "seed \(seed)")
        #expect(fit.slots == Array(0..<500), "seed \(seed)")
        #expect(abs(fit.grid.step.nominalMilliseconds - 17_300) < 20, "seed \(seed)")
    }

    @Test func `a stream that shifts its phase keeps its step`() throws {
        let timestamps = (0..<100).map {
            Timestamp(milliseconds: Self.start + Int64($0) * 15_000 + ($0 < 40 ? 0 : 7_000))
        }
        #expect(step(timestamps) == "15s")
    }

    @Test(
        arguments: [
            (["2025-01-01", "2025-02-01", "2025-03-01", "2025-05-01"], "P1M"),
            (["2025-01-15", "2025-02-15", "2025-03-15"], "P1M"),
            (["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], "P1M"),
            (["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"], "P1M"),
            (["2024-01-30", "2024-02-29", "2024-03-30"], "P1M"),
            (["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"], "P3M"),
            (["2024-01-01", "2024-04-01", "2024-07-01", "2025-01-01"], "P3M"),
            (["2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"], "P1Y"),
            (["2020-12-31", "2021-12-31", "2022-12-31"], "P1Y"),
            (["2024-12-31T23:00", "2025-01-31T23:00", "2025-02-28T23:00", "2025-03-31T22:00"], "P1M"),
            (["2025-01-01", "2025-02-03", "2025-03-01", "2025-03-31", "2025-05-02", "2025-06-01"], "P1M"),
            (["2025-01-06", "2025-01-13", "2025-01-20", "2025-02-03"], "1w"),
            (["2025-01-06", "2025-01-14", "2025-01-20", "2025-01-27", "2025-02-03", "2025-02-10"], "1w"),
        ] as [([String], String)])
    func `calendar steps are told from days`(texts: [String], expected: String) throws {
        #expect(step(try days(texts)) == expected)
    }

    @Test func `the days of months go on as they began`() throws {
        let ends = try days(["2025-02-28", "2025-03-31", "2025-04-30"])
        let grid = try #require(StepInference.fit(ends, zone: .utc)).grid
        #expect(grid.time(at: 3).description == "2025-05-31T00:00:00Z")
        let thirtieths = try days(["2024-02-29", "2024-03-30", "2024-04-30"])
        let other = try #require(StepInference.fit(thirtieths, zone: .utc)).grid
        #expect(other.time(at: 3).description == "2024-05-30T00:00:00Z")
    }

    @Test func `rows on weekdays are days with gaps`() throws {
        let all = (0..<100).map { CivilDate(daysSinceEpoch: 20_089 + $0) }
        for zone in [.utc, try TimeZone(named: "America/New_York")] {
            let weekdays = all.filter { $0.weekday <= 5 }.map { zone.meaning(of: CivilTime(date: $0)).first }
            let fit = try #require(StepInference.fit(weekdays, zone: zone))
            #expect(fit.grid.step == (zone.isUTC ? .fixed(milliseconds: 86_400_000) : .days(1)))
            #expect(fit.count > weekdays.count)
        }
    }

    @Test func `trading hours are a fine step with long gaps`() {
        var timestamps: [Timestamp] = []
        for day in 0..<40 where day % 7 < 5 {
            let open = Self.start + Int64(day) * 86_400_000
            timestamps += (0..<78).map { Timestamp(milliseconds: open + Int64($0) * 300_000) }
        }
        #expect(step(timestamps) == "5m")
    }

    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
    func `days of a zone are civil across changes of clocks`(name: String) throws {
        let zone = try TimeZone(named: name)
        for time in ["00:00", "02:30", "12:00"] {
            let origin = zone.meaning(of: try civil("2025-02-01T" + time)).first
            let grid = TimeGrid(origin: origin, step: .days(1), zone: zone)
            let timestamps = (0..<365).map { grid.time(at: $0) }
            let fit = try #require(StepInference.fit(timestamps, zone: zone), "\(time) in \(name)")
            #expect(fit.grid.step == .days(1), "\(time) in \(name)")
            #expect(fit.slots == Array(0..<365))
        }
    }

    @Test func `24 hours in a zone with changes of clocks stay 24 hours`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let timestamps = (0..<365).map { Timestamp(milliseconds: Self.start + Int64($0) * 86_400_000) }
        #expect(StepInference.fit(timestamps, zone: zone)?.grid.step == .fixed(milliseconds: 86_400_000))
        let hourly = (0..<8_760).map { Timestamp(milliseconds: Self.start + Int64($0) * 3_600_000) }
        #expect(StepInference.fit(hourly, zone: zone)?.grid.step == .fixed(milliseconds: 3_600_000))
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `events without a rhythm have no step`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var time = Self.start
        let timestamps = (0..<200).map { _ in
            time += Int64.random(in: 1...1_000_000, using: &generator)
            return Timestamp(milliseconds: time)
        }
        #expect(step(timestamps) == nil, "seed \(seed)")
    }

    @Test func `two rows have no step`() throws {
        #expect(step(try days(["2025-01-01", "2025-01-02"])) == nil)
        #expect(step([]) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `times at the ends of the world do not trap`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let zone = try TimeZone(named: "Pacific/Apia")
        let timestamps = Set(
            (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                let near = Int64.random(in: 0...3, using: &generator)
                return switch Int.random(in: 0...2, using: &generator) {
                case 0: Timestamp.earliest.advanced(byMilliseconds: near)
                case 1: Timestamp.latest.advanced(byMilliseconds: -near)
                default: Timestamp(milliseconds: .random(in: Timestamp.range, using: &generator))
                }
            })
        _ = StepInference.fit(timestamps.sorted(), zone: zone)
        let values = timestamps.map { _ in 1.0 }
        let observations = try Observations(timestamps: timestamps.sorted(), values: values)
        for step in [nil, Step.months(1), .days(1), .fixed(milliseconds: 1), .fixed(milliseconds: .max)] {
            let gridding = Gridding(observations, step: step, zone: zone)
            #expect(gridding.series.values.count <= 10 * values.count + 1_000)
        }
    }
}
