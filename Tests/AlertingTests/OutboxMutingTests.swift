import Alerting
import TimeSeries
import Testing

private let noon = Sample.noon
private let minute = Sample.minute

private func silence(_ matchers: String, until ends: Int64) -> Silence {
    Silence(
        id: "s1", matchers: Sample.matchers(matchers), starts: noon - minute, ends: ends, createdBy: "ann",
        comment: "")
}

private func outbox(_ change: (inout AlertRoute) -> Void = { _ in }) -> Outbox {
    var route = AlertRoute(receiver: "ops", groupBy: ["..."])
    route.groupWait = 0
    change(&route)
    var sunday = MuteInterval()
    sunday.weekdays = [0...0]
    return Outbox(settings(route, intervals: ["sundays": [sunday]]), waiting: [], lastSequence: 40)
}

@Test func `a silenced incident is told of when the silence is over`() {
    var outbox = outbox()
    let incident = Sample.incident()
    #expect(outbox.note(.opened, of: incident, now: noon).map(\.sequence) == [41])
    let silences = [silence("{service=\"cart\"}", until: noon + 10 * minute)]
    let first = outbox.due(now: noon, silences: silences) { _ in incident }
    #expect(first.send.isEmpty && first.changed.map(\.lastError) == ["silenced by ann"])
    #expect(first.changed.map(\.state) == [.waiting])
    let held = outbox.nextDue
    #expect(held == noon + 15_000)
    let second = outbox.due(now: noon + 15_000, silences: silences) { _ in incident }
    #expect(second.send.isEmpty && second.changed.isEmpty)
    let after = outbox.due(now: noon + 10 * minute, silences: silences) { _ in incident }
    #expect(after.send.map(\.sequence) == [41])
}

@Test func `what was silenced from the opening to the resolution is told to nobody`() {
    var outbox = outbox()
    let incident = Sample.incident()
    _ = outbox.note(.opened, of: incident, now: noon)
    let silences = [silence("{service=~\"c.*\"}", until: noon + 99 * minute)]
    _ = outbox.due(now: noon, silences: silences) { _ in incident }
    let over = Sample.resolved(incident, at: noon + minute)
    _ = outbox.note(.resolved, of: over, now: noon + minute)
    let due = outbox.due(now: noon + 7 * minute, silences: silences) { _ in over }
    #expect(due.send.isEmpty && due.changed.map(\.state) == [.suppressed, .suppressed])
    #expect(outbox.nextDue == nil)
}

@Test func `a silence that does not fit, or is over, is in nobody's way`() {
    var outbox = outbox()
    let incident = Sample.incident()
    _ = outbox.note(.opened, of: incident, now: noon)
    let silences = [
        silence("{service=\"search\"}", until: noon + 9 * minute), silence("{service=\"cart\"}", until: noon),
    ]
    #expect(outbox.due(now: noon, silences: silences) { _ in incident }.send.count == 1)
}

@Test func `an opening that was told is followed by its resolution after the silence`() {
    var outbox = outbox()
    let incident = Sample.incident()
    _ = outbox.note(.opened, of: incident, now: noon)
    for delivery in outbox.due(now: noon, silences: [], incident: { _ in incident }).send {
        _ = outbox.finish(delivery.sequence, .success(()), now: noon)
    }
    _ = outbox.note(.updated, of: incident, now: noon + 6 * minute)
    let over = Sample.resolved(incident, at: noon + 7 * minute)
    _ = outbox.note(.resolved, of: over, now: noon + 7 * minute)
    let silences = [silence("{service=\"cart\"}", until: noon + 60 * minute)]
    let during = outbox.due(now: noon + 20 * minute, silences: silences) { _ in over }
    #expect(during.send.isEmpty && during.changed.map(\.state) == [.suppressed, .waiting])
    let after = outbox.due(now: noon + 60 * minute, silences: silences) { _ in over }
    #expect(after.send.map(\.event) == [.resolved])
}

/// A member of another service that joins.
private func joined(_ incident: Incident, _ service: String, at now: Int64) -> Incident {
    var incident = incident
    let labels = Sample.labels(("__name__", "latency"), ("service", service), ("host", "a"))
    incident.members.append(.init(verdict: Sample.verdict(9, labels), joined: now))
    return incident
}

@Test func `an incident is silenced while all of its members are`() {
    let cart = silence("{service=\"cart\"}", until: noon + 60 * minute)
    let search = silence("{service=\"search\"}", until: noon + 60 * minute)
    let one = Sample.incident()
    var two = joined(one, "search", at: noon + 1)
    #expect([cart].hold(one, at: noon) && ![search].hold(one, at: noon))
    #expect(![cart].hold(two, at: noon) && [cart, search].hold(two, at: noon))
    #expect([cart].isBroken(by: two, at: noon + 1), "its service was told of nothing")
    #expect(![cart].isBroken(by: two, at: noon + 2) && ![cart, search].isBroken(by: two, at: noon + 1))
    two.members[3].verdict.isOver = true
    #expect([cart].hold(two, at: noon), "the other has recovered")
    #expect([silence("{service!=\"search\"}", until: noon + minute)].hold(one, at: noon))
    #expect([silence("{alertname=\"checkout\", service=\"cart\"}", until: noon + minute)].hold(one, at: noon))
    #expect(![cart].hold(one, at: noon + 60 * minute))
}

@Test func `a member that a silence does not fit is told of, to whom it concerns`() {
    var teams = AlertRoute(receiver: "ops")
    teams.groupWait = 0
    teams.routes = ["pager": "cart", "mail": "search"].sorted(by: <).map { receiver, service in
        var route = AlertRoute(receiver: receiver, matchers: Sample.matchers("{service=\"\(service)\"}"))
        route.groupWait = 0
        return route
    }
    var outbox = Outbox(settings(teams), waiting: [], lastSequence: 0)
    let incident = Sample.incident()
    #expect(outbox.note(.opened, of: incident, now: noon).map(\.channel) == ["pager/webhook"])
    let silences = [silence("{service=\"cart\"}", until: noon + 60 * minute)]
    #expect(outbox.due(now: noon, silences: silences) { _ in incident }.send.isEmpty)
    let wider = joined(incident, "search", at: noon + 1_000)
    let made = outbox.note(.updated, of: wider, now: noon + 1_000)
    #expect(made.map(\.channel) == ["mail/webhook"] && made.map(\.event) == [.opened])
    outbox.reconsider(wider.id)
    let due = outbox.due(now: noon + 1_000, silences: silences) { _ in wider }
    #expect(due.send.map(\.channel) == ["mail/webhook"], "the silenced service still hears nothing")
}

@Test func `a muted branch puts off, and a picture leaves the incident out meanwhile`() {
    var outbox = outbox { $0.muteTimeIntervals = ["sundays"] }
    let incident = Sample.incident()
    _ = outbox.note(.opened, of: incident, now: noon)
    #expect(outbox.due(now: noon, silences: []) { _ in incident }.send.isEmpty)
    #expect(outbox.channels(of: incident, now: noon).isEmpty)
    let monday = noon + 12 * 60 * minute
    #expect(outbox.channels(of: incident, now: monday) == ["ops/webhook"])
    #expect(outbox.due(now: monday, silences: []) { _ in incident }.send.count == 1)
}

// MARK: - Intervals

private func interval(_ change: (inout MuteInterval) -> Void) -> MuteInterval {
    var interval = MuteInterval()
    change(&interval)
    return interval
}

private func moment(_ text: String) throws -> Int64 { try Timestamp(rfc3339: text).milliseconds }

@Test(arguments: [
    ("2026-02-25T12:00:00Z", false), ("2026-02-26T00:00:00Z", true), ("2026-02-28T23:59:59Z", true),
    ("2028-02-26T12:00:00Z", false), ("2028-02-27T12:00:00Z", true), ("2026-03-01T00:00:00Z", false),
])
func `negative days count from the end of the month`(text: String, holds: Bool) throws {
    #expect(interval { $0.daysOfMonth = [-3...(-1)] }.contains(try moment(text)) == holds)
}

@Test(arguments: [
    ("2026-02-28T12:00:00Z", false), ("2026-04-30T12:00:00Z", false), ("2026-05-31T12:00:00Z", true),
])
func `a day that a month does not have holds never in it`(text: String, holds: Bool) throws {
    #expect(interval { $0.daysOfMonth = [31...31] }.contains(try moment(text)) == holds)
    #expect(interval { $0.daysOfMonth = [-31...(-1)] }.contains(try moment(text)))
}

@Test(arguments: [
    ("2026-03-01T07:59:59Z", false), ("2026-03-01T08:00:00Z", true), ("2026-03-01T16:59:59Z", true),
    ("2026-03-01T17:00:00Z", false), ("2026-07-01T07:00:00Z", true), ("2027-03-01T12:00:00Z", false),
])
func `hours are those of the zone, and everything given must hold`(text: String, holds: Bool) throws {
    let zone = try TimeZone(named: "Europe/Berlin")
    let working = interval {
        $0.times = [9 * 60..<18 * 60]
        $0.months = [1...3, 7...7]
        $0.years = [2026...2026]
        $0.zone = zone
    }
    #expect(working.contains(try moment(text)) == holds)
}

@Test func `an interval that says nothing holds always`() {
    #expect(MuteInterval().contains(noon))
}
