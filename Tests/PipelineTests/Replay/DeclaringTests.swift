import Alerting
import Detection
import Forecasting
import Foundation
import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

/// A running monitor with one series of minutes that has a model, an incident from step 900 to 930, and whatever is
/// declared.
private struct Fleet {
    static let minute: Int64 = 60_000
    static let first: Int64 = 1_700_000_040_000 - 86_400_000 * 2
    static let incident = (from: first + 900 * minute, to: first + 930 * minute)

    static let definition: MetricDefinition = {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: minute)
        definition.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day))
        return definition
    }()

    static let samples: [Sample] = {
        var random = SeededSeries(seed: 12)
        let season = random.season(1_440, period: 60)
        return (0..<1_440).map { step in
            let value = season[step] + 0.1 * random.normal() + ((900...930).contains(step) ? 25 : 0)
            return Sample("load/a", first + Int64(step) * minute, value)
        }
    }()

    let monitor: Monitor

    init(_ path: String? = nil) throws {
        var store: any Store = MemoryStore()
        if let path { store = try SQLiteStore(DataDirectory.open(path, holder: "a test")) }
        monitor = try Monitor.open(
            MonitorSettings(), store: store, journal: path.map { $0 + "/journal" },
            definitions: [Self.definition], in: World().surroundings())
    }

    /// Sends the samples of some steps; at step 400 a model goes live.
    func send(_ steps: Range<Int>) throws {
        for start in stride(from: steps.lowerBound, to: steps.upperBound, by: 100) {
            let range = start..<min(start + 100, steps.upperBound)
            #expect(try monitor.send(Array(Self.samples[range])).failure == nil)
            if range.upperBound == 400 { try install() }
        }
    }

    private func install() throws {
        let id = try #require(monitor.id("load/a"))
        let start = try #require(monitor.record([id]).first)
        let history = try #require(
            try monitor.history(of: id, policy: start.policy, clock: start.clock, end: start.next))
        let prepared = try PreparedModel(defaultFor: history, season: 60)
        #expect(monitor.install([id: prepared]) == [id])
        // The history of models is part of what a checkpoint keeps, not of the journal.
        try monitor.checkpoint()
    }

    @discardableResult
    func declare(
        _ modes: [LearningMode], from: Int64 = incident.from, to: Int64 = incident.to
    ) throws -> (id: String, report: DeclarationReport) {
        let event = try monitor.alerts.put(
            ChangeEvent(
                title: "said", text: "", starts: from, ends: to, labels: .none,
                declaration: Declaration(modes: modes, selector: Selector(metric: "load"))))
        return (event.id, try monitor.redeclare())
    }

    /// What is known of the series now, but for how often its past was said anew.
    func state() throws -> [UInt8] {
        let id = try #require(monitor.id("load/a"))
        let promise = Promise<[UInt8]>()
        monitor.shards[0].mailbox.put(
            .control { shard in
                guard let full = shard.fulls[shard.slot(shard.local(id))] else { return promise.abandon() }
                let revisions = (full.revision, full.run.revision)
                full.revision = 0
                full.run.revision = 0
                promise.fulfil(full.bytes)
                (full.revision, full.run.revision) = revisions
            })
        return try #require(promise.wait(seconds: 30))
    }

    func anomalies() throws -> [StoredAnomaly] {
        try monitor.anomalies(AnomalyFilter()).map { anomaly in
            var anomaly = anomaly
            anomaly.revision = 0
            return anomaly
        }
    }

    /// Whether the incident is among what is said.
    var saysIncident: Bool {
        get throws { try anomalies().contains { Self.incident.from...Self.incident.to ~= $0.from } }
    }
}

@Suite struct DeclaringTests {
    @Test(arguments: [[LearningMode.dontLearn], [.learnQuietly], [.mute], [.mute, .dontLearn]])
    func `declared after the fact is declared before, to the last bit`(modes: [LearningMode]) throws {
        let before = try Fleet()
        defer { before.monitor.stop() }
        try before.declare(modes)
        try before.send(0..<1_440)
        let after = try Fleet()
        defer { after.monitor.stop() }
        try after.send(0..<1_440)
        #expect(try after.saysIncident)
        #expect(try after.state() != before.state())
        let report = try after.declare(modes).report
        #expect(report.series == 1 && report.revised == 1 && report.points > 400, "\(report)")
        #expect(try after.state() == before.state())
        #expect(try after.anomalies() == before.anomalies())
        #expect(try after.monitor.points("load/a").scores == before.monitor.points("load/a").scores)
        #expect(try after.saysIncident == !modes.contains(.learnQuietly))
    }

    @Test(arguments: [[995], [991, 997, 993], [930], [999 - 9, 999 - 8]])
    func `points that come late leave what they would have left in time`(late: [Int]) throws {
        let inTime = try Fleet()
        defer { inTime.monitor.stop() }
        try inTime.send(0..<1_440)
        let disturbed = try Fleet()
        defer { disturbed.monitor.stop() }
        let now = max(late.max() ?? 0, late[0] + 5) + 1
        try disturbed.send(0..<900)
        let rest = (900..<now).filter { !late.contains($0) }.map { Fleet.samples[$0] }
        #expect(try disturbed.monitor.send(rest).failure == nil)
        let report = try disturbed.monitor.send(late.map { Fleet.samples[$0] })
        #expect(report.counts.late == late.filter { $0 != now - 1 }.count)
        #expect(disturbed.monitor.counters.lateness.revisions == 1)
        #expect(disturbed.monitor.counters.lateness.tooLate == 0)
        try disturbed.send(now..<1_440)
        #expect(try disturbed.state() == inTime.state())
        #expect(try disturbed.anomalies() == inTime.anomalies())
        #expect(try disturbed.monitor.points("load/a") == inTime.monitor.points("load/a"))
    }

    @Test func `a point that comes too late is kept and changes nothing that was said`() throws {
        let without = try Fleet()
        defer { without.monitor.stop() }
        let missing = Fleet.samples.filter { $0 != Fleet.samples[950] }
        let disturbed = try Fleet()
        defer { disturbed.monitor.stop() }
        for fleet in [without, disturbed] {
            try fleet.send(0..<900)
            #expect(try fleet.monitor.send(Array(missing[900..<1_100])).failure == nil)
        }
        #expect(try disturbed.monitor.send([Fleet.samples[950]]).counts.late == 1)
        #expect(disturbed.monitor.counters.lateness.tooLate == 1)
        #expect(disturbed.monitor.counters.lateness.revisions == 0)
        // Both go on: what was learned is the same. (That it was heard of is part of the state.)
        for fleet in [without, disturbed] { try fleet.send(1_101..<1_440) }
        #expect(try disturbed.anomalies() == without.anomalies())
        var points = try disturbed.monitor.points("load/a")
        let place = try #require(points.times.firstIndex(of: Fleet.samples[950].time))
        #expect(points.scores[place] == ScoreByte.late)
        points.times.remove(at: place)
        points.values.remove(at: place)
        points.scores.remove(at: place)
        #expect(try points == without.monitor.points("load/a"))
    }

    @Test func `what is taken back was never said`() throws {
        let untold = try Fleet()
        defer { untold.monitor.stop() }
        try untold.send(0..<1_440)
        let told = try Fleet()
        defer { told.monitor.stop() }
        try told.send(0..<1_000)
        let id = try told.declare([.learnQuietly]).id
        #expect(try !told.saysIncident)
        try told.send(1_000..<1_440)
        try told.monitor.alerts.remove(event: id)
        #expect(try told.monitor.redeclare().revised == 1)
        #expect(try told.state() == untold.state())
        #expect(try told.anomalies() == untold.anomalies())
    }

    @Test func `a time that is to come costs no replay, and holds when it comes`() throws {
        let fleet = try Fleet()
        defer { fleet.monitor.stop() }
        try fleet.send(0..<900)
        let report = try fleet.declare([.learnQuietly]).report
        #expect(report.series == 1 && report.revised == 0)
        try fleet.send(900..<1_440)
        #expect(try !fleet.saysIncident)
    }

    @Test(arguments: [false, true])
    func `a crash between what is declared and what follows from it loses nothing`(isStored: Bool) throws {
        let ground = try Ground()
        let expected = try Fleet()
        defer { expected.monitor.stop() }
        try expected.declare([.dontLearn])
        try expected.send(0..<1_440)
        let crashed = try Fleet(ground.path + "/0")
        try crashed.send(0..<1_440)
        if isStored { try crashed.monitor.checkpoint() }
        // It is stored, and the process ends before anything follows from it.
        _ = try crashed.monitor.alerts.put(
            ChangeEvent(
                title: "said", text: "", starts: Fleet.incident.from, ends: Fleet.incident.to, labels: .none,
                declaration: Declaration(modes: [.dontLearn], selector: Selector(metric: "load"))))
        let copy = try ground.copy(of: ground.path + "/0", to: "1")
        crashed.monitor.stop()
        let again = try Fleet(copy)
        defer { again.monitor.stop() }
        #expect(try again.state() == expected.state())
        #expect(try again.anomalies() == expected.anomalies())
    }

    @Test func `a replay beside its shard comes to the same as one on it`() throws {
        let expected = try Fleet()
        defer { expected.monitor.stop() }
        try expected.declare([.learnQuietly])
        try expected.send(0..<1_440)
        let fleet = try Fleet()
        defer { fleet.monitor.stop() }
        try fleet.send(0..<1_440)
        _ = try fleet.monitor.alerts.put(
            ChangeEvent(
                title: "said", text: "", starts: Fleet.incident.from, ends: Fleet.incident.to, labels: .none,
                declaration: Declaration(modes: [.learnQuietly], selector: Selector(metric: "load"))))
        let report = try fleet.monitor.redeclare(mostOnShard: 10)
        #expect(report.revised == 1 && report.points > 400, "\(report)")
        #expect(try fleet.state() == expected.state())
        #expect(try fleet.anomalies() == expected.anomalies())
    }
}
