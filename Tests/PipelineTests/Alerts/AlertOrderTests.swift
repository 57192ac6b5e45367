import Alerting
import Query
import Storage
import Synchronization
import Testing
import TimeSeries

@testable import Pipeline

@Suite struct AlertOrderTests {
    private let world = World()

    @Test func `an incident is taken on, given back, and open again when the time is over`() throws {
        let store = MemoryStore()
        let recorder = Recorder(events: [.updated, .resolved])
        let desk = try world.desk(settings(recorder), store)
        defer { desk.stop() }
        desk.take([world.verdict(0)])
        #expect(desk.look() == nil)
        eventually("it is sent") { desk.channel().delivered == 1 }
        let until = world.now + 60_000
        #expect(try desk.acknowledge(1, by: "ann", comment: "mine", until: until).state == .acknowledged)
        #expect(try store.incident(1)?.state == "acknowledged", "an order is durable when it is answered")
        #expect(try desk.incident(1).acknowledgement?.by == "ann")
        #expect(desk.status.incidents[.acknowledged] == 1)
        #expect(try desk.unacknowledge(1, by: "ann").state == .open)
        #expect(throws: AlertError.self) { try desk.unacknowledge(1, by: "ann") }
        _ = try desk.acknowledge(1, by: "bob", comment: "", until: until)
        world.pass(milliseconds: 60_000)
        #expect(desk.look() == nil)
        #expect(try desk.incident(1).state == .open)
        #expect(throws: AlertError.unknownIncident(9)) {
            try desk.acknowledge(9, by: "", comment: "", until: nil)
        }

        #expect(try desk.comment(1, by: "bob", text: "looking").timeline.last?.text == "looking")
        #expect(try desk.resolve(1, by: "bob", comment: "restarted").state == .resolved)
        #expect(throws: AlertError.conflict("incident 1 is resolved")) {
            try desk.resolve(1, by: "bob", comment: "")
        }
        #expect(
            try desk.comment(1, by: "bob", text: "it was the cable").timeline.last?.text == "it was the cable"
        )
        #expect(desk.look() == nil)
        eventually("the end is told") { recorder.ids.last == "incident-1-resolved" }
        let stored = try #require(try store.incident(1))
        #expect(try Incident(stored).timeline.contains { $0.text == "it was the cable" })
    }

    @Test func `somebody may open an incident`() throws {
        let recorder = Recorder()
        let desk = try world.desk(settings(recorder), MemoryStore())
        defer { desk.stop() }
        let opened = try desk.open(
            title: "shop down", severity: .critical, labels: .none, text: "calls", by: "ann")
        #expect(opened.id == 1 && opened.kind == .manual)
        #expect(throws: AlertError.self) {
            try desk.open(title: "", severity: .critical, labels: .none, text: "", by: "")
        }
        #expect(desk.look() == nil)
        eventually("it is sent") { recorder.ids == ["incident-1-opened"] }
        #expect(desk.status.opened == [.manual: 1])
    }

    private func silence(_ selector: String, minutes: Int64) throws -> Silence {
        Silence(
            matchers: try Selector(parsing: selector).matchers, starts: world.now,
            ends: world.now + minutes * 60_000,
            createdBy: "ann", comment: "works")
    }

    @Test func `nobody hears of what is silenced from its begin to its end`() throws {
        let recorder = Recorder()
        let store = MemoryStore()
        let desk = try world.desk(settings(recorder), store)
        defer { desk.stop() }
        let silence = try desk.put(silence(#"{service="shop"}"#, minutes: 60))
        #expect(!silence.id.isEmpty)
        #expect(try store.silences().map(\.id) == [silence.id])
        let begin = world.now
        desk.take([world.verdict(0)])
        #expect(desk.look() == nil)
        #expect(desk.isSilenced(try desk.incident(1)))
        desk.take([world.verdict(0, from: begin, isOver: true)])
        world.pass(milliseconds: 60_000)
        #expect(desk.look() == nil)
        #expect(try desk.deliveries(of: 1).map(\.state) == [.suppressed, .suppressed])
        #expect(recorder.ids.isEmpty)

        let other = world.now
        desk.take([world.verdict(1)])
        #expect(desk.look() == nil)
        try desk.expire(silence: silence.id)
        #expect(throws: AlertError.self) { try desk.expire(silence: silence.id) }
        #expect(throws: AlertError.unknownSilence("x")) { try desk.expire(silence: "x") }
        world.pass(milliseconds: 60_000)
        #expect(desk.look() == nil)
        eventually("it is sent after the silence") { recorder.ids == ["incident-2-opened"] }
        #expect(try desk.incident(2).started == other)
    }

    @Test func `who was told of nothing hears at once of the first member that no silence fits`() throws {
        let recorder = Recorder()
        let desk = try world.desk(settings(recorder), MemoryStore())
        defer { desk.stop() }
        _ = try desk.put(silence(#"{host=~"h0|h1"}"#, minutes: 60))
        desk.take([world.verdict(0), world.verdict(1)])
        #expect(desk.look() == nil)
        world.pass(milliseconds: 8_000)
        #expect(desk.look() == nil)
        #expect(recorder.ids.isEmpty)
        #expect(desk.isSilenced(try desk.incident(1)))
        desk.take([world.verdict(2)])
        #expect(desk.look() == nil)
        eventually("it is sent") { recorder.ids == ["incident-1-opened"] }
        #expect(!desk.isSilenced(try desk.incident(1)))
    }

    @Test func `what a picture shows stays in it while it is silenced, also after a start`() throws {
        let store = MemoryStore()
        let recorder = Recorder()
        var desk = try world.desk(settings([("ops/picture", .picture(recorder))]), store)
        let begin = world.now
        desk.take([world.verdict(0)])
        #expect(desk.look() == nil)
        eventually("it is shown") { desk.channel("ops/picture").delivered == 1 }
        _ = try desk.put(silence(#"{service="shop"}"#, minutes: 600))
        func pictures(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
            world.pass(milliseconds: 60_000)
            #expect(desk.look() == nil, sourceLocation: sourceLocation)
            eventually("\(count) pictures", sourceLocation: sourceLocation) {
                // The desk looks at the clock by itself, too.
                desk.channel("ops/picture").delivered >= count
            }
        }
        pictures(2)
        world.pass(milliseconds: 600_000)
        desk.take([world.verdict(1)])
        pictures(3)
        #expect(try desk.incidents(IncidentFilter()).map(\.id) == [2, 1])
        #expect(desk.look() == nil)
        desk.stop()
        world.pass(milliseconds: 60_000)
        desk = try world.desk(settings([("ops/picture", .picture(recorder))]), store)
        defer { desk.stop() }
        pictures(1)
        desk.take([world.verdict(0, from: begin, isOver: true)])
        func shown() -> [[String]] {
            recorder.pictures.withLock { $0.map { $0.map { "\($0.incident) \($0.state)" } } }
        }
        world.pass(milliseconds: 60_000)
        #expect(desk.look() == nil)
        eventually("it is over") { shown().last == ["1 resolved"] }
        let before = shown().prefix { $0 != ["1 resolved"] }
        #expect(before.count >= 4 && before.allSatisfy { $0 == ["1 open"] })
    }

    @Test func `silences are checked, replaced, restored, and forgotten after a day`() throws {
        let store = MemoryStore()
        var desk = try world.desk(settings(Recorder()), store)
        let first = try desk.put(silence(#"{a="b"}"#, minutes: 1))
        let second = try desk.put(silence(#"{a=~"b|c"}"#, minutes: 60))
        #expect(first.id != second.id)
        var longer = first
        longer.ends += 60_000
        #expect(try desk.put(longer) == longer)
        var unknown = first
        unknown.id = "mine"
        #expect(throws: AlertError.unknownSilence("mine")) { try desk.put(unknown) }
        unknown.id = ""
        unknown.ends = unknown.starts
        #expect(throws: AlertError.self) { try desk.put(unknown) }
        unknown = first
        unknown.matchers = []
        #expect(throws: AlertError.self) { try desk.put(unknown) }
        desk.stop()
        desk = try world.desk(settings(Recorder()), store)
        defer { desk.stop() }
        #expect(try desk.silences() == [longer, second])
        world.pass(milliseconds: 86_400_000 + 1_800_000)
        #expect(desk.look() == nil)
        #expect(try desk.silences() == [second])
        #expect(try store.silences().map(\.id) == [second.id])
    }

    @Test func `events are kept, replaced and removed`() throws {
        let desk = try world.desk(settings(Recorder()), MemoryStore())
        defer { desk.stop() }
        let draft = ChangeEvent(title: "deploy", text: "", starts: 10, ends: 20, labels: .none)
        var event = try desk.put(draft)
        let other = try desk.put(draft)
        #expect(event.id != other.id)
        event.title = "rollback"
        #expect(try desk.put(event) == event)
        #expect(try desk.events(in: 20...30, limit: 9) == [event, other])
        try desk.remove(event: event.id)
        #expect(try desk.events(in: 20...30, limit: 9) == [other])
        #expect(throws: AlertError.unknownEvent(event.id)) { try desk.remove(event: event.id) }
        event.ends = 0
        #expect(throws: AlertError.self) { try desk.put(event) }
    }

    @Test func `a receiver that wanted nothing more is left alone until somebody says so`() throws {
        let store = MemoryStore()
        do {
            let recorder = Recorder()
            recorder.answer.withLock { $0 = .rejected(reason: "HTTP 410", isGone: true) }
            let desk = try world.desk(settings(recorder), store)
            desk.take([world.verdict(0)])
            #expect(desk.look() == nil)
            eventually("it is refused") { desk.channel().rejected == 1 }
            #expect(desk.look() == nil)
            desk.stop()
        }
        world.pass(milliseconds: 3_600_000)
        for isAsked in [false, true] {
            let recorder = Recorder()
            let desk = try world.desk(settings(recorder), store)
            defer { desk.stop() }
            #expect(world.lines.withLock { $0.contains { $0.contains("ops/recorder is sent nothing") } })
            if isAsked { _ = try desk.retry(delivery: 1) }
            desk.take([world.verdict(isAsked ? 2 : 1)])
            #expect(desk.look() == nil)
            if isAsked { eventually("both arrive") { desk.channel().delivered == 2 } }
            #expect(desk.look() == nil)
            #expect(recorder.ids.count == (isAsked ? 2 : 0))
            world.pass(milliseconds: 3_600_000)
        }
        for record in try store.deliveries(in: "rejected", limit: 9) {
            #expect(try !Delivery(record).isGone)
        }
    }

    @Test func `what was rejected is sent again when somebody asks for it`() throws {
        let recorder = Recorder()
        recorder.answer.withLock { $0 = .rejected(reason: "400", isGone: false) }
        let desk = try world.desk(settings(recorder), MemoryStore())
        defer { desk.stop() }
        desk.take([world.verdict(0)])
        #expect(desk.look() == nil)
        eventually("it is refused") { desk.channel().rejected == 1 }
        #expect(desk.look() == nil)
        let rejected = try #require(try desk.deliveries(in: .rejected, limit: 9).first)
        #expect(rejected.lastError == "400")
        #expect(try desk.incident(1).timeline.contains { $0.kind == .notificationFailed })
        recorder.answer.withLock { $0 = nil }
        #expect(throws: AlertError.unknownDelivery(7)) { try desk.retry(delivery: 7) }
        #expect(try desk.retry(delivery: rejected.sequence).state == .waiting)
        #expect(desk.look() == nil)
        eventually("it arrives") { desk.channel().delivered == 1 }
        let calls = recorder.calls.withLock { $0 }
        #expect(calls.count == 2 && calls[0] == calls[1])
    }
}
