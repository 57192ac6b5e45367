import Foundation
import Query
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// The same formulas while points come, afterwards, and over crashes: the same values to the last bit, none twice.
@Suite struct FormulaReplayTests {
    private static func definitions() throws -> [MetricDefinition] {
        [
            try formula("ratio", "a / b"), try formula("share", "100 * sum(hits_total) / (1 + sum(rate(a)))"),
            try formula("difference", #"max(a{host="x"} - b{host="x"}, 0)"#) { $0.step = nil },
            try formula("again", "sum(ratio) - 1") { $0.aggregate = .last },
        ]
    }

    /// Requests in which samples of each series come in order, `b` behind the others, with jitter, gaps, resets and
    /// ends.
    private static func stream(_ seed: UInt64) -> [[Sample]] {
        var random = SeededSeries(seed: seed)
        var requests: [[Sample]] = []
        var waiting: [Sample] = []
        var second: Int64 = 0
        var count = 0.0
        for _ in 0..<30 {
            var request: [Sample] = []
            for _ in 0..<16 {
                second += random.uniform() < 0.02 ? 300 : 15
                count = random.uniform() < 0.02 ? 0 : count + random.uniform() * 100
                let jitter = Int64(random.uniform() * 5)
                for host in ["x", "y"] {
                    let isMissing = random.uniform() < 0.05
                    let value = random.uniform() < 0.01 ? Double.nan : 10 + random.normal()
                    if !isMissing { request.append(at(second + jitter, "a/\(host)", value)) }
                    request.append(at(second, "hits_total/\(host)", count))
                    waiting.append(
                        at(second, "b/\(host)", random.uniform() < 0.02 ? 0 : 3 + random.uniform()))
                }
            }
            if random.uniform() < 0.6 {
                request += waiting
                waiting = []
            }
            requests.append(request)
        }
        return requests + [waiting]
    }

    /// What formulas made: each series with its points.
    private static func made(_ ground: FormulaGround) throws -> [Labels: PointColumns] {
        let names = ["ratio", "share", "difference", "again"]
        return try ground.monitor.everything().filter { names.contains($0.key["__name__"] ?? "") }
    }

    private static func expectSame(
        _ got: [Labels: PointColumns], _ want: [Labels: PointColumns], _ comment: Comment
    ) {
        #expect(Set(got.keys) == Set(want.keys), comment)
        for (labels, points) in want {
            #expect(got[labels]?.times == points.times, "\(comment): times of \(labels)")
            let bits = got[labels]?.values.map(\.bitPattern)
            #expect(bits == points.values.map(\.bitPattern), "\(comment): values of \(labels)")
        }
    }

    /// Everything is sent first, then the formulas are made.
    private static func afterwards(_ stream: [[Sample]]) throws -> [Labels: PointColumns] {
        let ground = try FormulaGround(try definitions())
        for samples in stream where !samples.isEmpty { _ = try ground.monitor.send(samples) }
        ground.runner.settle()
        return try made(ground)
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `what is made while points come is what is made of the past`(seed: UInt64) throws {
        let stream = Self.stream(seed)
        let want = try Self.afterwards(stream)
        #expect(want.count == 5 && want.values.allSatisfy { $0.count > 60 })
        let ground = try FormulaGround(try Self.definitions())
        for samples in stream where !samples.isEmpty { try ground.send(samples) }
        Self.expectSame(try Self.made(ground), want, "seed \(seed)")
        #expect(ground.monitor.counters.duplicates.value == 0 && ground.monitor.counters.conflicts.value == 0)
        #expect(ground.monitor.counters.late.value == 0)
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `after crashes nothing is missing and nothing is doubled`(seed: UInt64) throws {
        let stream = Self.stream(seed)
        let want = try Self.afterwards(stream)
        let files = try Ground()
        var random = SeededGenerator(seed: seed)
        var data = files.path + "/0"
        var ground = try FormulaGround(try Self.definitions(), data: data)
        var crashes = 0
        for (place, samples) in stream.enumerated() where !samples.isEmpty {
            _ = try ground.monitor.send(samples)
            // A crash comes before a step is made, after, or after it was brought into the store.
            let when = Int.random(in: 0..<12, using: &random)
            if when > 0 { ground.runner.settle() }
            if when == 1 { try ground.monitor.checkpoint() }
            guard when <= 2 else { continue }
            crashes += 1
            data = try files.copy(of: data, to: "\(place + 1)")
            ground = try FormulaGround(try Self.definitions(), data: data)
            // Its sender heard nothing and sends it again.
            let again = try ground.monitor.send(samples)
            #expect(again.counts.duplicates == again.counts.accepted && again.rejected == 0)
        }
        ground.runner.settle()
        Self.expectSame(try Self.made(ground), want, "seed \(seed), \(crashes) crashes")
        #expect(ground.runner.status.allSatisfy { $0.decided != nil })
        #expect(ground.monitor.counters.conflicts.value == 0)
    }
}
