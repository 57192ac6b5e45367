import Testing
import TimeSeries

@testable import Alerting

@Suite struct IncidentReachTests {
    private func own(_ service: String, _ instance: String) -> Labels {
        labels(["service": service, "instance": instance])
    }

    @Test func `two services that fail at once are two incidents, though one definition judges both`() {
        var book = IncidentBook()
        #expect(told(book.take(verdict(0, labels: own("a", "i0")), now: dawn)) == ["1 opened"])
        let second = dawn + 8_000
        _ = book.take(verdict(1, from: second, labels: own("a", "i1")), now: second)
        let third = dawn + 16_000
        let others = (2..<7).map { verdict($0, from: third, labels: own("b", "x\($0)")) }
        #expect(told(book.take(others, now: third)) == ["2 opened"])
        #expect(book.unresolved.map(\.members.count) == [2, 5])
        #expect(book.unresolved.map { $0.identity["service"] } == ["a", "b"])
    }

    @Test func `one definition is enough where labels say nothing, but brings no two services together`() {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        _ = book.take(verdict(1, labels: own("a", "i0")), now: dawn)
        _ = book.take(verdict(2, labels: labels(["zone": "x"])), now: dawn)
        #expect(book.unresolved.map(\.members.count) == [3])
        _ = book.take(verdict(3, labels: own("b", "x0")), now: dawn)
        #expect(book.unresolved.map(\.members.count) == [3, 1])
    }

    @Test func `forty hosts of one definition are one incident, as long as nobody says who fails`() {
        var book = IncidentBook()
        let hosts = (0..<40).map { verdict($0, labels: labels(["instance": "h\($0)"])) }
        #expect(told(book.take(hosts, now: dawn)) == ["1 opened"])
        _ = book.take(verdict(40, labels: own("a", "h40")), now: dawn)
        _ = book.take(verdict(41, labels: own("b", "h41")), now: dawn)
        #expect(book.unresolved.map(\.members.count) == [41, 1])
    }

    @Test func `an incident that goes on for days takes in nothing that begins later`() {
        var book = IncidentBook()
        for step in 0...(48 * 60) as ClosedRange<Int64> {
            let now = dawn + step * oneMinute
            _ = book.take(verdict(0, time: now, labels: own("a", "i0")), now: now)
        }
        let now = dawn + 48 * oneHour
        #expect(told(book.take(verdict(1, from: now, labels: own("a", "i1")), now: now)) == ["2 opened"])
        // A new stretch of a member is a beginning, too.
        let next = now + oneHour
        _ = book.take(verdict(0, from: next, labels: own("a", "i0")), now: next)
        let beside = next + 5 * oneMinute
        let joined = book.take(verdict(2, from: beside, labels: own("a", "i2")), now: beside)
        #expect(told(joined) == ["1 updated"])
    }

    @Test func `another service among the members is news`() {
        var book = IncidentBook()
        _ = book.take((0..<9).map { verdict($0, labels: own("a", "h")) }, now: dawn)
        #expect(told(book.take(verdict(9, labels: own("a", "h")), now: dawn + 1)).isEmpty)
        #expect(told(book.take(verdict(10, labels: own("b", "h")), now: dawn + 2)) == ["1 updated"])
        #expect(book.incident(1)?.timeline.last?.text.hasSuffix(", service b") == true)
        #expect(told(book.take(verdict(11, labels: own("b", "h")), now: dawn + 3)).isEmpty)
        #expect(book.incident(1)?.identity["service"] == nil && book.incident(1)?.identity["instance"] == "h")
        #expect(book.incident(1)?.settledIdentity?["service"] == "a")
    }

    @Test func `a dead service of forty instances is one silence, one member each`() {
        var book = IncidentBook()
        var events: [String] = []
        for place in 0..<40 as Range<UInt32> {
            let now = dawn + Int64(place) * 1_000
            let silent = verdict(place, .noData, from: now, labels: own("a", "i\(place)"))
            events += told(book.take(silent, now: now))
        }
        #expect(events.count { $0.hasSuffix("opened") } == 1 && book.unresolved.map(\.members.count) == [40])
        #expect(book.incident(1)?.identity["service"] == "a")
        // Another service is another incident; so is one of the same that falls silent much later.
        let later = dawn + oneHour
        _ = book.take(verdict(50, .noData, labels: own("b", "y")), now: dawn)
        _ = book.take(verdict(51, .noData, from: later, labels: own("a", "i99")), now: later)
        #expect(book.unresolved.map(\.members.count) == [40, 1, 1])
    }

    @Test func `after a start the same belongs together`() {
        var book = IncidentBook()
        _ = book.take([verdict(0, labels: own("a", "i0")), verdict(1, labels: own("b", "x0"))], now: dawn)
        var restored = IncidentBook(merging: MergePolicy(), unresolved: book.unresolved, lastID: 2)
        _ = restored.take(verdict(2, labels: own("b", "x1")), now: dawn + 1)
        #expect(restored.unresolved.map(\.members.count) == [1, 2])
    }
}
