import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Alerting

@Suite struct IncidentRecordTests {
    private func sample() throws -> Incident {
        var book = IncidentBook()
        let odd = labels(["__name__": "höhe", "host": "a\n\"b\""])
        _ = book.take([verdict(.max, labels: odd, score: .infinity), verdict(2)], now: dawn)
        _ = try book.acknowledge(1, by: "ann", comment: "π", until: dawn + oneHour, now: dawn + 1)
        _ = book.take(verdict(2, time: dawn + 2, isOver: true), now: dawn + 2)
        return try #require(book.incident(1))
    }

    @Test func `records come back as they were`() throws {
        let incident = try sample()
        #expect(try Incident(StoredIncident(incident)) == incident)
        var resolved = incident
        resolved.resolved = dawn + 3
        resolved.state = .resolved
        #expect(try Incident(StoredIncident(resolved)) == resolved)

        var delivery = Delivery(
            sequence: 9, incident: 1, channel: "ops/webhook", event: .updated, update: 3, state: .rejected,
            created: dawn, due: dawn + 5)
        delivery.attempts = 4
        delivery.lastError = "410"
        delivery.payload = [0, 255, 7]
        delivery.opened = dawn
        delivery.isGone = true
        #expect(try Delivery(StoredDelivery(delivery)) == delivery)

        let matchers = try Selector(parsing: #"{host="a", job!="b", zone=~"e.*|w", "odd name"!~"x+"}"#)
            .matchers
        let silence = Silence(
            id: "s", matchers: matchers, starts: dawn, ends: dawn + oneHour, createdBy: "ann",
            comment: "later")
        #expect(try Silence(StoredSilence(silence)) == silence)

        let event = ChangeEvent(
            id: "e", title: "deploy", text: "v2", starts: dawn, ends: dawn,
            labels: labels(["service": "shop"]))
        #expect(try ChangeEvent(StoredEvent(event)) == event)
    }

    @Test func `a delivery of version 1 can be read, and keeps its name`() throws {
        var writer = BinaryWriter()
        for number in [1, 9, 1] { writer.write(number) }
        for text in ["ops/webhook", "opened"] { writer.write(text) }
        writer.write(0)
        writer.write("waiting")
        for number in [Int(dawn), Int(dawn) + 5, 4] { writer.write(number) }
        writer.write("HTTP 503")
        writer.write(blob: [7])
        let delivery = try Delivery(stored: writer.bytes)
        #expect(delivery.eventID == "incident-1-opened" && delivery.attempts == 4 && delivery.payload == [7])
        #expect(delivery.opened == 0 && !delivery.isGone)
    }

    @Test func `not a number comes back bit by bit`() throws {
        let bytes = verdict(0, score: .nan).stored
        #expect(try Verdict(stored: bytes).stored == bytes)
    }

    @Test func `truncated records and later versions are refused`() throws {
        let bytes = try sample().stored
        for count in 0..<bytes.count {
            #expect(throws: BinaryFormatError.self, "\(count) bytes") {
                try Incident(stored: Array(bytes[..<count]))
            }
        }
        #expect(throws: BinaryFormatError.self) { try Incident(stored: bytes + [0]) }
        var newer = bytes
        newer[0] = 3
        #expect(throws: BinaryFormatError.unknownVersion(3, of: "incident")) { try Incident(stored: newer) }
        let record = StoredIncident(
            id: 7, state: "open", opened: 0, changed: 0, resolved: nil, bytes: Array(bytes.dropLast()))
        #expect(throws: StorageError.self) { try Incident(record) }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `flipped bytes are refused or read, never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try sample().stored
        for _ in 0..<3 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
        }
        _ = try? Incident(stored: bytes)
    }
}
