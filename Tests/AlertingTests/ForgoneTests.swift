import Testing

@testable import Alerting

@Suite struct ForgoneTests {
    @Test func `what nobody asks of any more ends with its reason, others go on`() throws {
        var book = IncidentBook()
        _ = book.take([verdict(1), verdict(2, definition: "search"), verdict(3, .noData)], now: dawn)
        #expect(book.unresolved.count == 3)
        let none = book.forgo(
            [
                Forgone(series: 1, kind: .noData, reason: "no"),
                Forgone(series: 9, kind: .anomaly, reason: "no"),
            ], now: dawn + 1)
        #expect(none.isEmpty)
        let ends = [Forgone(series: 1, kind: .anomaly, reason: "the definition was removed")]
        #expect(told(book.forgo(ends, now: dawn + 1)) == ["1 resolved"])
        #expect(book.unresolved.map(\.id) == [2, 3])
        #expect(book.forgo(ends, now: dawn + 2).isEmpty)
    }

    @Test func `an incident goes on for the members that are left`() throws {
        var book = IncidentBook()
        _ = book.take([verdict(1), verdict(2)], now: dawn)
        #expect(book.unresolved.count == 1)
        let changes = book.forgo([Forgone(series: 1, kind: .anomaly, reason: "removed")], now: dawn + 1)
        #expect(told(changes).isEmpty)
        let incident = try #require(book.incident(1))
        #expect(incident.state == .open && incident.members.count { !$0.verdict.isOver } == 1)
    }

    @Test func `another policy joins what comes from then on`() throws {
        var book = IncidentBook()
        let shop = labels(["region": "north"])
        _ = book.take([verdict(1, labels: shop, definition: "a")], now: dawn)
        var policy = MergePolicy()
        policy.labels = ["region"]
        book.merge(by: policy)
        _ = book.take([verdict(2, labels: shop, definition: "b")], now: dawn)
        #expect(book.unresolved.map(\.members.count) == [2])
    }
}
