import TestSupport
import Testing

@testable import Storage

/// The obvious way to keep points: one dictionary a series.
private struct Twin {
    var points: [UInt32: [Int64: (value: UInt64, score: UInt8)]] = [:]

    mutating func store(_ series: UInt32, _ columns: PointColumns) {
        for i in 0..<columns.count {
            points[series, default: [:]][columns.times[i]] = (columns.values[i].bitPattern, columns.scores[i])
        }
    }

    mutating func merge(_ series: UInt32, _ columns: PointColumns) {
        for i in 0..<columns.count where points[series]?[columns.times[i]] == nil {
            points[series, default: [:]][columns.times[i]] = (columns.values[i].bitPattern, columns.scores[i])
        }
    }

    func columns(_ series: UInt32) -> PointColumns {
        var columns = PointColumns()
        for (time, point) in (points[series] ?? [:]).sorted(by: { $0.key < $1.key }) {
            columns.append(time, Double(bitPattern: point.value), point.score)
        }
        return columns
    }
}

/// All points of a series, in the order of its chunks; they must agree with what the chunks say of
/// themselves.
private func stored(_ series: UInt32, in store: any Store) throws -> PointColumns {
    var all = PointColumns()
    for chunk in try store.chunks(of: series, in: Int64.min...Int64.max) {
        let points = try ChunkCodec.decode(chunk.bytes)
        #expect(points.count == chunk.count)
        #expect(points.times.first == chunk.first)
        #expect(points.times.last == chunk.last)
        for i in 0..<points.count { all.append(points.times[i], points.values[i], points.scores[i]) }
    }
    return all
}

private func random(
    _ count: Int, in range: ClosedRange<Int64>, _ generator: inout SeededGenerator
) -> PointColumns {
    let times = Set((0..<count).map { _ in Int64.random(in: range, using: &generator) })
    var points = PointColumns()
    for time in times.sorted() {
        points.append(time, Double(generator.next() % 1000) / 8, UInt8(truncatingIfNeeded: generator.next()))
    }
    return points
}

@Suite
struct LateMergeTests {
    /// A caller that fills one chunk a series, stores it as it grows, and hands over late points.
    @Test(arguments: 0..<12 as Range<UInt64>, StoreKind.allCases)
    func `late points end where a dictionary puts them`(seed: UInt64, kind: StoreKind) throws {
        try kind.with { store in
            var generator = SeededGenerator(seed: seed)
            var twin = Twin()
            var heads: [UInt32: PointColumns] = [:]
            var clock: Int64 = 10_000
            try store.commit(Checkpoint(0, series: [series(0), series(1)]))
            for round in 1...25 {
                var checkpoint = Checkpoint(round)
                // Every second time what still grows is stored as open chunks, which come after the late points.
                let areOpen = seed % 2 == 1
                for id: UInt32 in 0...1 {
                    var head = heads[id] ?? PointColumns()
                    for _ in 0..<Int.random(in: 1...300, using: &generator) {
                        clock += Int64.random(in: 1...9, using: &generator)
                        head.append(clock, Double(clock) / 4, 3)
                        guard head.count == 512 else { continue }
                        checkpoint.chunks.append(chunk(id, head))
                        twin.store(id, head)
                        head = PointColumns()
                    }
                    if head.count > 0, areOpen { checkpoint.heads.append(chunk(id, head)) }
                    if head.count > 0, !areOpen { checkpoint.chunks.append(chunk(id, head)) }
                    if !areOpen { twin.store(id, head) }
                    heads[id] = head
                    for _ in 0..<Int.random(in: 0...3, using: &generator) {
                        let count = [1, 1, 5, 700].randomElement(using: &generator) ?? 1
                        let from = Int64.random(in: 0...clock, using: &generator)
                        let late = random(count, in: from...from + 2_000, &generator)
                        checkpoint.late.append((id, late))
                    }
                }
                for (id, late) in checkpoint.late { twin.merge(id, late) }
                if areOpen { for (id, head) in heads { twin.store(id, head) } }
                try store.commit(checkpoint)
                guard round % 5 == 0 else { continue }
                for id: UInt32 in 0...1 {
                    #expect(try stored(id, in: store) == twin.columns(id), "seed \(seed), round \(round)")
                    let chunks = try store.chunks(of: id, in: Int64.min...Int64.max)
                    #expect(
                        zip(chunks, chunks.dropFirst()).allSatisfy { $0.last < $1.first },
                        "seed \(seed), round \(round)")
                }
            }
            let counts = twin.points.values.map(\.count).reduce(0, +)
            let chunks = try (0...1).flatMap { try store.chunks(of: $0, in: Int64.min...Int64.max) }
            try expectSize(of: store, counts, chunks.map(\.bytes.count).reduce(0, +))
            #expect(chunks.allSatisfy { $0.count <= 512 })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a chunk that grows keeps the late points merged into it`(kind: StoreKind) throws {
        try kind.with { store in
            let evens = (0..<200).map { Int64($0) * 2 }
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [chunk(0, points(evens))]))
            var checkpoint = Checkpoint(2)
            checkpoint.late = [(0, points([-7, 1, 2, 399], value: 0.5))]
            try store.commit(checkpoint)
            try store.commit(Checkpoint(3, chunks: [chunk(0, points(evens + [400, 402]))]))
            let found = try stored(0, in: store)
            #expect(found.times == (evens + [-7, 1, 399, 400, 402]).sorted())
            #expect(found.values[found.times.firstIndex(of: 2) ?? 0] == 2, "the stored point stays")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a hundred thousand late points find their chunks`(kind: StoreKind) throws {
        try kind.with { store in
            let old = (0..<50).map { part in chunk(0, points((0..<512).map { Int64(part * 5120 + $0 * 10) }))
            }
            try store.commit(Checkpoint(1, series: [series(0)], chunks: old))
            var checkpoint = Checkpoint(2)
            let times = (0..<100_000).map { Int64($0) * 3 - 20_000 }
            checkpoint.late = [(0, points(times, value: 0.5))]
            let duration = try ContinuousClock().measure { try store.commit(checkpoint) }
            #expect(duration < .seconds(60))
            let all = Set(times).union((0..<25_600).map { Int64($0) * 10 })
            let found = try stored(0, in: store)
            #expect(found.times == all.sorted())
            #expect(try store.size().points == all.count)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `single late points leave no crumbs`(kind: StoreKind) throws {
        try kind.with { store in
            let evens = (0..<512).map { Int64($0) * 1000 }
            try store.commit(Checkpoint(1, series: [series(0)], chunks: [chunk(0, points(evens))]))
            for step in 1...600 {
                var checkpoint = Checkpoint(step)
                checkpoint.late = [(0, points([Int64(step) * 778 + 1])), (0, points([Int64(-step)]))]
                try store.commit(checkpoint)
            }
            let chunks = try store.chunks(of: 0, in: Int64.min...Int64.max)
            #expect(chunks.map(\.count).reduce(0, +) == 512 + 1200)
            #expect(chunks.count <= 8)
        }
    }
}
