import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// A monitor with the runner of its formulas, which works when a test says so.
final class FormulaGround {
    let world = World()
    let monitor: Monitor
    let runner: FormulaRunner

    /// A full minute.
    static let start: Int64 = 1_699_999_200_000
    static let minute: Int64 = 60_000

    init(
        _ definitions: [MetricDefinition], data: String? = nil, store: (any Store)? = nil,
        _ change: (inout MonitorSettings) -> Void = { _ in }
    ) throws {
        var settings = MonitorSettings()
        settings.shards = 2
        change(&settings)
        var kept: any Store = store ?? MemoryStore()
        if let data, store == nil { kept = try SQLiteStore(DataDirectory.open(data, holder: "a test")) }
        world.wall.store(Self.start + 400 * 86_400_000, ordering: .relaxed)
        monitor = try Monitor.open(
            settings, store: kept, journal: data.map { $0 + "/journal" }, definitions: definitions,
            in: world.surroundings())
        runner = FormulaRunner(monitor)
    }

    deinit {
        runner.stop()
        monitor.stop()
    }

    /// Sends a request and makes what it allows.
    func send(_ samples: [Sample]) throws {
        let report = try monitor.send(samples)
        #expect(report.failure == nil)
        runner.settle()
    }

    /// The points of the series that a definition makes, as `minute value`, by host.
    func made(_ name: String) throws -> [String] {
        let series = monitor.series(matching: Selector(metric: name)).sorted { $0.labels < $1.labels }
        return try series.flatMap { one in
            let points = try monitor.points(of: one.id)
            return zip(points.times, points.values).map { time, value in
                let host = one.labels["host"].map { $0 + " " } ?? ""
                return host
                    + "\(NumberText.short(Double(time - Self.start) / 60_000)) \(NumberText.short(value))"
            }
        }
    }

    func said(_ words: String) -> Int { world.lines.withLock { lines in lines.count { $0.contains(words) } } }
}

/// A definition of one-minute steps.
func formula(
    _ name: String, _ text: String, _ change: (inout MetricDefinition) -> Void = { _ in }
) throws -> MetricDefinition {
    var definition = MetricDefinition(name: name, formula: try Formula(parsing: text))
    definition.step = .fixed(milliseconds: FormulaGround.minute)
    change(&definition)
    return definition
}

/// A sample so many seconds after the start.
func at(_ seconds: Int64, _ series: String, _ value: Double) -> Sample {
    Sample(series, FormulaGround.start + seconds * 1_000, value)
}
