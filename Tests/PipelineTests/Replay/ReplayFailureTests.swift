import Alerting
import Query
import Storage
import Synchronization
import Testing
import TimeSeries

@testable import Pipeline

@Suite struct ReplayFailureTests {
    private static let minute: Int64 = 60_000
    private static let first: Int64 = 1_690_000_020_000

    /// A monitor with a hundred steps of one series, all of them in the store.
    private static func monitor(_ store: any Store) throws -> Monitor {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: minute)
        let monitor = try Monitor.open(
            MonitorSettings(), store: store, journal: nil, definitions: [definition],
            in: World().surroundings())
        try monitor.send((0..<100).map { Sample("load/a", first + Int64($0) * minute, Double($0 % 7)) })
        try monitor.checkpoint()
        return monitor
    }

    @Test func `a preview of a desk that does not answer says so and assumes nothing`() throws {
        let monitor = try Self.monitor(MemoryStore())
        let definition = try #require(monitor.definitions.first)
        #expect(try monitor.preview(definition, in: 0...Int64.max).series == 1)
        monitor.stop()
        #expect(throws: ReplayError.alerts(.conflict("the service is stopping"))) {
            try monitor.preview(definition, in: 0...Int64.max)
        }
    }

    @Test func `who asks what an event would change hears why the past cannot be read`() throws {
        let store = WrappedStore(MemoryStore())
        let monitor = try Self.monitor(store)
        defer { monitor.stop() }
        let event = ChangeEvent(
            title: "said", text: "", starts: Self.first + 5 * Self.minute, ends: Self.first + 9 * Self.minute,
            labels: .none, declaration: Declaration(modes: [.dontLearn], selector: Selector(metric: "load")))
        #expect(try monitor.effect(of: event, since: 0).series.count == 1)
        store.refusesReads.store(true, ordering: .relaxed)
        #expect(throws: ReplayError.storage(.corrupt(path: "test", detail: "refused"))) {
            try monitor.effect(of: event, since: 0)
        }
    }

    @Test func `a replay that cannot be planned again is counted`() throws {
        let store = WrappedStore(MemoryStore())
        let monitor = try Self.monitor(store)
        defer { monitor.stop() }
        let id = try #require(monitor.id("load/a"))
        let shard = monitor.shards[Int(id) % monitor.shards.count]
        store.refusesReads.store(true, ordering: .relaxed)
        #expect(monitor.ask(shard) { $0.planAgain(id, from: Self.first + 5 * Self.minute) } == nil)
        #expect(monitor.counters.failedReads == 1)
    }
}
