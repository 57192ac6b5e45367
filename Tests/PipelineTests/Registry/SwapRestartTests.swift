import Storage
import Synchronization
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

/// Kills between a swap and the checkpoint that stores it: scores, bands and states go on as if nothing had been.
@Suite(.timeLimit(.minutes(2)))
struct SwapRestartTests {
    private typealias Data = RegistryData

    /// What a run leaves of its series.
    private struct Left: Equatable {
        var scores: [UInt8]
        var state: [UInt8]
        var version: Int?

        init(_ bench: RegistryBench) throws {
            scores = try bench.points().scores
            state = try bench.full { $0.bytes } ?? []
            version = try bench.live()
        }
    }

    /// A definition, with or without late points.
    private static func definitions(lateness: Int64 = 0) throws -> [MetricDefinition] {
        [try Data.definition { $0.latenessMilliseconds = lateness }]
    }

    /// Expects of the files of a kill that a start finds what was there, and that it goes on alike.
    private func expectSame(
        _ place: RegistryDirectory, _ name: String, _ left: Left, then values: ArraySlice<Double>,
        _ after: Left, lateness: Int64 = 0
    ) throws {
        // The directory is in use for as long as there is a bench.
        do {
            let again = try place.open(name, Self.definitions(lateness: lateness))
            let found = try Left(again)
            #expect(found == left, "\(name): version \(String(describing: found.version))")
            if !values.isEmpty { again.feed(values, from: values.startIndex) }
            #expect(try Left(again) == after, "\(name), later")
            again.stop()
        }
        // What the journal told is in the store now.
        let last = try place.open(name, Self.definitions(lateness: lateness))
        #expect(try Left(last).scores == after.scores && Left(last).state == after.state, "\(name), stored")
    }

    @Test func `a kill after a default went live, with no checkpoint in between, changes no score`() throws {
        let place = try RegistryDirectory()
        let bench = try place.open("data", Self.definitions())
        let values = Data.season(400)
        var left: [(name: String, count: Int, Left)] = []
        for (count, isLook) in [(30, true), (31, false), (60, true), (100, false), (400, false)] {
            bench.feed(values[(left.last?.count ?? 0)..<count], from: left.last?.count ?? 0)
            if isLook { bench.trainer.reconcile() }
            place.copy("data", to: "at-\(count)")
            left.append(("at-\(count)", count, try Left(bench)))
        }
        let end = try Left(bench)
        #expect(end.version == 0 && end.scores[29..<399].allSatisfy { $0 != ScoreByte.unscored })
        bench.stop()
        // The second default, after 60 values, is no swap of the files before.
        for (name, count, state) in left where count >= 60 {
            try expectSame(place, name, state, then: values[count...], end)
        }
        for (name, _, state) in left.prefix(2) {
            let again = try place.open(name, Self.definitions())
            #expect(try Left(again) == state, "\(name)")
        }
    }

    @Test func `values that came while a model was made are observed again, wherever a checkpoint lies`()
        throws
    {
        let values = Data.season(500)
        for checkpointAt in [nil, 300, 310, 320, 330] {
            let place = try RegistryDirectory()
            let bench = try place.open("data", Self.definitions())
            bench.feed(values[..<300])
            bench.trainer.reconcile()
            let id = try bench.id()
            if checkpointAt == 300 { try bench.monitor.checkpoint() }
            let start = try #require(bench.monitor.record([id]).first)
            let history = try #require(
                try bench.monitor.history(of: id, policy: start.policy, clock: start.clock, end: start.next))
            let prepared = try PreparedModel(defaultFor: history, season: 24)
            bench.feed(values[300..<310], from: 300)
            if checkpointAt == 310 { try bench.monitor.checkpoint() }
            bench.feed(values[310..<320], from: 310)
            #expect(bench.monitor.install([id: prepared]) == [id])
            if checkpointAt == 320 { try bench.monitor.checkpoint() }
            place.copy("data", to: "swapped")
            let swapped = try Left(bench)
            bench.feed(values[320..<330], from: 320)
            if checkpointAt == 330 { try bench.monitor.checkpoint() }
            bench.feed(values[330..<400], from: 330)
            place.copy("data", to: "later")
            let later = try Left(bench)
            bench.feed(values[400...], from: 400)
            let end = try Left(bench)
            try expectSame(place, "swapped", swapped, then: values[320...], end)
            try expectSame(place, "later", later, then: values[400...], end)
        }
    }

    @Test func `late points before and behind a swap are said anew alike`() throws {
        let lateness: Int64 = 3_600_000
        let place = try RegistryDirectory()
        let bench = try place.open("data", Self.definitions(lateness: lateness))
        let values = Data.season(500)
        let isLeftOut = { (step: Int) in [290, 305, 312, 330].contains(step) }
        let feed = { (range: Range<Int>) in
            for step in range where !isLeftOut(step) { bench.feed([values[step]], from: step) }
        }
        feed(0..<300)
        bench.trainer.reconcile()
        bench.feed([values[290]], from: 290)
        let id = try bench.id()
        let start = try #require(bench.monitor.record([id]).first)
        let history = try #require(
            try bench.monitor.history(of: id, policy: start.policy, clock: start.clock, end: start.next))
        let prepared = try PreparedModel(defaultFor: history, season: 24)
        feed(300..<320)
        #expect(bench.monitor.install([id: prepared]) == [id])
        // The first is one of the values that the model observed before it went live.
        bench.feed([values[305]], from: 305)
        place.copy("data", to: "at-320")
        let first = try Left(bench)
        feed(320..<340)
        bench.feed([values[330], values[331]], from: 330)
        bench.feed([values[312]], from: 312)
        place.copy("data", to: "at-340")
        let second = try Left(bench)
        feed(340..<500)
        let end = try Left(bench)
        #expect(bench.monitor.counters.lateness.revisions >= 4)
        try expectSame(place, "at-320", first, then: [], first, lateness: lateness)
        try expectSame(place, "at-340", second, then: values[340...], end, lateness: lateness)
    }

    @Test func `a swap in a stream of points takes effect at its own step, not at its place in the journal`()
        throws
    {
        let place = try RegistryDirectory()
        let bench = try place.open("data", Self.definitions())
        let values = Data.season(2_000)
        bench.feed(values[..<100])
        let isOver = Atomic(false)
        let sent = Mutex(100)
        let join = try #require(
            Data.threads.start {
                while !isOver.load(ordering: .relaxed), sent.withLock({ $0 }) < 2_000 {
                    let step = sent.withLock { $0 }
                    let next = min(step + 3, 2_000)
                    bench.feed(values[step..<next], from: step)
                    sent.withLock { $0 = next }
                }
            })
        for _ in 0..<4 {
            bench.trainer.reconcile()
            let before = sent.withLock { $0 }
            while sent.withLock({ $0 }) < min(2 * before, 2_000) {}
        }
        #expect(try bench.train().decision == .promoted)
        isOver.store(true, ordering: .relaxed)
        join()
        place.copy("data", to: "killed")
        let left = try Left(bench)
        #expect(left.version == 1)
        let again = try place.open("killed", Self.definitions())
        #expect(try Left(again) == left)
    }

    @Test func `a model that the journal does not take does not go live`() throws {
        let place = try RegistryDirectory()
        let bench = try place.open("data", Self.definitions())
        bench.feed(Data.season(100))
        bench.monitor.journalist?.mailbox.close()
        bench.trainer.reconcile()
        #expect(try bench.live() == nil)
        #expect(try bench.full { $0.recorded == nil && $0.triedAt == 0 } == true)
    }

    @Test func `a swap of a definition that was edited since is not followed`() throws {
        let place = try RegistryDirectory()
        let bench = try place.open("data", Self.definitions())
        bench.feed(Data.season(100))
        bench.trainer.reconcile()
        bench.feed(Data.season(10, seed: 2), from: 100)
        place.copy("data", to: "killed")
        #expect(try bench.live() == 0)
        let edited = try place.open("killed", [Data.definition { $0.missing = .zero }])
        #expect(try edited.live() == nil)
        edited.trainer.reconcile()
        #expect(try edited.live() == 0)
    }

    @Test func `a journalled swap comes back as it was, and no other build's does`() throws {
        let clock = StepClock(step: .fixed(milliseconds: Data.minute), zone: .utc)
        var points = PointColumns()
        for (step, value) in Data.season(200).enumerated() {
            points.append(Data.start + Int64(step) * Data.minute, value, ScoreByte.unscored)
        }
        let history = StepHistory(
            points, policy: FullPolicy(try Data.definition(), hash: "", metricName: "load", series: 1),
            clock: clock, end: nil)
        let prepared = try PreparedModel(defaultFor: try #require(history), season: 24)
        let swap = ModelSwap(recordedFrom: 3, at: 5, prepared: prepared, recorded: [1.5, -0.0])
        let stored = JournalledSwap(series: 9, modelHash: "abc", swap: swap).stored(clock)
        let back = try #require(JournalledSwap(stored))
        #expect(back.series == 9 && back.modelHash == "abc" && back.swap.recordedFrom == 3)
        #expect(
            back.swap.at == 5 && back.swap.bytes == swap.bytes
                && bits(back.swap.recorded ?? []) == bits([1.5, -0.0]))
        var other = stored
        other.kind += "0"
        #expect(JournalledSwap(other) == nil)
        for length in stride(from: 0, to: stored.bytes.count, by: 97) {
            var cut = stored
            cut.bytes = Array(stored.bytes[..<length])
            #expect(JournalledSwap(cut) == nil, "\(length)")
        }
    }
}
