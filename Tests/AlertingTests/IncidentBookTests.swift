import Testing
import TimeSeries

@testable import Alerting

@Suite struct IncidentBookTests {
    @Test func `forty series of one service that fail at once are one incident, opened once`() throws {
        var book = IncidentBook()
        let verdicts = (0..<40).map { place in
            verdict(
                UInt32(place), labels: labels(["service": "shop", "host": "h\(place)"]),
                definition: "definition \(place % 7)", score: Double(place))
        }
        let changes = book.take(verdicts, now: dawn + 1)
        #expect(told(changes) == ["1 opened"])
        let incident = try #require(book.unresolved.first)
        #expect(book.unresolved.count == 1)
        #expect(incident.members.count == 40)
        #expect(incident.members.first?.verdict.key.series == 39, "the most telling is first")
        #expect(incident.identity["service"] == "shop")
        #expect(incident.identity["host"] == nil, "it is known by what all have in common")
        // The same one by one.
        var slow = IncidentBook()
        let slowly = verdicts.flatMap { slow.take($0, now: dawn + 1) }
        #expect(slow.unresolved.count == 1)
        #expect(told(slowly).count { $0.hasSuffix("opened") } == 1)
    }

    @Test func `what shares neither definition nor label, or begins too far away, is apart`() {
        var book = IncidentBook()
        let first = verdict(0, labels: labels(["service": "a"]), definition: "a")
        _ = book.take(first, now: dawn)
        _ = book.take(verdict(1, labels: labels(["service": "b"]), definition: "b"), now: dawn)
        _ = book.take(verdict(2, labels: labels(["zone": "a"]), definition: "c"), now: dawn)
        #expect(book.unresolved.count == 3)
        let late = dawn + 5 * oneMinute
        _ = book.take(verdict(3, from: late, labels: labels(["service": "a"]), definition: "d"), now: late)
        #expect(book.incident(1)?.members.count == 2, "within five minutes of a beginning")
        let later = late + 5 * oneMinute + 1
        _ = book.take(verdict(4, from: later, definition: "a"), now: later)
        #expect(book.unresolved.count == 4)
        // One that was found late but began with it.
        var other = IncidentBook()
        _ = other.take(verdict(0, time: dawn + 9 * oneMinute), now: dawn + 9 * oneMinute)
        _ = other.take(verdict(1, time: dawn + 9 * oneMinute), now: dawn + 9 * oneMinute)
        #expect(other.unresolved.count == 1)
    }

    @Test func `silent series of one source are one incident apart from anomalies`() {
        var book = IncidentBook()
        let labels = [
            labels(["host": "a", "job": "x"]), labels(["host": "a", "job": "y"]),
            labels(["host": "b", "job": "z"]),
            labels(["zone": "z"]), labels(["zone": "z"]),
        ]
        _ = book.take(verdict(9, labels: labels[0]), now: dawn)
        for (place, own) in labels.enumerated() {
            _ = book.take(verdict(UInt32(place), .noData, labels: own), now: dawn)
        }
        #expect(book.unresolved.map(\.members.count) == [1, 2, 1, 1, 1])
        #expect(book.unresolved.map(\.kind) == [.anomaly, .noData, .noData, .noData, .noData])
        #expect(book.incident(2)?.title == "no data from host a")
    }

    @Test func `titles say what is wrong in one line`() {
        var book = IncidentBook()
        let own = labels(["__name__": "checkout_rps", "region": "eu"])
        _ = book.take(verdict(0, labels: own), now: dawn)
        #expect(book.incident(1)?.title == #"checkout_rps{region="eu"} is far below what was expected"#)
        _ = book.take(verdict(1), now: dawn)
        #expect(
            book.incident(1)?.title
                == #"checkout_rps{region="eu"} and 1 more series are far below what was expected"#)
    }

    @Test func `it resolves when all have recovered, not before its least time`() {
        var book = IncidentBook()
        _ = book.take([verdict(0, leastOpen: 5 * oneMinute), verdict(1)], now: dawn)
        var now = dawn + oneMinute
        #expect(
            told(book.take(verdict(0, time: now, isOver: true, leastOpen: 5 * oneMinute), now: now)).isEmpty)
        now += oneMinute
        #expect(told(book.take(verdict(1, time: now, isOver: true), now: now)).isEmpty)
        #expect(book.unresolved.first?.activeCount == 0)
        #expect(book.tick(now: dawn + 5 * oneMinute - 1).isEmpty)
        let end = book.tick(now: dawn + 5 * oneMinute)
        #expect(told(end) == ["1 resolved"])
        #expect(
            end.first?.incident.state == .resolved && end.first?.incident.resolved == dawn + 5 * oneMinute)
        #expect(end.first?.incident.timeline.map(\.kind) == [.opened, .recovered, .recovered, .resolved])
        #expect(book.unresolved.isEmpty)
        #expect(book.tick(now: dawn + oneHour).isEmpty)
    }

    @Test func `a graver member and twice as many members are told, one more is not`() {
        var book = IncidentBook()
        _ = book.take([verdict(0), verdict(1)], now: dawn)
        #expect(told(book.take(verdict(2), now: dawn + 1)).isEmpty)
        #expect(told(book.take(verdict(3), now: dawn + 2)) == ["1 updated"])
        #expect(told(book.take(verdict(4), now: dawn + 3)).isEmpty)
        #expect(
            told(book.take(verdict(0, time: dawn + 4, severity: .critical), now: dawn + 4)) == ["1 updated"])
        #expect(told(book.take(verdict(0, time: dawn + 5, severity: .warning), now: dawn + 5)).isEmpty)
        #expect(book.incident(1)?.severity == .critical)
        #expect(book.incident(1)?.identity["severity"] == "critical")
        #expect(
            book.incident(1)?.settledIdentity?["severity"] == "warning", "Alertmanager's stays")
    }

    @Test func `verdicts again change nothing, also when their incident is resolved or was stored`() throws {
        var book = IncidentBook()
        let over = verdict(0, time: dawn + oneMinute, isOver: true)
        _ = book.take(verdict(0), now: dawn)
        let end = book.take(over, now: dawn + oneMinute)
        #expect(told(end) == ["1 resolved"])
        let resolved = try #require(end.first?.incident)
        #expect(book.take([verdict(0), over], now: dawn + oneMinute).isEmpty)

        var restored = IncidentBook(merging: MergePolicy(), unresolved: [], lastID: 1)
        restored.remember(resolved: [resolved], now: dawn + 2 * oneMinute)
        #expect(restored.take([verdict(0), over], now: dawn + 2 * oneMinute).isEmpty)
        let next = verdict(0, from: dawn + 3 * oneMinute)
        #expect(told(restored.take(next, now: dawn + 3 * oneMinute)) == ["2 opened"])
        // Replay from before the newest stretch.
        #expect(restored.take([verdict(0), over], now: dawn + 3 * oneMinute).isEmpty)
        #expect(restored.incident(2)?.members.map(\.verdict.key.from) == [dawn + 3 * oneMinute])
    }

    @Test func `an older verdict of a stretch does not take back a recovery`() {
        var book = IncidentBook()
        _ = book.take(verdict(0, leastOpen: oneHour), now: dawn)
        _ = book.take(
            verdict(0, time: dawn + oneMinute, isOver: true, leastOpen: oneHour), now: dawn + oneMinute)
        #expect(book.take(verdict(0, time: dawn + 1), now: dawn + oneMinute).isEmpty)
        #expect(book.incident(1)?.activeCount == 0)
    }

    @Test func `backfill opens nothing and joins nothing, but updates its members`() {
        var book = IncidentBook()
        let now = dawn + 10 * oneMinute
        #expect(book.take(verdict(0, from: dawn - 1), now: now).isEmpty)
        #expect(told(book.take(verdict(0), now: now)) == ["1 opened"])
        #expect(book.take(verdict(1, from: dawn - 1), now: now).isEmpty)
        #expect(book.take(verdict(0, time: dawn + 1, isOver: true), now: dawn + oneHour).count == 1)
    }

    @Test func `what goes on after a resolution by hand does not open it again, a new stretch does`() throws {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        let change = try book.resolve(1, by: "ann", comment: "known", now: dawn + oneMinute)
        #expect(change.transition == .resolved && change.incident.state == .resolved)
        #expect(change.incident.timeline.last?.by == "ann")
        for step in 1...100 as ClosedRange<Int64> {
            #expect(book.take(verdict(0, time: dawn + step * oneHour), now: dawn + step * oneHour).isEmpty)
            #expect(book.tick(now: dawn + step * oneHour).isEmpty)
        }
        let next = dawn + 101 * oneHour
        #expect(told(book.take(verdict(0, from: next), now: next)) == ["2 opened"])
        #expect(throws: IncidentError.unknown(1)) { try book.resolve(1, by: "", comment: "", now: next) }
    }

    @Test func `a score that goes back and forth all day opens and resolves once`() {
        var book = IncidentBook()
        var events: [String] = []
        for place in 0..<360 as Range<Int64> {
            let from = dawn + place * 4 * oneMinute
            let end = from + 2 * oneMinute
            events += told(book.take(verdict(0, from: from, leastOpen: 5 * oneMinute), now: from))
            for second in 1..<120 as Range<Int64> { events += told(book.tick(now: from + second * 1_000)) }
            events += told(
                book.take(verdict(0, from: from, time: end, isOver: true, leastOpen: 5 * oneMinute), now: end)
            )
            for second in 1..<120 as Range<Int64> { events += told(book.tick(now: end + second * 1_000)) }
        }
        #expect(book.incident(1)?.members.count == 1, "one series is one member")
        for step in 0...60 as ClosedRange<Int64> {
            events += told(book.tick(now: dawn + 24 * oneHour + step * oneMinute))
        }
        #expect(events == ["1 opened", "1 resolved"])
    }

    @Test func `an incident that comes back within the hour waits longer, up to eight times`() {
        var book = IncidentBook()
        var waits: [Int64] = []
        var now = dawn
        for _ in 0..<6 {
            _ = book.take(verdict(0, from: now, leastOpen: oneMinute), now: now)
            now += 10 * oneMinute
            let over = now
            _ = book.take(
                verdict(0, from: over - 10 * oneMinute, time: over, isOver: true, leastOpen: oneMinute),
                now: now)
            while !book.unresolved.isEmpty {
                now += 1_000
                _ = book.tick(now: now)
            }
            waits.append((now - over) / oneMinute)
            now += 10 * oneMinute
        }
        #expect(waits == [0, 2, 4, 8, 8, 8])
        now += 2 * oneHour
        _ = book.take(verdict(0, from: now, leastOpen: oneMinute), now: now)
        #expect(book.unresolved.first?.recoveryHold == 0, "after more than an hour it counts from new")
    }

    @Test func `acknowledgements are told, taken back and end`() throws {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        let taken = try book.acknowledge(1, by: "ann", comment: "mine", until: dawn + oneHour, now: dawn + 1)
        #expect(taken.transition == .updated && taken.incident.state == .acknowledged)
        #expect(book.tick(now: dawn + oneHour - 1).isEmpty)
        let ended = book.tick(now: dawn + oneHour)
        #expect(told(ended) == ["1 updated"])
        #expect(ended.first?.incident.state == .open && ended.first?.incident.acknowledgement == nil)
        _ = try book.acknowledge(1, by: "bob", comment: "", until: nil, now: dawn + oneHour)
        #expect(book.tick(now: dawn + 1_000 * oneHour).isEmpty)
        #expect(try book.unacknowledge(1, by: "bob", now: dawn + oneHour).incident.state == .open)
        #expect(throws: IncidentError.self) { try book.unacknowledge(1, by: "bob", now: dawn + oneHour) }
        #expect(throws: IncidentError.self) {
            try book.acknowledge(1, by: "", comment: "", until: dawn, now: dawn + oneHour)
        }
        #expect(
            book.incident(1)?.timeline.map(\.kind)
                == [.opened, .acknowledged, .reopened, .acknowledged, .unacknowledged])
    }

    @Test func `a manual incident is resolved by hand alone`() throws {
        var book = IncidentBook()
        let opened = try book.open(
            title: "the\nshop is down", severity: .error, labels: labels(["team": "web"]), text: "calls",
            by: "ann", now: dawn)
        #expect(opened.transition == .opened && opened.incident.title == "the shop is down")
        #expect(opened.incident.identity["team"] == "web")
        _ = book.take(verdict(0), now: dawn)
        #expect(book.unresolved.count == 2, "verdicts do not join it")
        #expect(book.tick(now: dawn + 100 * oneHour).isEmpty)
        #expect(told([try book.resolve(1, by: "ann", comment: "", now: dawn)]) == ["1 resolved"])
        #expect(throws: IncidentError.self) {
            try book.open(title: "", severity: .info, labels: .none, text: "", by: "", now: dawn)
        }
    }

    @Test func `what does not go on after a start is over`() {
        var book = IncidentBook()
        _ = book.take([verdict(0), verdict(1), verdict(2, definition: "other")], now: dawn)
        let changes = book.reconcile([verdict(1).key], now: dawn + oneMinute)
        #expect(told(changes) == ["2 resolved"])
        #expect(book.incident(1)?.members.map(\.verdict.isOver) == [false, true])
        #expect(book.reconcile([verdict(1).key], now: dawn + oneMinute).isEmpty)
    }

    @Test func `what nobody judges as before does not recover, it ends with a reason`() {
        var book = IncidentBook()
        _ = book.take([verdict(0), verdict(1)], now: dawn)
        var standing = Standing(edited: [0], watchers: [:])
        standing.watchers[0] = Standing.Watcher(definition: verdict(0).definition, kinds: [.anomaly])
        standing.watchers[1] = Standing.Watcher(
            definition: verdict(1).definition, kinds: [.anomaly, .noData])
        standing.goingOn = [verdict(1).key]
        _ = book.reconcile(standing.goingOn, now: dawn + 1, because: standing.reason)
        #expect(book.incident(1)?.timeline.last?.text.hasSuffix(": the definition was changed") == true)
        standing.goingOn = []
        standing.watchers[1] = nil
        // At once, however short it was open.
        let changes = book.reconcile([], now: dawn + 2, because: standing.reason)
        #expect(told(changes) == ["1 resolved"])
        #expect(changes.last?.incident.timeline.last?.text == "the definition was removed")
        #expect(standing.reason(for: verdict(1)) == "the definition was removed")
        standing.watchers[1] = Standing.Watcher(definition: verdict(1).definition, kinds: [.noData])
        #expect(standing.reason(for: verdict(1)) == "the definition was changed")
        standing.watchers[1]?.kinds = [.anomaly]
        #expect(standing.reason(for: verdict(1)) == nil)
    }

    @Test func `a timeline keeps its beginning and its end`() throws {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        for place in 0..<600 { _ = try book.comment(1, by: "ann", text: "\(place)", now: dawn) }
        let timeline = try #require(book.incident(1)?.timeline)
        #expect(timeline.count == Incident.mostMoments)
        #expect(timeline.first?.kind == .opened && timeline.last?.text == "599")
    }

    @Test func `members that are not active or have no score come last`() {
        var book = IncidentBook()
        _ = book.take(
            [verdict(0, score: .nan), verdict(1, score: 2), verdict(2, score: 9), verdict(3, score: 9)],
            now: dawn)
        _ = book.take(verdict(2, time: dawn + 1, isOver: true, score: 9), now: dawn + 1)
        #expect(book.incident(1)?.members.map(\.verdict.key.series) == [3, 1, 0, 2])
    }
}
