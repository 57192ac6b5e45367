import Glibc
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct FormulaRunnerTests {
    @Test func `a value is made once every operand has passed the end of its step`() throws {
        let ground = try FormulaGround([try formula("ratio", "a / b")])
        try ground.send([at(0, "a", 10), at(30, "a", 20), at(65, "a", 8)])
        #expect(try ground.made("ratio").isEmpty && ground.monitor.seriesCount == 1)
        try ground.send([at(10, "b", 5)])
        #expect(try ground.made("ratio").isEmpty)
        try ground.send([at(59, "b", 5), at(60, "b", 0)])
        // Means of 15 and 5; at the begin of the step.
        #expect(try ground.made("ratio") == ["0 3"])
        try ground.send([at(120, "a", 1), at(130, "b", 4)])
        // Nothing by zero, and nothing where an operand is missing.
        try ground.send([at(190, "a", 1), at(240, "a", 6), at(250, "b", 2), at(300, "a", 1), at(310, "b", 1)])
        #expect(try ground.made("ratio") == ["0 3", "2 0.25", "4 3"])
        let status = try #require(ground.runner.status.first)
        #expect(status.made == 3 && status.series == 1 && status.problem == nil && status.notes.isEmpty)
        #expect(status.decided == FormulaGround.start + 4 * FormulaGround.minute)
        let series = try #require(ground.monitor.series(matching: Selector(metric: "ratio")).first)
        #expect(series.definition?.name == "ratio" && series.aggregation == .last)
    }

    @Test func `counters are rated, and aggregate is said of every input`() throws {
        let ground = try FormulaGround([
            try formula("by_name", "140 * errors_total / level"), try formula("asked", "rate(level)"),
            try formula("largest", "level * 1") { $0.aggregate = .max },
        ])
        for second in stride(from: Int64(0), through: 180, by: 20) {
            let count = second >= 120 ? Double(second - 120) : Double(3 * second)
            try ground.send([at(second, "errors_total", count), at(second, "level", Double(second))])
        }
        // 3 a second, then a reset, whose step has its rate from the samples behind it.
        #expect(try ground.made("by_name") == ["0 21", "1 5.25", "2 1"])
        #expect(try ground.made("asked") == ["0 1", "1 1", "2 1"])
        #expect(try ground.made("largest") == ["0 40", "1 100", "2 160"])
    }

    @Test func `series are made for each set of labels, and formulas read formulas`() throws {
        let broad = MetricDefinition(name: "all", match: try Selector(parsing: #"{__name__=~".+"}"#))
        let ground = try FormulaGround([
            broad, try formula("total", "sum(ratio)"), try formula("ratio", "a / b"),
            try formula("share", #"100 * a{host="x"} / a{host="x"}"#),
        ])
        for second in stride(from: Int64(0), through: 180, by: 60) {
            for (host, factor) in [("x", 1.0), ("y", 2.0)] {
                try ground.send([at(second, "a/\(host)", 6 * factor), at(second, "b/\(host)", 2)])
            }
        }
        #expect(try ground.made("ratio") == ["x 0 3", "x 1 3", "x 2 3", "y 0 6", "y 1 6", "y 2 6"])
        // Its inputs have no point in the last of the steps that they were made of.
        #expect(try ground.made("total") == ["0 9", "1 9"])
        #expect(try ground.made("share") == ["x 0 100", "x 1 100", "x 2 100"])
        // What a formula makes is its definition's, also where one before it matches everything.
        let owners = ground.monitor.series(matching: nil).map {
            [$0.labels["__name__"], $0.definition?.name]
        }
        #expect(owners.filter { $0[0] == "ratio" }.allSatisfy { $0[1] == "ratio" })
        #expect(owners.filter { $0[0] == "a" }.allSatisfy { $0[1] == "all" })
    }

    @Test func `a member of an aggregation that ends is waited for as long as lateness`() throws {
        let ground = try FormulaGround([
            try formula("total", "sum(a)") { $0.latenessMilliseconds = 5 * FormulaGround.minute }
        ])
        for minute in Int64(0)...3 {
            try ground.send([at(60 * minute, "a/x", 1), at(60 * minute, "a/y", 10)])
        }
        #expect(try ground.made("total") == ["0 11", "1 11", "2 11"])
        for minute in Int64(4)...8 { try ground.send([at(60 * minute, "a/x", 1)]) }
        #expect(try ground.made("total").count == 3)
        try ground.send([at(9 * 60, "a/x", 1)])
        #expect(
            try ground.made("total") == ["0 11", "1 11", "2 11", "3 11", "4 1", "5 1", "6 1", "7 1", "8 1"])
        // When it comes again, it counts again.
        try ground.send([at(600, "a/x", 1), at(600, "a/y", 10), at(660, "a/x", 1), at(660, "a/y", 10)])
        #expect(try ground.made("total").suffix(2) == ["9 1", "10 11"])
    }

    @Test func `of a past that comes series by series a sum is made of all`() throws {
        let ground = try FormulaGround([try formula("total", "sum(a)"), try formula("double", "2 * a")])
        func bring(_ host: String) throws {
            _ = try ground.monitor.send((0...5).map { at(60 * $0, "a/\(host)", 1) })
            ground.runner.settle(isPatient: true)
        }
        for host in ["x", "y", "z"] {
            try bring(host)
            ground.world.pass(seconds: 0.9)
            ground.runner.settle(isPatient: true)
            #expect(try ground.made("total").isEmpty)
        }
        #expect(try ground.made("double").count == 15)
        ground.world.pass(seconds: 0.2)
        ground.runner.settle(isPatient: true)
        #expect(try ground.made("total") == ["0 3", "1 3", "2 3", "3 3", "4 3"])
        // What happens now is not waited for.
        let now = Int64(400 * 86_400)
        _ = try ground.monitor.send((0...1).map { at(now - 120 + 60 * $0, "a/x", 4) })
        ground.runner.settle(isPatient: true)
        ground.world.pass(seconds: 30)
        ground.runner.settle(isPatient: true)
        for minute in Int64(0)...2 {
            _ = try ground.monitor.send([at(now + 60 * minute, "a/x", 5)])
            ground.runner.settle(isPatient: true)
        }
        #expect(try ground.made("total").suffix(2).allSatisfy { $0.hasSuffix(" 5") })
    }

    @Test func `nobody waits for the past without end`() {
        var patience = FormulaPatience()
        let second: UInt64 = 1_000_000_000
        let over = (0..<25).map {
            patience.isOver(mark: Int64($0), now: 7 * second + UInt64($0) * second / 2)
        }
        #expect(over.indices.filter { over[$0] } == [20])
        let (early, late) = (
            patience.isOver(mark: 24, now: 19 * second + second / 2),
            patience.isOver(mark: 24, now: 20 * second + second / 2)
        )
        #expect(!early && late)
    }

    @Test func `a late point fills a step within lateness, and changes none that is made`() throws {
        let ground = try FormulaGround([
            try formula("ratio", "a / b") { $0.latenessMilliseconds = 4 * FormulaGround.minute }
        ])
        for minute in Int64(0)...9 {
            try ground.send([at(60 * minute, "a", 6)] + (minute % 3 == 1 ? [] : [at(60 * minute, "b", 2)]))
        }
        #expect(try ground.made("ratio") == ["0 3", "2 3", "3 3", "5 3", "6 3", "8 3"])
        // Steps 1 and 4 lie too far back, step 7 does not; another sample of step 5 comes too late to count.
        ground.world.pass(seconds: 60)
        try ground.send([at(70, "b", 3), at(270, "b", 3), at(430, "b", 3), at(310, "b", 100)])
        #expect(try ground.made("ratio") == ["0 3", "2 3", "3 3", "5 3", "6 3", "7 2", "8 3"])
        #expect(ground.monitor.counters.conflicts.value == 0 && ground.monitor.counters.duplicates.value == 0)
    }

    @Test func `what does not fit is said once, in the status too, and other formulas go on`() throws {
        let ground = try FormulaGround([try formula("bad", "a / b"), try formula("good", "sum(a) / b")])
        for minute in Int64(0)...2 {
            try ground.send([at(60 * minute, "a/x", 2), at(60 * minute, "a/y", 4), at(60 * minute, "b", 2)])
        }
        #expect(try ground.made("good") == ["0 3", "1 3"] && ground.made("bad").isEmpty)
        let problem = "column 3: one series on the right, {}, against 2 on the left"
        #expect(ground.runner.status[0].problem?.hasPrefix(problem) == true)
        #expect(ground.runner.status[1].problem == nil)
        #expect(ground.said("the formula of bad is not made: \(problem)") == 1)
        // With a partner for one of the series, that one is made, and the other is noted.
        for minute in Int64(3)...5 {
            try ground.send([at(60 * minute, "a/x", 2), at(60 * minute, "a/y", 4), at(60 * minute, "b/y", 1)])
        }
        #expect(try ground.made("bad") == ["y 3 4", "y 4 4"])
        #expect(ground.runner.status[0].problem == nil && ground.runner.status[0].notes.count == 2)
        #expect(ground.said("the formula of bad is made again") == 1)
    }

    @Test func `without a step the longest of the inputs is taken`() throws {
        let ground = try FormulaGround([try formula("ratio", "a / b") { $0.step = nil }])
        var samples: [Sample] = []
        for second in stride(from: Int64(0), through: 3_600, by: 15) { samples.append(at(second, "a", 6)) }
        for second in stride(from: Int64(0), through: 480, by: 120) { samples.append(at(second, "b", 3)) }
        try ground.send(samples)
        #expect(try ground.made("ratio").isEmpty && ground.runner.status[0].step == nil)
        try ground.send(stride(from: Int64(600), through: 3_600, by: 120).map { at($0, "b", 3) })
        #expect(ground.runner.status[0].step == .fixed(milliseconds: 120_000))
        #expect(try ground.made("ratio").count == 30 && ground.made("ratio").prefix(2) == ["0 2", "2 2"])
    }

    @Test func `days are those of the time zone`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let ground = try FormulaGround([
            try formula("ratio", "a / b") {
                $0.step = .days(1)
                $0.timezone = zone
            }
        ])
        try ground.send((0..<60).flatMap { [at($0 * 3_600, "a", 6), at($0 * 3_600, "b", 3)] })
        let series = try #require(ground.monitor.series(matching: Selector(metric: "ratio")).first)
        let times = try ground.monitor.points(of: series.id).times
        #expect(
            times.map { Timestamp(milliseconds: $0).rfc3339(in: zone) } == [
                "2023-11-14T00:00:00+01:00", "2023-11-15T00:00:00+01:00", "2023-11-16T00:00:00+01:00",
            ])
    }

    @Test func `of more than a month the last thirty days are made`() throws {
        let ground = try FormulaGround([
            try formula("ratio", "a / b") { $0.step = .fixed(milliseconds: 3_600_000) }
        ])
        try ground.send((0...(40 * 24)).flatMap { [at($0 * 3_600, "a", 6), at($0 * 3_600, "b", 3)] })
        let made = try ground.made("ratio")
        #expect(made.count == 30 * 24 && made.first == "\(10 * 24 * 60) 2")
    }

    @Test func `what cannot be read or taken now is made when it can`() throws {
        let store = WrappedStore(MemoryStore())
        let ground = try FormulaGround([try formula("ratio", "a / b")], store: store) { $0.mostSeries = 2 }
        store.refusesReads.store(true, ordering: .relaxed)
        try ground.send([at(0, "a", 6), at(0, "b", 3), at(60, "a", 6), at(60, "b", 3)])
        #expect(ground.runner.status[0].problem?.hasPrefix("stored points cannot be read: ") == true)
        store.refusesReads.store(false, ordering: .relaxed)
        ground.runner.settle()
        #expect(
            ground.runner.status[0].problem
                == "1 points were refused: record 1: no more than 2 series")
        #expect(ground.said("the formula of ratio is not made") == 2)
    }

    @Test func `definitions that read each other make nothing, and that is said`() throws {
        let ground = try FormulaGround([try formula("a", "b"), try formula("b", "a")])
        #expect(ground.runner.status.isEmpty)
        #expect(
            ground.said("no formula is made: formulas read each other in a circle: a reads b reads a") == 1)
    }

    @Test func `other definitions are followed: what stays goes on, what is edited does behind what it made`()
        throws
    {
        let ground = try FormulaGround([try formula("kept", "a + b"), try formula("edited", "a - b")])
        func send(_ minutes: Range<Int64>) throws {
            try ground.send(minutes.flatMap { [at($0 * 60, "a", 6), at($0 * 60, "b", 2)] })
        }
        try send(0..<4)
        let made = ground.runner.status[0].made
        // Nothing new comes: the past of what is new is made all the same.
        _ = ground.monitor.redefine([
            try formula("new", "kept / 4"), try formula("kept", "a + b"), try formula("edited", "a * b"),
        ])
        ground.runner.follow()
        ground.runner.settle()
        #expect(try ground.made("new") == ["0 2", "1 2"])
        #expect(ground.runner.status.map(\.definition.name) == ["kept", "edited", "new"])
        #expect(ground.runner.status[0].made == made)
        try send(4..<6)
        #expect(try ground.made("kept") == (0..<5).map { "\($0) 8" })
        #expect(try ground.made("edited") == ["0 4", "1 4", "2 4", "3 12", "4 12"])
        _ = ground.monitor.redefine([try formula("edited", "a * b")])
        ground.runner.follow()
        try send(6..<8)
        #expect(try ground.made("kept").count == 5 && ground.made("edited").count == 7)
        #expect(ground.runner.status.map(\.definition.name) == ["edited"])
    }

    @Test func `a monitor that starts without formulas makes those that come`() throws {
        let ground = try FormulaGround([])
        ground.runner.start()
        try ground.send((0..<4).flatMap { [at($0 * 60, "a", 6), at($0 * 60, "b", 2)] })
        _ = ground.monitor.redefine([try formula("ratio", "a / b")])
        ground.runner.follow()
        for _ in 0..<1_000 where try ground.made("ratio").count < 3 { usleep(10_000) }
        #expect(try ground.made("ratio") == ["0 3", "1 3", "2 3"])
    }

    @Test func `what came while a series was not read is read by the formulas that come`() throws {
        let ground = try FormulaGround([try formula("old", "sum(a)")]) { $0.staleSeconds = 60 }
        try ground.send((0..<4).map { at($0 * 60, "a", 6) })
        #expect(try ground.made("old").count == 3)
        _ = ground.monitor.redefine([])
        ground.runner.follow()
        try ground.send((4..<9).map { at($0 * 60, "a", 6) })
        try ground.monitor.checkpoint()
        ground.world.pass(seconds: 1_000)
        try ground.monitor.checkpoint()
        try ground.monitor.checkpoint()
        _ = ground.monitor.redefine([try formula("new", "sum(a)")])
        ground.runner.follow()
        ground.runner.settle()
        #expect(try ground.made("new") == (0..<8).map { "\($0) 6" })
    }

    @Test func `other definitions do not wait for what is being made`() throws {
        let wanted = Atomic(false)
        let store = PausingStore(
            MemoryStore(),
            beforeChunks: { _ in
                if wanted.load(ordering: .relaxed) { usleep(2_000) }
            })
        let ground = try FormulaGround([], store: store)
        try ground.monitor.send((0..<2_000).map { at(0, "a\($0)", 1) })
        try ground.monitor.send((0..<2_000).map { at(60, "a\($0)", 1) })
        _ = ground.monitor.redefine([try formula("total", #"sum({__name__=~"a.*"})"#)])
        wanted.store(true, ordering: .relaxed)
        ground.runner.follow()
        let begun = store.calls.load(ordering: .relaxed)
        // Two seconds and more, if nobody interrupted it.
        let runner = ground.runner
        let join = ground.monitor.surroundings.threads.start { runner.settle() }
        for _ in 0..<10_000 where store.calls.load(ordering: .relaxed) < begun + 20 { usleep(1_000) }
        _ = ground.monitor.redefine([])
        ground.runner.follow()
        let read = store.calls.load(ordering: .relaxed) - begun
        #expect(read >= 20 && read < 1_000)
        wanted.store(false, ordering: .relaxed)
        join?()
        #expect(ground.runner.status.isEmpty)
    }
}
