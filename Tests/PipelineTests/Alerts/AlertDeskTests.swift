import Alerting
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite struct AlertDeskTests {
    private let world = World()

    @Test func `forty series that fail together are one message, and one when they are well`() throws {
        let recorder = Recorder()
        let desk = try world.desk(settings(recorder), MemoryStore())
        defer { desk.stop() }
        let seen = Mutex<[Int64: Incident.State]>([:])
        desk.observe { incident in seen.withLock { $0[incident.id] = incident.state } }
        let begin = world.now
        desk.take((0..<40).map { world.verdict($0) })
        #expect(desk.look() == nil)
        eventually("the opening is delivered") { desk.channel().delivered == 1 }
        #expect(try desk.incidents(IncidentFilter()).map(\.members.count) == [40])
        #expect(desk.status.incidents == [.open: 1, .acknowledged: 0])
        world.pass(milliseconds: 60_000)
        for series in 0..<40 as Range<UInt32> {
            desk.take([world.verdict(series, from: begin, isOver: true)])
        }
        #expect(desk.look() == nil)
        eventually("the resolution is delivered") { desk.channel().delivered == 2 }
        #expect(recorder.ids == ["incident-1-opened", "incident-1-resolved"])
        #expect(desk.look() == nil)
        let incident = try desk.incident(1)
        #expect(incident.state == .resolved)
        #expect(incident.timeline.map(\.kind).filter { $0 == .notified }.count == 2)
        #expect(try desk.deliveries(of: 1).map(\.state) == [.delivered, .delivered])
        #expect(desk.status.opened == [.anomaly: 1])
        #expect(seen.withLock { $0 } == [1: .resolved])
    }

    @Test func `after a crash between sending and storing the receiver hears the same again`() throws {
        let memory = MemoryStore()
        let store = WrappedStore(memory)
        let first = Recorder { store.alertFailure.withLock { $0 = .full(path: "test") } }
        var desk = try world.desk(settings(first), store)
        let begin = world.now
        desk.take([world.verdict(0)])
        // Whether this comes before the store fails is not said.
        _ = desk.drain()
        eventually("it is sent") { !first.ids.isEmpty }
        desk.stop()
        #expect(try memory.deliveries(in: "waiting", limit: 9).count == 1, "its delivery is not known")

        let second = Recorder()
        world.pass(milliseconds: 1_000)
        desk = try world.desk(settings(second), memory)
        defer { desk.stop() }
        // Replay of the journal brings the verdict again.
        desk.take([world.verdict(0, from: begin)])
        #expect(desk.look() == nil)
        eventually("it is sent again") { desk.channel().delivered == 1 }
        desk.take([world.verdict(0, from: begin, isOver: true)])
        #expect(desk.look() == nil)
        eventually("the end is sent") { desk.channel().delivered == 2 }
        let calls = first.calls.withLock { $0 } + second.calls.withLock { $0 }
        let name = "incident-1-\(begin)"
        #expect(calls.map(\.id) == ["\(name)-opened", "\(name)-opened", "\(name)-resolved"])
        #expect(calls[0] == calls[1], "to the byte")
    }

    @Test func `a receiver that is down for an hour hears everything afterwards, in order`() throws {
        let recorder = Recorder()
        recorder.answer.withLock { $0 = .retryLater(reason: "503", after: nil) }
        let desk = try world.desk(settings(recorder), MemoryStore())
        defer { desk.stop() }
        let begin = world.now
        desk.take([world.verdict(0)])
        for minute in 0..<60 {
            if minute == 30 { desk.take([world.verdict(0, from: begin, isOver: true)]) }
            #expect(desk.look() == nil)
            eventually("the attempt ended") { desk.channel().retried == recorder.ids.count }
            world.pass(milliseconds: 60_000)
        }
        let attempts = recorder.ids.count
        #expect(attempts >= 10 && attempts <= 25, "\(attempts) attempts in an hour")
        #expect(desk.channel().waiting == 2 && desk.channel().oldestSeconds >= 3_600)
        recorder.answer.withLock { $0 = nil }
        world.pass(milliseconds: 300_000)
        #expect(desk.look() == nil)
        eventually("the opening arrives") { desk.channel().delivered >= 1 }
        #expect(desk.look() == nil)
        eventually("the resolution arrives") { desk.channel().delivered == 2 }
        let calls = recorder.calls.withLock { $0 }
        let openings = calls.filter { $0.id.hasSuffix("-opened") }
        #expect(openings.count == calls.count - 1 && recorder.ids.last == "incident-1-resolved")
        #expect(Set(openings.map(\.payload)).count == 1)
        #expect(desk.channel().oldestSeconds == 0)
    }

    @Test func `while the disk is full nothing is sent and nothing is lost`() throws {
        let memory = MemoryStore()
        let store = WrappedStore(memory)
        store.alertFailure.withLock { $0 = .full(path: "test") }
        let recorder = Recorder()
        let desk = try world.desk(settings(recorder), store)
        defer { desk.stop() }
        desk.take([world.verdict(0)])
        #expect(desk.look() == .full(path: "test"))
        #expect(throws: AlertError.storage(.full(path: "test"))) {
            try desk.acknowledge(1, by: "ann", comment: "", until: nil)
        }
        #expect(try desk.incident(1).state == .open, "what could not be stored did not happen")
        for _ in 0..<20 { #expect(desk.look() != nil) }
        #expect(recorder.ids.isEmpty)
        #expect(try memory.incident(1) == nil)
        store.alertFailure.withLock { $0 = nil }
        #expect(desk.look() == nil)
        eventually("it is sent") { desk.channel().delivered == 1 }
        #expect(try memory.incidents(IncidentFilter()).map(\.id) == [1])
        let lines = world.lines.withLock { $0 }
        #expect(lines.count { $0.contains("not stored") } == 1, "an operator hears of it once: \(lines)")
    }

    @Test func `a start goes on where a stop left`() throws {
        let store = MemoryStore()
        let begin = world.now
        do {
            let desk = try world.desk(settings(Recorder()), store)
            desk.take([world.verdict(0)])
            #expect(desk.look() == nil)
            eventually("it is sent") { desk.channel().delivered == 1 }
            _ = try desk.acknowledge(1, by: "ann", comment: "mine", until: world.now + 60_000)
            desk.stop()
        }
        let recorder = Recorder()
        let desk = try world.desk(settings(recorder), store)
        defer { desk.stop() }
        #expect(try desk.incident(1).acknowledgement?.by == "ann")
        desk.take([world.verdict(0, from: begin)])
        desk.reconcile(Standing(goingOn: [world.verdict(0, from: begin).key]))
        #expect(desk.look() == nil)
        #expect(try desk.incidents(IncidentFilter()).map(\.id) == [1])
        #expect(try desk.incident(1).activeCount == 1)
        desk.reconcile(Standing())
        #expect(desk.look() == nil)
        eventually("the end is sent") { desk.channel().delivered == 1 }
        #expect(recorder.ids == ["incident-1-resolved"])
        desk.take([world.verdict(5)])
        #expect(desk.look() == nil)
        #expect(try desk.incidents(IncidentFilter()).map(\.id) == [2, 1])
    }

    @Test func `a receiver that hangs holds up nobody else, and no stop`() throws {
        let release = Promise<Bool>()
        let stuck = Recorder { _ = release.wait(seconds: 60) }
        let other = Recorder()
        let desk = try world.desk(
            settings([("ops/stuck", .each(stuck)), ("ops/other", .each(other))]), MemoryStore())
        for series in 0..<3 as Range<UInt32> {
            desk.take([world.verdict(series)])
            #expect(desk.look() == nil)
            world.pass(milliseconds: 3_600_000)
        }
        eventually("the other hears all") { desk.channel("ops/other").delivered == 3 }
        #expect(desk.channel("ops/stuck").delivered == 0 && desk.channel("ops/stuck").waiting == 3)
        let time = ContinuousClock().measure { desk.stop() }
        #expect(time < .seconds(5), "\(time)")
        release.abandon()
        #expect(throws: AlertError.self) { try desk.resolve(1, by: "ann", comment: "") }
    }

    @Test func `a picture is sent at once, again every interval, and shows what was resolved lately`() throws
    {
        let recorder = Recorder()
        recorder.answer.withLock { $0 = .retryLater(reason: "503", after: nil) }
        let desk = try world.desk(settings([("ops/picture", .picture(recorder))]), MemoryStore())
        defer { desk.stop() }
        let begin = world.now
        #expect(desk.look() == nil)
        #expect(recorder.pictures.withLock { $0.isEmpty }, "nothing to show")
        desk.take([world.verdict(0)])
        func expect(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
            _ = desk.look()
            eventually("\(count) pictures", sourceLocation: sourceLocation) {
                desk.channel("ops/picture").delivered + desk.channel("ops/picture").retried == count
            }
        }
        expect(1)
        recorder.answer.withLock { $0 = nil }
        expect(1)
        world.pass(milliseconds: 5_000)
        expect(2)
        world.pass(milliseconds: 59_999)
        expect(2)
        world.pass(milliseconds: 1)
        expect(3)
        desk.take([world.verdict(0, from: begin, isOver: true)])
        expect(4)
        for count in 5...19 {
            world.pass(milliseconds: 60_000)
            expect(count)
        }
        world.pass(milliseconds: 60_000)
        expect(19)
        let states = recorder.pictures.withLock { $0.map { $0.map(\.state) } }
        #expect(states == Array(repeating: [.open], count: 3) + Array(repeating: [.resolved], count: 16))
        #expect(desk.channel("ops/picture").retried == 1)
    }
}
