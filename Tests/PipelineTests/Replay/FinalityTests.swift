import Foundation
import Ingest
import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

@Suite struct FinalityTests {
    private static let minute: Int64 = 60_000
    private static let first: Int64 = 1_690_000_020_000

    private static func monitor(_ store: any Store = MemoryStore()) throws -> Monitor {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: minute)
        return try Monitor.open(
            MonitorSettings(), store: store, journal: nil, definitions: [definition],
            in: World().surroundings())
    }

    private static func samples(_ series: String, _ steps: Range<Int>) -> [Sample] {
        steps.map { Sample(series, first + Int64($0) * minute, Double($0 % 7)) }
    }

    private static func finality(_ monitor: Monitor, _ series: String) throws -> Finality {
        let id = try #require(monitor.id(series))
        return try #require(try monitor.finality(of: [id])[id])
    }

    @Test func `a score is final when the newest point is its lateness ahead of the end of its step`() throws
    {
        let monitor = try Self.monitor()
        defer { monitor.stop() }
        try monitor.send(Self.samples("load/a", 0..<100))
        let finality = try Self.finality(monitor, "load/a")
        // The newest is step 99, so that points of step 89 are in time, and of step 88 none.
        #expect(finality.isFinal(at: Self.first + 88 * Self.minute))
        #expect(finality.isFinal(at: Self.first + 89 * Self.minute - 1))
        #expect(!finality.isFinal(at: Self.first + 89 * Self.minute))
        for (step, isTaken) in [(88, false), (89, true)] {
            let before = monitor.counters.lateness
            try monitor.send([Sample("load/a", Self.first + Int64(step) * Self.minute + 1, 3)])
            let after = monitor.counters.lateness
            #expect(after.tooLate - before.tooLate == (isTaken ? 0 : 1))
            #expect(after.revisions - before.revisions == (isTaken ? 1 : 0))
        }
    }

    @Test func `a clock that runs ahead makes no point of another late, nor its scores final`() throws {
        let monitor = try Self.monitor()
        defer { monitor.stop() }
        try monitor.send(Self.samples("load/a", 0..<100) + Self.samples("load/b", 0..<100))
        try monitor.send([Sample("load/b", Self.first + 100_000 * Self.minute, 1)])
        try monitor.send([Sample("load/a", Self.first + 95 * Self.minute + 1, 3)])
        #expect(monitor.counters.lateness.tooLate == 0)
        #expect(try !Self.finality(monitor, "load/a").isFinal(at: Self.first + 95 * Self.minute))
        #expect(try Self.finality(monitor, "load/b").isFinal(at: Self.first + 95 * Self.minute))
    }

    @Test func `a stretch is final when no late point can make it go on`() throws {
        let clock = StepClock(step: .fixed(milliseconds: Self.minute), zone: .utc)
        var run = AnomalyRun()
        run.add(AnomalyRun.Peak(time: Self.first))
        let open = run.stored(series: 0, definition: "load", definitionHash: "")
        let closed = run.ended.stored(series: 0, definition: "load", definitionHash: "")
        let finality = { (horizon: Int64, ends: [(from: Int64, at: Int64)]) in
            Finality(
                horizon: Self.first + horizon * Self.minute, clock: clock, definition: "load", closeAfter: 10,
                ends: ends)
        }
        #expect(!finality(1_000, []).isFinal(open))
        #expect(!finality(10, []).isFinal(closed) && finality(11, []).isFinal(closed))
        // Values that were not quiet let it last longer.
        let late = [(from: Self.first, at: Self.first + 20 * Self.minute)]
        #expect(!finality(20, late).isFinal(closed) && finality(21, late).isFinal(closed))
        var other = closed
        other.definition = "gone"
        #expect(finality(0, []).isFinal(other) && Finality.immediate.isFinal(closed))
        #expect(!Finality.immediate.isFinal(open))
    }

    @Test func `watermarks tell sources apart and never go back`() throws {
        let monitor = try Self.monitor()
        defer { monitor.stop() }
        var decoded = DecodedPoints()
        for (place, instance) in ["a", "b", "a"].enumerated() {
            let pairs = [("__name__", "m\(place)"), ("job", "web"), ("instance", instance)]
            let time = Self.first + Int64(place) * Self.minute
            decoded.append(try Labels(pairs), [Point(milliseconds: time, value: 1)])
        }
        decoded.append(try Labels([("__name__", "n")]), [Point(milliseconds: Self.first, value: 1)])
        #expect(try monitor.send(decoded).failure == nil)
        let found = try #require(monitor.watermarks())
        #expect(found.leftOut == 0)
        #expect(
            found.sources == [
                Watermark(
                    source: Source(job: "web", instance: "a"), series: 2,
                    newest: Self.first + 2 * Self.minute),
                Watermark(
                    source: Source(job: "web", instance: "b"), series: 1, newest: Self.first + Self.minute),
                Watermark(source: Source(), series: 1, newest: Self.first),
            ])
        var table = SourceTable()
        table.add(Source())
        table.note(7, of: 0)
        table.note(3, of: 0)
        #expect(table.watermarks[0].newest == 7)
    }
}
