import Testing

@testable import Evaluation

@Suite struct PeerFiguresTests {
    @Test func `every line of every table has its numbers`() {
        let tables = [
            (PeerFigures.accuracy, 161, 2), (PeerFigures.errors, 76, 2), (PeerFigures.scaledErrors, 49, 3),
            (PeerFigures.intervals, 69, 3), (PeerFigures.costs, 97, 1),
        ]
        for (table, count, numbers) in tables {
            #expect(table.count == count)
            for set in table.sets {
                let rows = table.rows(of: set)
                #expect(rows.allSatisfy { $0.cells.count == numbers }, "\(set)")
                #expect(Set(rows.map(\.peer)).count == rows.count, "\(set)")
                #expect(rows.allSatisfy { PeerFigures.accuracy.cells(set, $0.peer) != nil }, "\(set)")
            }
        }
        #expect(PeerFigures.sets.count == 17)
    }

    @Test func `peers come after the rows of their set`() throws {
        var report = ForecastReport()
        report.rows = [.init(set: "mine", method: "a"), .init(set: "m4_hourly", method: "a")]
        let rows = report.withPeers().rows
        #expect(rows.count == 12 && rows[0].set == "mine" && rows[1].method == "a")
        let row = try #require(rows.first { $0.method == "AutoETS" })
        #expect(row.isPeer && row.series == 90 && row.owa == 0.801 && row.smape == 14.07 && row.mase == 1.46)
        #expect(row.msis == 14.9 && row.coverage80 == 0.7 && row.meanMilliseconds == 381 && row.wql.isNaN)
    }
}
