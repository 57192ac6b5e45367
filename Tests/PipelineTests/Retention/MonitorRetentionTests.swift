import Ingest
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct MonitorRetentionTests {
    private static let day: Int64 = 86_400_000
    private static let hour: Int64 = 3_600_000
    private static let minute: Int64 = 60_000

    private func open(
        _ store: any Store, world: World, definitions: [MetricDefinition] = [],
        _ change: (inout Retention) -> Void = { _ in }
    ) throws -> Monitor {
        var settings = MonitorSettings()
        settings.retention = Retention(points: 30 * Self.day)
        change(&settings.retention)
        return try Monitor.open(
            settings, store: store, journal: nil, definitions: definitions, in: world.surroundings())
    }

    /// Sends hours of a series as they pass, seven minutes after the full hour.
    private func live(_ monitor: Monitor, _ world: World, hours: Range<Int>, name: String = "a") throws {
        for from in stride(from: hours.lowerBound, to: hours.upperBound, by: 240) {
            let part = from..<min(from + 240, hours.upperBound)
            world.wall.store(time(part.upperBound), ordering: .relaxed)
            let report = try monitor.send(part.map { Sample(name, time($0), value($0)) })
            #expect(report.rejected == 0, "\(report.errors)")
            try monitor.checkpoint()
        }
    }

    private func time(_ hour: Int) -> Int64 {
        1_600_000_000_000 / Self.day * Self.day + Int64(hour) * Self.hour + 7 * Self.minute
    }
    private func value(_ hour: Int) -> Double { Double(hour % 24) + Double(hour) / 1_000 }

    /// Waits until the look that follows a checkpoint is over.
    private func settled(_ monitor: Monitor) throws {
        try monitor.checkpoint()
        // The thread answers a second one when it is through with the first.
        try monitor.checkpoint()
    }

    @Test func `a chart over a year with thirty days of points shows all of it`() throws {
        let (world, store) = (World(), MemoryStore())
        let monitor = try open(store, world: world) { $0.rollups[.fiveMinutes] = 90 * Self.day }
        let hours = 0..<365 * 24
        try live(monitor, world, hours: hours)
        try settled(monitor)
        let series = try #require(monitor.series(0))
        let left = try monitor.points(of: 0)
        // A chunk of 512 hours that reaches into the thirty days stays as a whole.
        #expect((30 * 24...30 * 24 + 512 + 240).contains(left.count))
        #expect(monitor.expired.points == hours.count - left.count)
        #expect(monitor.status.keptPoints == left.count && monitor.status.storedPoints == left.count)
        let fine = try store.rollups(of: 0, .fiveMinutes, in: Int64.min..<Int64.max)
        #expect((28 * 24...90 * 24 + 24).contains(fine.count))

        var question = ChartQuestion()
        question.start = time(0) - Self.hour
        question.end = time(hours.count)
        let chart = try monitor.chart(of: series, question)
        #expect(chart.count == hours.count)
        #expect(chart.rollup?.contains("rollups of 1h and 5m") == true)
        #expect(chart.extent?.lowerBound == time(0) - 7 * Self.minute)
        let distances = zip(chart.points.dropFirst(), chart.points).map { $0.time - $1.time }
        #expect((distances.max() ?? 0) < 13 * Self.hour)
        // What is asked as points that are there is as it was.
        question.start = left.times[0]
        #expect(try monitor.chart(of: series, question).rollup == nil)

        let (all, remark) = try monitor.observations(of: series, in: time(0) - Self.hour...time(hours.count))
        #expect(all.values == hours.map(value) && remark == chart.rollup)
        #expect(all.timestamps?.first?.milliseconds == time(0) - 7 * Self.minute)
        let (newest, silent) = try monitor.observations(of: series, in: Int64.min...Int64.max)
        #expect(newest.values.count == left.count && silent == nil)

        let days = try monitor.steps(
            of: series, in: Int64.min...Int64.max, every: .fixed(milliseconds: Self.day))
        #expect(days.points.count == 365 && days.isRolledUp)
        for (day, point) in days.points.enumerated() {
            let mean = (0..<24).map { value(day * 24 + $0) }.reduce(0, +) / 24
            #expect(abs(point.value - mean) < 1e-9)
        }
        monitor.stop()
        let again = try open(store, world: world)
        defer { again.stop() }
        #expect(try again.chart(of: series, question).count > 0)
        #expect(try again.history(of: series, in: Int64.min...Int64.max).points.count == hours.count)
    }

    @Test func `rates of a counter go on over the seam`() throws {
        let (world, store) = (World(), MemoryStore())
        let monitor = try open(store, world: world)
        defer { monitor.stop() }
        for from in stride(from: 0, to: 1_400, by: 200) {
            world.wall.store(time(from + 200), ordering: .relaxed)
            try monitor.send((from..<from + 200).map { Sample("a_total", time($0), Double($0) * 7_200) })
            try monitor.checkpoint()
        }
        try settled(monitor)
        let series = try #require(monitor.series(0))
        let history = try monitor.history(of: series, in: Int64.min...Int64.max)
        #expect(history.points.count == 1_400 && history.rolledUntil != nil)
        var question = ChartQuestion()
        question.start = time(0)
        let rates = try monitor.chart(of: series, question).points.map(\.value)
        // Two a second everywhere; at the seam the last value of an interval stands at its end.
        #expect(rates.allSatisfy { abs($0 - 2) < 0.2 } && rates.count > 1_000)
    }

    @Test func `points older than the retention are refused with a reason`() throws {
        let world = World()
        let monitor = try open(MemoryStore(), world: world)
        defer { monitor.stop() }
        let now = world.wall.load(ordering: .relaxed)
        let report = try monitor.send([
            Sample("a", now - 30 * Self.day - 1, 1), Sample("a", now - 30 * Self.day, 1), Sample("a", now, 1),
        ])
        #expect(report.counts.newest == 2 && report.rejected == 1)
        #expect(report.errors.first?.reason.contains("older than the retention of 30d") == true)
        #expect(monitor.counters.refusals.first { $0.reason == "too_old" }?.count == 1)
    }

    @Test func `a clock that is a year ahead lets nothing go`() throws {
        let world = World()
        let monitor = try open(MemoryStore(), world: world)
        defer { monitor.stop() }
        try live(monitor, world, hours: 0..<700)
        try settled(monitor)
        world.wall.add(365 * Self.day, ordering: .relaxed)
        try settled(monitor)
        #expect(monitor.expired == RetentionCounts())
        #expect(try monitor.points(of: 0).count == 700)
    }

    @Test func `a failure is logged once and nothing is lost`() throws {
        let world = World()
        let store = WrappedStore(MemoryStore())
        let monitor = try open(store, world: world)
        defer { monitor.stop() }
        store.refusesExpiry.store(true, ordering: .relaxed)
        try live(monitor, world, hours: 0..<1_400)
        try settled(monitor)
        #expect(world.lines.withLock { $0.count { $0.contains("older than its retention") } } == 1)
        #expect(try monitor.points(of: 0).count == 1_400)
        store.refusesExpiry.store(false, ordering: .relaxed)
        try settled(monitor)
        #expect(monitor.expired.chunks >= 1)
        #expect(try monitor.points(of: 0).count == 1_400 - monitor.expired.points)
    }
}
