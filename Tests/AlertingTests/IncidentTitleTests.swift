import Storage
import Testing
import TimeSeries

@testable import Alerting

@Suite struct IncidentTitleTests {
    private func forty(_ kind: Verdict.Kind = .anomaly, isOver: Bool = false, time: Int64 = dawn) -> [Verdict]
    {
        (0..<40).map { place in
            verdict(
                place, kind, time: time, isOver: isOver,
                labels: labels(["__name__": "m", "service": "a", "instance": "i\(place)"]), definition: "m")
        }
    }

    @Test func `a title says what series have in common, and the number at the end`() throws {
        var book = IncidentBook()
        _ = book.take(Array(forty().prefix(15)), now: dawn)
        #expect(book.incident(1)?.title == #"m{service="a"}: 15 series far below what was expected"#)
        _ = book.take(forty(), now: dawn + 1)
        #expect(book.incident(1)?.title == #"m{service="a"}: 40 series far below what was expected"#)
        let end = book.take(forty(isOver: true, time: dawn + 2), now: dawn + 2)
        #expect(end.last?.incident.title == #"m{service="a"}: 40 series back to normal"#)
    }

    @Test func `a title keeps the direction of the opening, also in its record`() throws {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        let stored = try Incident(StoredIncident(try #require(book.incident(1))))
        var restored = IncidentBook(merging: MergePolicy(), unresolved: [stored], lastID: 1)
        var above = verdict(0, time: dawn + 1)
        above.peak.direction = 1
        _ = restored.take(above, now: dawn + 1)
        #expect(restored.incident(1)?.title == "{} is far below what was expected")
        let byHand = try restored.resolve(1, by: "ann", comment: "", now: dawn + 2)
        #expect(byHand.incident.title == "{} is far below what was expected, resolved by ann")
    }

    @Test func `a record of version 1 is read, and its title settled with the next change`() throws {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        var old = try #require(book.incident(1))
        old.naming = nil
        old.title = "as it was"
        // A version, and at the end whether there is a naming: both are numbers of eight bytes.
        let record = old.stored
        var writer = BinaryWriter()
        writer.write(1)
        let bytes = writer.bytes + record[writer.bytes.count..<(record.count - writer.bytes.count)]
        #expect(try Incident(stored: bytes) == old)
        var restored = IncidentBook(merging: MergePolicy(), unresolved: [old], lastID: 1)
        _ = restored.take(verdict(0, time: dawn + 1), now: dawn + 1)
        #expect(restored.incident(1)?.title == "{} is far below what was expected")
    }

    @Test func `silent sources are counted, not their series`() {
        var book = IncidentBook()
        _ = book.take(forty(.noData), now: dawn)
        #expect(book.incident(1)?.title == "no data from service a: 40 sources")
        let end = book.take(forty(.noData, isOver: true, time: dawn + 2), now: dawn + 2)
        #expect(end.last?.incident.title == "data again from service a: 40 sources")
        var host = IncidentBook()
        for place in 0..<3 as Range<UInt32> {
            _ = host.take(
                verdict(place, .noData, labels: labels(["host": "h", "disk": "d\(place)"])), now: dawn)
        }
        #expect(host.incident(1)?.title == "no data from host h")
    }

    @Test func `an update says what is new since the receiver was last told`() throws {
        var book = IncidentBook()
        _ = book.take(verdict(0), now: dawn)
        _ = book.take((1..<6).map { verdict($0) }, now: dawn + 1)
        _ = book.take(verdict(0, time: dawn + 2, severity: .critical), now: dawn + 2)
        let change = try book.acknowledge(1, by: "ann", comment: "mine", until: nil, now: dawn + 3)
        let incident = change.incident
        #expect(
            incident.news(since: dawn) == [
                "5 more series: {}, {}, {}, …", "severity raised from warning to critical",
                "acknowledged by ann: mine",
            ])
        #expect(incident.news(since: dawn + 2) == ["acknowledged by ann: mine"])
        #expect(incident.news(since: dawn + 3) == ["nothing new, still going on"])
        let delivery = Delivery(
            sequence: 1, incident: 1, channel: "a", event: .updated, update: 1, created: dawn, due: dawn)
        let message = Message(
            incident, delivery, externalURL: "http://b", recent: { _ in [] }, now: dawn + 9, since: dawn + 2)
        #expect(MessageText.facts(message).first?.value == "acknowledged by ann: mine")
        #expect(
            message.acknowledgeLink == nil
                && MessageText.links(message).map(\.url) == ["http://b/#/incidents/1"])
    }
}
