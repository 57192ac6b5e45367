import Storage
import Testing

@Suite
struct StoreContractTests {
    @Test(arguments: StoreKind.allCases)
    func `a new store is empty`(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try store.series().isEmpty)
            #expect(try store.chunks(of: 0, in: Int64.min...Int64.max).isEmpty)
            #expect(try store.lastChunks().isEmpty)
            #expect(try store.states().isEmpty)
            #expect(try store.anomalies(AnomalyFilter()).isEmpty)
            #expect(try store.models(of: nil).isEmpty)
            #expect(try store.champions().isEmpty)
            #expect(try store.championHistory(of: "x").isEmpty)
            #expect(try store.journalSegment() == 0)
            try expectSize(of: store, 0, 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `chunks come back by series and time`(kind: StoreKind) throws {
        try kind.with { store in
            let first = chunk(2, points(0..<100))
            let second = chunk(2, points(100..<200))
            let other = chunk(7, points(-50..<0))
            try store.commit(Checkpoint(4, series: [series(7), series(2)], chunks: [second, other, first]))
            #expect(try store.series() == [series(2), series(7)])
            #expect(try store.chunks(of: 2, in: Int64.min...Int64.max) == [first, second])
            #expect(try store.chunks(of: 2, in: 99...99) == [first])
            #expect(try store.chunks(of: 2, in: 99...100) == [first, second])
            #expect(try store.chunks(of: 2, in: 150...Int64.max) == [second])
            #expect(try store.chunks(of: 2, in: 200...300).isEmpty)
            #expect(try store.chunks(of: 2, in: -9 ... -1).isEmpty)
            #expect(try store.chunks(of: 3, in: 0...1).isEmpty)
            #expect(try store.lastChunks() == [second, other])
            #expect(try store.journalSegment() == 4)
            let bytes = [first, second, other].map(\.bytes.count).reduce(0, +)
            try expectSize(of: store, 250, bytes)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a chunk that grew replaces itself`(kind: StoreKind) throws {
        try kind.with { store in
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [chunk(0, points(10..<20))]))
            let grown = chunk(0, points(10..<40, value: 5))
            try store.commit(Checkpoint(2, chunks: [grown]))
            #expect(try store.chunks(of: 0, in: 0...100) == [grown])
            try expectSize(of: store, 30, grown.bytes.count)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `extreme times and numbers are kept`(kind: StoreKind) throws {
        try kind.with { store in
            let low = chunk(UInt32.max, points([Int64.min, Int64.min + 1]))
            let high = chunk(UInt32.max, points([Int64.max - 1, Int64.max]))
            try store.commit(Checkpoint(Int(Int32.max), series: [series(.max)], chunks: [low, high]))
            #expect(try store.chunks(of: .max, in: Int64.min...Int64.max) == [low, high])
            #expect(try store.chunks(of: .max, in: Int64.min...Int64.min) == [low])
            var checkpoint = Checkpoint(9)
            checkpoint.late = [(.max, points([Int64.min, 0, Int64.max]))]
            try store.commit(checkpoint)
            #expect(try store.size().points == 5)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a state replaces the one of its kind in any version`(kind: StoreKind) throws {
        try kind.with { store in
            var checkpoint = Checkpoint(1, series: [series(0), series(1)])
            checkpoint.states = [
                StoredState(series: 1, kind: "stream/1", bytes: [1]),
                StoredState(series: 0, kind: "stream/1", bytes: [2]),
                StoredState(series: 0, kind: "full/1", bytes: []),
                StoredState(series: 0, kind: "plain", bytes: [3]),
            ]
            try store.commit(checkpoint)
            checkpoint = Checkpoint(2)
            checkpoint.states = [StoredState(series: 0, kind: "stream/2/b", bytes: [4, 5])]
            try store.commit(checkpoint)
            #expect(
                try store.states() == [
                    StoredState(series: 0, kind: "full/1", bytes: []),
                    StoredState(series: 0, kind: "plain", bytes: [3]),
                    StoredState(series: 0, kind: "stream/2/b", bytes: [4, 5]),
                    StoredState(series: 1, kind: "stream/1", bytes: [1]),
                ])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `changes of level are filtered by series and time, the latest first`(kind: StoreKind) throws {
        try kind.with { store in
            func change(_ series: UInt32, _ at: Int64, _ after: Double) -> StoredLevelChange {
                StoredLevelChange(
                    series: series, at: at, confirmed: at + 12, count: 13, before: -0.0, after: after,
                    definition: "latency")
            }
            var checkpoint = Checkpoint(1, series: [series(0), series(1)])
            checkpoint.levelChanges = [change(0, 10, 5), change(1, 40, 1e300), change(0, 10, 7)]
            try store.commit(checkpoint)
            var filter = AnomalyFilter()
            #expect(try store.levelChanges(filter) == [change(1, 40, 1e300), change(0, 10, 7)])
            filter.limit = 1
            #expect(try store.levelChanges(filter) == [change(1, 40, 1e300)])
            filter = AnomalyFilter()
            filter.times = 20...30
            #expect(try store.levelChanges(filter) == [change(0, 10, 7)])
            filter.series = [1]
            #expect(try store.levelChanges(filter).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `anomalies are filtered by series and overlap, the latest first`(kind: StoreKind) throws {
        try kind.with { store in
            let early = anomaly(0, 10...20)
            let twin = anomaly(0, 10...30, definition: "latency")
            let late = anomaly(1, 40...50)
            var checkpoint = Checkpoint(1, series: [series(0), series(1)])
            checkpoint.anomalies = [early, late, twin]
            try store.commit(checkpoint)
            var filter = AnomalyFilter()
            #expect(try store.anomalies(filter) == [late, early, twin])
            filter.limit = 1
            #expect(try store.anomalies(filter) == [late])
            filter = AnomalyFilter()
            filter.times = 25...40
            #expect(try store.anomalies(filter) == [late, twin])
            filter.series = [0, 5]
            #expect(try store.anomalies(filter) == [twin])
            filter.series = []
            #expect(try store.anomalies(filter).isEmpty)

            var closed = anomaly(0, 10...35)
            closed.isOpen = false
            checkpoint = Checkpoint(2)
            checkpoint.anomalies = [closed]
            try store.commit(checkpoint)
            #expect(try store.anomalies(AnomalyFilter()) == [late, closed, twin])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is not a number stays so`(kind: StoreKind) throws {
        try kind.with { store in
            var odd = anomaly(0, 1...1)
            odd.lower = .nan
            var checkpoint = Checkpoint(1, series: [series(0)])
            checkpoint.anomalies = [odd]
            try store.commit(checkpoint)
            #expect(try store.anomalies(AnomalyFilter()).first?.lower.isNaN == true)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `models are numbered within their definition and never change`(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try store.add(model("b")) == 1)
            #expect(try store.add(model("a", method: "auto", bytes: 0)) == 1)
            #expect(try store.add(model("b", method: "mlp")) == 2)
            var expected = model("b")
            expected.version = 1
            #expect(try store.model("b", version: 1) == expected)
            #expect(try store.model("b", version: 3) == nil)
            #expect(try store.model("c", version: 1) == nil)
            let listed = try store.models(of: nil)
            #expect(listed.map(\.definition) == ["a", "b", "b"])
            #expect(listed.map(\.version) == [1, 1, 2])
            #expect(listed.map(\.method) == ["auto", "ridge", "mlp"])
            #expect(listed.map(\.parameters.count) == [0, 0, 0])
            #expect(listed[1].metrics == expected.metrics)
            #expect(try store.models(of: "b").map(\.version) == [1, 2])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `champions keep their history, and only stored versions become one`(kind: StoreKind) throws {
        try kind.with { store in
            for _ in 0..<2 { _ = try store.add(model("a")) }
            for (time, version) in [(10, 1), (20, 2), (30, 2), (40, 1)] {
                var checkpoint = Checkpoint(time)
                checkpoint.time = Int64(time)
                checkpoint.champions = [("a", version)]
                try store.commit(checkpoint)
            }
            #expect(try store.champions() == ["a": 1])
            #expect(try store.championHistory(of: "a").map(\.version) == [1, 2, 1])
            #expect(try store.championHistory(of: "a").map(\.since) == [40, 20, 10])
            for bad in [("a", 3), ("a", 0), ("b", 1)] {
                var checkpoint = Checkpoint(50, series: [series(3)])
                checkpoint.champions = [bad]
                expectError("refused") { try store.commit(checkpoint) }
            }
            #expect(try store.journalSegment() == 40)
            #expect(try store.series().isEmpty, "nothing of a refused checkpoint is kept")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a checkpoint with a record of an unknown series changes nothing`(kind: StoreKind) throws {
        try kind.with { store in
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [chunk(0, points(0..<5))]))
            var bad = Array(
                repeating: Checkpoint(2, series: [series(1)], chunks: [chunk(1, points(0..<9))]), count: 6)
            bad[0].chunks.append(chunk(9, points(0..<5)))
            bad[1].late = [(9, points(0..<5))]
            bad[2].states = [StoredState(series: 9, kind: "stream/1", bytes: [])]
            bad[3].anomalies = [anomaly(9, 0...1)]
            bad[4].series.append(StoredSeries(id: 0, labels: [1]))
            bad[5].series.append(StoredSeries(id: 5, labels: series(0).labels))
            for checkpoint in bad { expectError("refused") { try store.commit(checkpoint) } }
            #expect(try store.series() == [series(0)])
            #expect(try store.size().points == 5)
            #expect(try store.journalSegment() == 1)
            // A series that is known already may come again.
            try store.commit(Checkpoint(3, series: [series(0)]))
            #expect(try store.journalSegment() == 3)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a chunk that cannot be read stops a merge, by name, and changes nothing`(kind: StoreKind) throws {
        try kind.with { store in
            var broken = chunk(0, points(0..<5))
            broken.bytes = [9, 9]
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [broken]))
            var checkpoint = Checkpoint(2)
            checkpoint.late = [(0, points([3]))]
            let words = expectError("corrupt") { try store.commit(checkpoint) }
            #expect(words.contains("series 0 at 0"))
            #expect(try store.chunks(of: 0, in: 0...9) == [broken])
        }
    }
}
