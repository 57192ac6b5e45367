import Alerting
import TimeSeries
import Testing

/// An outbox with the incidents it is asked about.
private struct Office {
    var outbox: Outbox
    var incidents: [Int64: Incident] = [:]
    var silences: [Silence] = []

    init(_ settings: AlertSettings, waiting: [Delivery] = []) {
        outbox = Outbox(settings, waiting: waiting, lastSequence: 0)
    }

    mutating func note(_ transition: Transition, _ incident: Incident, _ now: Int64) -> [Delivery] {
        incidents[incident.id] = incident
        return outbox.note(transition, of: incident, now: now)
    }

    mutating func due(_ now: Int64) -> (send: [Delivery], changed: [Delivery]) {
        let incidents = incidents
        return outbox.due(now: now, silences: silences) { incidents[$0] }
    }

    /// Sends all that is due, again and again, and says what went.
    mutating func flush(_ now: Int64) -> [String] {
        var sent: [String] = []
        while true {
            let due = due(now).send
            guard !due.isEmpty else { return sent }
            for delivery in due {
                _ = outbox.finish(delivery.sequence, .success(()), now: now)
                sent.append(delivery.channel.prefix { $0 != "/" } + " " + delivery.short)
            }
        }
    }
}

extension Delivery {
    /// Its name without the time of the opening.
    fileprivate var short: String { eventID.replacing("-\(opened)", with: "") }
}

private let noon = Sample.noon
private let minute = Sample.minute

private func route(wait: Int64 = 0, groupBy: [String] = ["incident_never"]) -> AlertRoute {
    var route = AlertRoute(receiver: "ops", groupBy: groupBy)
    route.groupWait = wait
    return route
}

// MARK: - Order and retries

@Test func `an opening waits for its group and goes before the resolution`() {
    var office = Office(settings(route(wait: 30_000)))
    let opened = office.note(.opened, Sample.incident(), noon)
    #expect(opened.map(\.short) == ["incident-17-opened"] && opened.map(\.due) == [noon + 30_000])
    #expect(office.outbox.nextDue == noon + 30_000)
    let resolved = office.note(.resolved, Sample.resolved(Sample.incident(), at: noon + 9_000), noon + 9_000)
    #expect(resolved.map(\.due) == [noon + 9_000] && resolved.map(\.sequence) == [2])
    #expect(office.due(noon + 29_999).send.isEmpty)
    let first = office.due(noon + 30_000).send
    #expect(first.map(\.sequence) == [1])
    #expect(office.due(noon + 30_000).send.isEmpty && office.outbox.nextDue == nil)
    let done = office.outbox.finish(1, .success(()), now: noon + 31_000)
    #expect(done.state == .delivered && done.attempts == 1 && done.due == noon + 31_000)
    #expect(office.flush(noon + 31_000) == ["ops incident-17-resolved"])
    #expect(office.outbox.nextDue == nil)
}

@Test func `a failed delivery is tried again after 1 s doubling to 5 min`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    var now = noon
    var waits: [Int64] = []
    for _ in 0..<12 {
        let due = office.due(now).send
        #expect(due.count == 1)
        let delivery = office.outbox.finish(
            1, .failure(.retryLater(reason: "HTTP 500", after: nil)), now: now)
        #expect(delivery.state == .waiting && delivery.lastError == "HTTP 500")
        waits.append((delivery.due - now) / 1_000)
        #expect(office.outbox.nextDue == delivery.due && office.due(delivery.due - 1).send.isEmpty)
        now = delivery.due
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    #expect(office.flush(now) == ["ops incident-17-opened"])
}

@Test(arguments: [(120.0, Int64(120_000)), (0.5, 1_000), (1e12, 86_400_000)])
func `a receiver may put us off for longer, up to a day`(asked: Double, wait: Int64) {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    _ = office.due(noon)
    let delivery = office.outbox.finish(1, .failure(.retryLater(reason: "429", after: asked)), now: noon)
    #expect(delivery.due == noon + wait)
}

@Test func `after an hour without the receiver it hears of one opening and one resolution`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    var now = noon
    var sent = 0
    while now < noon + 60 * minute {
        for delivery in office.due(now).send {
            _ = office.outbox.setPayload([1], of: delivery.sequence, now: noon)
            _ = office.outbox.finish(
                delivery.sequence, .failure(.retryLater(reason: "x", after: nil)), now: now)
            sent += 1
        }
        if now == noon + 20 * minute {
            _ = office.note(.resolved, Sample.resolved(Sample.incident(), at: now), now)
        }
        now += 1_000
    }
    #expect(sent > 10)
    #expect(office.flush(now + 5 * minute) == ["ops incident-17-opened", "ops incident-17-resolved"])
}

@Test func `after 7 days a delivery is given up`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    var now = noon
    var last = office.due(now).send[0]
    while last.state == .waiting, now < noon + 8 * 1_440 * minute {
        last = office.outbox.finish(1, .failure(.retryLater(reason: "HTTP 503", after: 3_600)), now: now)
        now = max(last.due, now + 1)
        _ = office.due(now)
    }
    #expect(last.state == .rejected && last.lastError.hasPrefix("too old") && last.attempts == 168)
    #expect(office.outbox.nextDue == nil)
}

@Test func `a receiver that is gone takes nothing more until it is asked to`() {
    var office = Office(settings(route(groupBy: ["service"])))
    _ = office.note(.opened, Sample.incident(17), noon)
    _ = office.note(.opened, Sample.incident(18, service: "search"), noon)
    let due = office.due(noon).send
    #expect(due.map(\.incident) == [17, 18])
    let gone = office.outbox.finish(1, .failure(.rejected(reason: "HTTP 410", isGone: true)), now: noon)
    #expect(gone.state == .rejected && gone.lastError == "HTTP 410")
    _ = office.outbox.finish(2, .failure(.retryLater(reason: "x", after: nil)), now: noon)
    let later = office.due(noon + minute)
    #expect(later.send.isEmpty && later.changed.map(\.sequence) == [2])
    #expect(later.changed.map(\.lastError) == ["HTTP 410"])
    let third = office.note(.opened, Sample.incident(19, service: "mail"), noon + minute)
    #expect(third.map(\.state) == [.rejected] && office.outbox.nextDue == nil)
    #expect(gone.isGone && later.changed.map(\.isGone) == [true] && third.map(\.isGone) == [true])
    let again = office.outbox.again(gone, now: noon + 2 * minute)
    #expect(again.state == .waiting && again.attempts == 0 && !again.isGone)
    #expect(office.flush(noon + 2 * minute) == ["ops incident-17-opened"])
}

@Test func `an update that is refused for good is not tried again, and the next of its incident goes`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    #expect(office.flush(noon).count == 1)
    _ = office.note(.updated, Sample.incident(), noon + minute)
    _ = office.due(noon + 5 * minute)
    let refused = office.outbox.finish(
        2, .failure(.rejected(reason: "HTTP 400", isGone: false)), now: noon + 5 * minute)
    #expect(refused.state == .rejected)
    _ = office.note(.resolved, Sample.resolved(Sample.incident(), at: noon + 6 * minute), noon + 6 * minute)
    #expect(office.flush(noon + 6 * minute) == ["ops incident-17-resolved"])
}

@Test func `a restart goes on with what waited, and counts updates on`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    #expect(office.flush(noon).count == 1)
    let update = office.note(.updated, Sample.incident(), noon + 6 * minute)
    #expect(update.map(\.short) == ["incident-17-updated-1"])
    _ = office.due(noon + 6 * minute)
    let kept = office.outbox.setPayload([7, 7], of: 2, now: noon)
    var later = Office(settings(route()), waiting: [kept])
    later.incidents = office.incidents
    let due = later.due(noon + 7 * minute).send
    #expect(due.map(\.payload) == [[7, 7]] && due.map(\.sequence) == [2])
    _ = later.outbox.finish(2, .success(()), now: noon + 7 * minute)
    let next = later.note(.updated, Sample.incident(), noon + 30 * minute)
    #expect(next.map(\.short) == ["incident-17-updated-2"] && next.map(\.sequence) == [3])
}

@Test func `a channel or incident that is gone after a restart ends its deliveries`() {
    let lost = Delivery(
        sequence: 3, incident: 17, channel: "old/slack", event: .opened, created: noon, due: noon)
    let orphan = Delivery(
        sequence: 4, incident: 99, channel: "ops/webhook", event: .opened, created: noon, due: noon)
    var office = Office(settings(route()), waiting: [lost, orphan])
    let due = office.due(noon)
    #expect(due.send.isEmpty && due.changed.map(\.state) == [.rejected, .rejected])
    #expect(due.changed.first?.lastError.contains("old/slack") == true)
}

@Test func `names of events tell incidents of one number apart by when they were opened`() {
    var office = Office(settings(route()))
    #expect(office.note(.opened, Sample.incident(), noon).map(\.eventID) == ["incident-17-\(noon)-opened"])
    var restored = Office(settings(route()))
    let other = Sample.incident(at: noon + minute)
    let opened = restored.note(.opened, other, noon + minute)
    #expect(opened.map(\.eventID) == ["incident-17-\(noon + minute)-opened"])
    _ = restored.flush(noon + minute)
    let update = restored.note(.updated, other, noon + 9 * minute)
    #expect(update.map(\.eventID) == ["incident-17-\(noon + minute)-updated-1"])
}

@Test func `an opening that is tried again when all is over is followed by the end`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    _ = office.due(noon)
    let refused = office.outbox.finish(1, .failure(.rejected(reason: "HTTP 400", isGone: false)), now: noon)
    let over = Sample.resolved(Sample.incident(), at: noon + minute)
    #expect(office.note(.resolved, over, noon + minute).isEmpty)
    let again = office.outbox.again(refused, now: noon + 2 * minute)
    #expect(office.outbox.followUp(again, over, now: noon + 2 * minute).map(\.event) == [.resolved])
    #expect(office.outbox.followUp(again, over, now: noon + 2 * minute).isEmpty)
    #expect(office.flush(noon + 2 * minute) == ["ops incident-17-opened", "ops incident-17-resolved"])
}

// MARK: - What is told

@Test func `events that a notifier does not want are not queued`() {
    var office = Office(settings(route(), events: []))
    #expect(office.note(.opened, Sample.incident(), noon).count == 1)
    #expect(office.flush(noon).count == 1)
    #expect(office.outbox.tick(now: noon + 900 * minute, unresolved: [Sample.incident()]).isEmpty)
    #expect(office.note(.updated, Sample.incident(), noon + 9 * minute).isEmpty)
    #expect(office.note(.resolved, Sample.resolved(Sample.incident(), at: noon), noon + 9 * minute).isEmpty)
}

@Test func `an update is not queued while an earlier message was not rendered yet`() {
    var office = Office(settings(route(wait: 30_000)))
    _ = office.note(.opened, Sample.incident(), noon)
    #expect(office.note(.updated, Sample.incident(), noon + 1_000).isEmpty)
    _ = office.due(noon + 30_000)
    let lone = Delivery(
        sequence: 9, incident: 17, channel: "ops/webhook", event: .updated, created: noon, due: noon)
    #expect(office.outbox.lastMade(before: lone) == nil)
    _ = office.outbox.setPayload([1], of: 1, now: noon + 30_000)
    #expect(office.outbox.lastMade(before: lone) == noon + 30_000)
    #expect(office.note(.updated, Sample.incident(), noon + 31_000).count == 1)
    #expect(office.note(.updated, Sample.incident(), noon + 32_000).isEmpty)
}

@Test func `an open incident is repeated, an acknowledged one is not`() {
    var office = Office(settings(route()))
    let incident = Sample.incident()
    _ = office.note(.opened, incident, noon)
    #expect(office.flush(noon + 1_000).count == 1)
    let four = 240 * minute
    #expect(office.outbox.tick(now: noon + four, unresolved: [incident]).isEmpty)
    var taken = incident
    taken.state = .acknowledged
    #expect(office.outbox.tick(now: noon + four + 1_000, unresolved: [taken]).isEmpty)
    let repeats = office.outbox.tick(now: noon + four + 1_000, unresolved: [incident])
    #expect(repeats.map(\.short) == ["incident-17-updated-1"])
    #expect(office.outbox.tick(now: noon + four + 1_000, unresolved: [incident]).isEmpty)
    #expect(office.flush(noon + four + 1_000) == ["ops incident-17-updated-1"])
    let second = office.outbox.tick(now: noon + 2 * four + 1_000, unresolved: [incident])
    #expect(second.map(\.short) == ["incident-17-updated-2"])
}

@Test func `openings wait for group_wait alone, resolutions for nothing, updates for the group`() {
    // As in the README: no labels, so that everything is one group.
    var office = Office(settings(route(wait: 30_000, groupBy: [])))
    #expect(office.note(.opened, Sample.incident(1), noon).map(\.due) == [noon + 30_000])
    #expect(office.note(.opened, Sample.incident(2), noon + 20_000).map(\.due) == [noon + 30_000])
    #expect(office.flush(noon + 30_000).count == 2)
    let other = Sample.incident(3, service: "pay")
    #expect(office.note(.opened, other, noon + 40_000).map(\.due) == [noon + 70_000])
    #expect(office.flush(noon + 70_000).count == 1)
    let update = office.note(.updated, Sample.incident(1), noon + 80_000)
    #expect(update.map(\.due) == [noon + 370_000], "five minutes after the newest message of the group")
    #expect(office.note(.opened, Sample.incident(4), noon + 90_000).map(\.due) == [noon + 120_000])
    _ = office.outbox.tick(now: noon + 91_000, unresolved: [Sample.incident(1), other])
    #expect(office.note(.opened, Sample.incident(5), noon + 130_000).map(\.due) == [noon + 160_000])
    let resolved = Sample.resolved(other, at: noon + 131_000)
    #expect(office.note(.resolved, resolved, noon + 131_000).map(\.due) == [noon + 131_000])
}

@Test(arguments: [Incident.Moment.Kind.acknowledged, .unacknowledged, .severity])
func `what a person did, or is graver, does not wait for the group`(kind: Incident.Moment.Kind) {
    var office = Office(settings(route(groupBy: [])))
    _ = office.note(.opened, Sample.incident(), noon)
    #expect(office.flush(noon).count == 1)
    var incident = Sample.incident()
    incident.note(.init(time: noon + 1_000, kind: kind, text: "", by: "ann"))
    #expect(office.note(.updated, incident, noon + 1_000).map(\.due) == [noon + 1_000])
}

// MARK: - Who heard nothing

@Test func `a refusal that may pass is put up with for a quarter of an hour`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    let refusal = NotifierFailure.retryLater(reason: "HTTP 404", after: nil, within: 15 * minute)
    var now = noon
    // An hour without any answer before it does not count.
    while now < noon + 60 * minute {
        _ = office.due(now)
        now = office.outbox.finish(1, .failure(.retryLater(reason: "x", after: nil)), now: now).due
    }
    let begin = now
    var last = office.due(now).send[0]
    while last.state == .waiting {
        last = office.outbox.finish(1, .failure(refusal), now: now)
        guard last.state == .waiting else { break }
        now = last.due
        #expect(office.due(now).send.count == 1)
    }
    #expect(last.state == .rejected && last.lastError == "refused for 15 min: HTTP 404")
    #expect(now - begin >= 15 * minute && now - begin <= 20 * minute)
}

@Test func `who heard of no opening hears of no end, but of an update as an opening`() {
    var office = Office(settings(route()))
    _ = office.note(.opened, Sample.incident(), noon)
    // The end waits behind the opening, which is refused meanwhile.
    let over = Sample.resolved(Sample.incident(), at: noon + minute)
    var behind = office
    _ = behind.due(noon)
    #expect(behind.note(.resolved, over, noon + minute).count == 1)
    _ = behind.outbox.finish(1, .failure(.rejected(reason: "HTTP 400", isGone: false)), now: noon + minute)
    #expect(behind.due(noon + minute).changed.map(\.state) == [.suppressed])
    #expect(behind.flush(noon + minute).isEmpty)

    _ = office.due(noon)
    let refused = office.outbox.finish(1, .failure(.rejected(reason: "HTTP 400", isGone: false)), now: noon)
    var silent = office
    #expect(silent.note(.resolved, over, noon + minute).isEmpty)
    var restored = Office(settings(route()), waiting: [refused])
    #expect(restored.note(.resolved, over, noon + minute).isEmpty)
    let update = office.note(.updated, Sample.incident(), noon + 9 * minute)
    #expect(update.map(\.event) == [.opened])
    #expect(office.flush(noon + 20 * minute).count == 1)
    #expect(office.note(.resolved, over, noon + 21 * minute).count == 1)
}
