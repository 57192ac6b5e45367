import Alerting
import TimeSeries
import Testing

private let noon = Sample.noon

/// `severity` critical → pager, and on; `team` a or b → mail, below it host a → pager; else ops.
private func tree() -> AlertRoute {
    var critical = AlertRoute(receiver: "pager", matchers: Sample.matchers("{severity=\"critical\"}"))
    critical.continues = true
    var inner = AlertRoute(receiver: "pager", matchers: Sample.matchers("{service=\"cart\"}"))
    inner.groupWait = 0
    let warned = AlertRoute(
        receiver: "mail", matchers: Sample.matchers("{severity=~\"warning|error\"}"), routes: [inner])
    let unreached = AlertRoute(receiver: "ops", matchers: Sample.matchers("{severity=\"warning\"}"))
    return AlertRoute(
        receiver: "ops", routes: [critical, warned, unreached, AlertRoute(receiver: "", matchers: [])])
}

@Test(arguments: [
    (Severity.critical, "cart", ["ops/webhook", "pager/webhook"]), (.warning, "cart", ["pager/webhook"]),
    (.error, "search", ["mail/webhook"]), (.info, "cart", ["ops/webhook"]),
])
func `the deepest branch takes an incident, and those beside it when it continues`(
    severity: Severity, service: String, channels: [String]
) {
    let outbox = Outbox(settings(tree()), waiting: [], lastSequence: 0)
    let incident = Sample.incident(severity: severity, service: service)
    #expect(outbox.channels(of: incident, now: noon).sorted() == channels)
}

@Test func `a channel that two branches reach hears once, at the earlier time`() {
    var slow = AlertRoute(receiver: "ops")
    slow.continues = true
    var quick = AlertRoute(receiver: "ops")
    quick.groupWait = 5_000
    var outbox = Outbox(
        settings(AlertRoute(receiver: "mail", routes: [slow, quick])), waiting: [], lastSequence: 0)
    let made = outbox.note(.opened, of: Sample.incident(), now: noon)
    #expect(made.map(\.due) == [noon + 5_000] && made.map(\.channel) == ["ops/webhook"])
}

@Test func `without a tree nobody is told`() {
    var settings = settings(AlertRoute(receiver: "ops"))
    settings.route = nil
    var outbox = Outbox(settings, waiting: [], lastSequence: 0)
    #expect(outbox.note(.opened, of: Sample.incident(), now: noon).isEmpty)
    #expect(outbox.channels(of: Sample.incident(), now: noon).isEmpty)
}

@Test func `whom a graver severity reaches first hears of an opening, and all hear of the end`() {
    var outbox = Outbox(settings(tree()), waiting: [], lastSequence: 0)
    var incident = Sample.incident(severity: .error, service: "search")
    #expect(outbox.note(.opened, of: incident, now: noon).map(\.channel) == ["mail/webhook"])
    incident.severity = .critical
    let graver = outbox.note(.updated, of: incident, now: noon + 60_000)
    #expect(graver.map(\.channel) == ["ops/webhook", "pager/webhook"])
    #expect(graver.allSatisfy { $0.event == .opened })
    let over = outbox.note(.resolved, of: Sample.resolved(incident, at: noon + 120_000), now: noon + 120_000)
    #expect(over.map(\.channel) == ["mail/webhook", "ops/webhook", "pager/webhook"])
}
