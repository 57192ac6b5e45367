import Query
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct SenderTableTests {
    private func table(_ kind: Mix.Kind, _ names: [String]) -> SenderTable {
        var table = SenderTable(rules: [IdentityRule(drop: [.name("pod")])], seed: 1)
        for name in names { Array(name.utf8).withUnsafeBytes { _ = table.add($0, to: 0, kind) } }
        table.begin()
        return table
    }

    private func take(_ table: inout SenderTable, _ sent: [(Int32, Int64, Double)]) -> SenderTable.Outcome {
        table.begin()
        return table.take(sent.map { SenderTable.Sent(sender: $0.0, time: $0.1, value: $0.2) })
    }

    @Test(arguments: [(Mix.Kind.mean, 4.0), (.sum, 12.0), (.max, 7.0), (.last, 4.0), (.amounts, 12.0)])
    func `what three senders say at one time is one point`(kind: Mix.Kind, value: Double) {
        var table = table(kind, ["a", "b", "c"])
        let outcome = take(&table, [(0, 1_000, 1), (1, 1_000, 7), (2, 1_000, 4)])
        #expect(outcome.points.map(\.time) == [1_000] && outcome.points.map(\.value) == [value])
        #expect(outcome.combined == 2 && outcome.refused.isEmpty)
    }

    @Test func `in three requests of one time no value replaces another`() {
        var table = table(.mean, ["a", "b", "c"])
        var points: [Int64: Double] = [:]
        for (sender, value) in [1.0, 7, 4].enumerated() {
            for point in take(&table, [(Int32(sender), 1_000, value)]).points {
                #expect(points.updateValue(point.value, forKey: point.time) == nil)
            }
        }
        #expect(points == [1_000: 1, 1_001: 4, 1_002: 4])
        #expect(take(&table, [(0, 61_000, 4)]).points.map(\.value) == [5])
    }

    @Test func `a sender that is gone has no part any more`() {
        var table = table(.sum, ["a", "b"])
        _ = take(&table, [(0, 0, 1), (1, 0, 10)])
        #expect(take(&table, [(0, 300_000, 2)]).points.map(\.value) == [12])
        // Two distances of five minutes: sender b is silent for longer than three of its own, of which there is none.
        #expect(take(&table, [(0, 600_000, 3)]).points.map(\.value) == [3])
        #expect(take(&table, [(1, 600_001, 5)]).points.map(\.value) == [8])
        // An end that is said counts at once; that of the last one is the end of the series.
        #expect(take(&table, [(1, 610_000, .nan)]).points.map(\.value) == [3])
        #expect(take(&table, [(0, 620_000, .nan)]).points.first?.value.isNaN == true)
    }

    @Test func `counters are added up by what they have risen, once a round`() {
        var table = table(.increases, ["a", "b"])
        var stored: [(Int64, Double)] = []
        // One begins at a million, the other begins anew after its third point.
        let values: [(Double, Double)] = [(1e6, 5), (1e6 + 10, 8), (1e6 + 20, 1), (1e6 + 20, 2)]
        for (step, pair) in values.enumerated() {
            for (sender, value) in [pair.0, pair.1].enumerated() {
                let time = Int64(step * 15_000 + sender * 4_000)
                stored += take(&table, [(Int32(sender), time, value)]).points.map { ($0.time, $0.value) }
            }
        }
        #expect(stored.map(\.0) == [0, 15_000, 30_000, 45_000])
        // Up to each first sender: 0; 10; 10 + 3 + 10; and the 1 after the restart.
        #expect(stored.map(\.1) == [0, 10, 23, 24])
        // An old point of it is refused with a reason, not mixed in.
        let old = take(&table, [(0, 1, 3)])
        #expect(old.points.isEmpty && old.refused.map(\.reason) == [.counterTooOld])
    }

    @Test func `who comes again finds its points, who changes its mind is refused`() {
        var table = table(.mean, ["a", "b"])
        _ = take(&table, [(0, 0, 2), (1, 0, 4)])
        let later = take(&table, [(1, 9, 8)]).points
        #expect(later.map(\.value) == [5])
        let again = take(&table, [(1, 9, 8)])
        #expect(again.points.map(\.time) == later.map(\.time) && again.points.map(\.value) == [5])
        #expect(take(&table, [(1, 9, 9)]).refused.map(\.reason) == [.differs])
        #expect(take(&table, [(1, 12, 1), (1, 12, 2)]).refused.map(\.reason) == [.differs])
    }

    @Test func `a request that is taken back leaves nothing`() {
        var table = table(.increases, ["a"])
        _ = take(&table, [(0, 0, 5)])
        let first = take(&table, [(0, 10, 9), (0, 20, 11)]).points
        table.takeBack()
        let second = take(&table, [(0, 10, 9), (0, 20, 11)]).points
        #expect(first.map(\.value) == [4, 6] && second.map(\.value) == first.map(\.value))
        #expect(second.map(\.time) == first.map(\.time))
    }

    @Test func `senders that are long gone are forgotten`() {
        var table = SenderTable(rules: [IdentityRule(drop: [.name("pod")])], seed: 1)
        var last = Int32(0)
        for pod in 0..<5_000 {
            table.begin()
            let raw = Array("pod \(pod)".utf8)
            last = raw.withUnsafeBytes { table.find($0) ?? table.add($0, to: 0, .mean) }
            let outcome = table.take([
                SenderTable.Sent(sender: last, time: Int64(pod) * 60_000, value: Double(pod))
            ])
            #expect(outcome.points.count == 1)
        }
        #expect(table.count < 1_200)
        #expect(Array("pod 4999".utf8).withUnsafeBytes { table.find($0) } == last)
        #expect(Array("pod 0".utf8).withUnsafeBytes { table.find($0) } == nil)
    }

    @Test func `rules leave out what they name and never the metric`() throws {
        let rules = [
            IdentityRule(
                match: try Selector(parsing: #"{job="k8s"}"#),
                drop: [.name("pod"), .pattern(try TextPattern("^id_.*"))], combine: .sum),
            IdentityRule(drop: [.pattern(try TextPattern(".*_uid"))]),
        ]
        func labels(_ text: String) throws -> Labels { try Labels(seriesNotation: text) }
        let sent = try labels(#"m{job="k8s", pod="x", id_a="1", grid_a="2", pod_uid="3"}"#)
        let reduced = try #require(rules.reduce(sent))
        #expect("\(reduced.labels)" == #"m{grid_a="2", job="k8s"}"# && reduced.combine == .sum)
        let other = try #require(rules.reduce(try labels(#"m{pod="x", a_uid="1"}"#)))
        #expect("\(other.labels)" == #"m{pod="x"}"# && other.combine == nil)
        #expect(rules.reduce(try labels(#"m_uid{pod="x"}"#)) == nil)
        #expect(IdentityRule(drop: [.pattern(try TextPattern(".*"))]).drops("__name__") == false)
    }
}
