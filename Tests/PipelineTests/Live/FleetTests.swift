import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

@Suite struct FleetTests {
    /// Ten series of a minute's step that end at the wall clock: `web/0` … `web/6`, `db/7` … `db/9`.
    private func monitor(_ world: World = World()) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 3
        var definition = MetricDefinition(name: "databases", match: Selector(metric: "db"))
        definition.step = .fixed(milliseconds: 60_000)
        let monitor = try Monitor.open(
            settings, store: MemoryStore(), journal: nil, definitions: [definition],
            in: world.surroundings())
        let end = world.surroundings().wall()
        var random = SeededSeries(seed: 2)
        for series in 0..<10 {
            // Series 5 knows too little, 6 has stopped an hour ago, 3 ends with a spike.
            let count = series == 5 ? 10 : 200
            let last = series == 6 ? end - 3_600_000 : end
            var values = random.noise(count)
            if series == 3 { values[count - 1] = 1_000 }
            try monitor.send(
                values.enumerated().map { place, value in
                    Sample(
                        "\(series < 7 ? "web" : "db")/\(series)", last - Int64(count - 1 - place) * 60_000,
                        value)
                })
        }
        return monitor
    }

    private func names(_ monitor: Monitor, _ change: (inout FleetQuestion) -> Void) throws -> [String] {
        var question = FleetQuestion()
        change(&question)
        return try monitor.fleet(question).rows.map { row in
            "\(row.labels["__name__"] ?? "")/\(row.labels["host"] ?? "")"
        }
    }

    @Test func `every series has its state, and the highest score comes first`() throws {
        let world = World()
        let monitor = try monitor(world)
        defer { monitor.stop() }
        let fleet = try monitor.fleet(FleetQuestion())
        #expect(fleet.counts == [.ok: 4, .anomalous: 1, .warming: 4, .noData: 1])
        #expect(fleet.series == 10 && fleet.matching == 10 && fleet.rows.count == 10)
        let first = try #require(fleet.rows.first)
        #expect(first.labels["host"] == "3" && first.state == .anomalous && first.value == 1_000)
        #expect(first.score.map { $0 > 1 } == true && first.heat.count == 60 && first.heat.last == "9")
        #expect(first.time == world.surroundings().wall() && first.definition == nil)
        let scores = fleet.rows.map { $0.score ?? -1 }
        #expect(scores == scores.sorted(by: >))
        let database = try #require(fleet.rows.first { $0.definition == "databases" })
        #expect(database.state == .warming && database.score == nil && database.value?.isFinite == true)
        #expect(database.heat == String(repeating: ".", count: 60))
    }

    @Test func `who is silent may be said by others`() throws {
        let monitor = try monitor()
        defer { monitor.stop() }
        let fleet = try monitor.fleet(FleetQuestion()) { $0 == 0 }
        #expect(fleet.counts[.noData] == 1 && fleet.rows.first { $0.id == 0 }?.state == .noData)
    }

    @Test func `an anomalous series comes before others, whatever its newest score`() throws {
        let monitor = try Monitor.open(
            MonitorSettings(), store: MemoryStore(), journal: nil, definitions: [],
            in: World().surroundings())
        defer { monitor.stop() }
        var random = SeededSeries(seed: 3)
        let end = World().surroundings().wall()
        for name in ["a", "b", "c"] {
            var values = random.noise(300)
            // The stretch is open still, though its newest value is usual.
            if name == "c" { (values[298], values[299]) = (1_000, values[297]) } else { values[299] = 2.3 }
            try monitor.send(
                values.enumerated().map { Sample(name, end - Int64(299 - $0) * 60_000, $1) })
        }
        let rows = try monitor.fleet(FleetQuestion()).rows
        #expect(rows.map(\.state) == [.anomalous, .ok, .ok])
        #expect(rows[0].labels["__name__"] == "c")
        try #require((rows[0].score ?? 9) < (rows[1].score ?? 0))
    }

    @Test func `rows are searched, filtered, sorted and paged`() throws {
        let monitor = try monitor()
        defer { monitor.stop() }
        #expect(try names(monitor) { $0.search = "host=3" } == ["web/3"])
        #expect(try names(monitor) { ($0.search, $0.order) = ("DB", .name) } == ["db/7", "db/8", "db/9"])
        #expect(try names(monitor) { $0.search = "db web" }.isEmpty)
        #expect(try names(monitor) { $0.state = .noData } == ["web/6"])
        #expect(try names(monitor) { ($0.definition, $0.order) = ("databases", .name) }.count == 3)
        #expect(try names(monitor) { $0.definition = "none" }.isEmpty)
        #expect(try names(monitor) { ($0.order, $0.limit) = (.state, 2) } == ["web/3", "web/6"])
        let all = try names(monitor) { $0.order = .name }
        #expect(all == ["db/7", "db/8", "db/9"] + (0..<7).map { "web/\($0)" })
        let paged = try stride(from: 0, to: 12, by: 3).flatMap { offset in
            try names(monitor) { ($0.order, $0.limit, $0.offset) = (.name, 3, offset) }
        }
        #expect(paged == all)
        let fleet = try monitor.fleet(
            {
                var q = FleetQuestion(); q.limit = 1; q.search = "web"; return q
            }())
        #expect(fleet.matching == 7 && fleet.series == 10 && fleet.rows.count == 1)
    }

    @Test func `a series that has left memory is silent, and its last point is known`() throws {
        let world = World()
        let monitor = try monitor(world)
        defer { monitor.stop() }
        world.pass(seconds: 2_000)
        try monitor.checkpoint()
        try monitor.checkpoint()
        let fleet = try monitor.fleet(FleetQuestion())
        #expect(monitor.status.seriesInMemory < 10)
        let gone = try #require(fleet.rows.first { $0.labels["host"] == "0" })
        #expect(gone.state == .noData && gone.time == world.surroundings().wall() && gone.value == nil)
    }
}
