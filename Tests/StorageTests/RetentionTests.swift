import TestSupport
import Testing

@testable import Storage

struct RetentionTests {
    private static let minute: Int64 = 60_000
    private static let day: Int64 = 86_400_000

    /// The rollups of some points, by a plain loop over each interval.
    private func twin(_ points: PointColumns, before end: Int64, _ width: RollupWidth) -> RollupColumns {
        var twin = RollupColumns()
        for place in 0..<points.count where points.times[place] < end {
            twin.add(points.times[place], points.values[place], points.scores[place], width: width)
        }
        return twin
    }

    /// What a slow reader makes of an interval.
    private func slow(_ points: PointColumns, _ begin: Int64, _ width: RollupWidth) -> [Double] {
        let places = (0..<points.count).filter {
            (begin..<begin + width.milliseconds).contains(points.times[$0]) && points.values[$0].isFinite
        }
        let values = places.map { points.values[$0] }
        let scored = places.map { points.scores[$0] }.filter { $0 != ScoreByte.unscored }
        return [
            Double(values.count), values.reduce(0, +), values.min() ?? .nan, values.max() ?? .nan,
            values.last ?? .nan, Double(scored.max() ?? ScoreByte.unscored),
        ]
    }

    private func noisy(_ count: Int, seed: UInt64) -> PointColumns {
        var generator = SeededGenerator(seed: seed)
        var points = PointColumns()
        var time = -3 * Self.day
        for _ in 0..<count {
            time += Int64.random(in: 1...4 * Self.minute, using: &generator)
            let value =
                Int.random(in: 0..<50, using: &generator) == 0
                ? [Double.nan, .infinity, -.infinity].randomElement(using: &generator) ?? .nan
                : Double.random(in: -1e3...1e9, using: &generator)
            points.append(time, value, UInt8.random(in: 0...255, using: &generator))
        }
        return points
    }

    private func fill(_ store: any Store, _ id: UInt32, _ points: PointColumns, chunk: Int = 97) throws {
        var checkpoint = Checkpoint(1, series: [series(id)])
        for from in stride(from: 0, to: points.count, by: chunk) {
            let part = PointColumns(points[from..<min(from + chunk, points.count)])
            checkpoint.chunks.append(
                StoredChunk(
                    series: id, first: part.times[0], last: part.times[part.count - 1], count: part.count,
                    bytes: ChunkCodec.encode(part)))
        }
        try store.commit(checkpoint)
    }

    private func expiry(_ before: Int64, most: Int = 1_000) -> Expiry {
        var expiry = Expiry()
        expiry.pointsBefore = before
        expiry.rollupsBefore = [.fiveMinutes: .min, .hour: .min]
        expiry.most = most
        return expiry
    }

    /// Every slice until nothing is left.
    @discardableResult
    private func run(_ store: any Store, _ expiry: Expiry) throws -> (Expired, slices: Int) {
        var (expiry, sum, slices) = (expiry, Expired(), 0)
        repeat {
            let expired = try store.expire(expiry)
            #expect(expired.chunks + expired.rollups <= expiry.most)
            sum.chunks += expired.chunks
            sum.points += expired.points
            sum.rollups += expired.rollups
            sum.records += expired.records
            sum.next = expired.next
            slices += 1
            expiry.from = expired.next ?? 0
        } while sum.next != nil
        return (sum, slices)
    }

    @Test(arguments: StoreKind.allCases, [3, 1_000])
    func `rollups are those of a slow reader, to the last bit`(kind: StoreKind, most: Int) throws {
        try kind.with { store in
            let all = [noisy(6_000, seed: 1), noisy(1_500, seed: 2)]
            for (id, points) in all.enumerated() { try fill(store, UInt32(id), points) }
            // Twice, so that an interval is finished that the first time had only begun.
            for before in [0, Self.day] { try run(store, expiry(before, most: most)) }
            for (id, points) in all.enumerated() {
                let id = UInt32(id)
                let left = try store.chunks(of: id, in: Int64.min...Int64.max)
                let first = try #require(left.first?.first)
                #expect(left.dropLast().allSatisfy { $0.last >= Self.day })
                for width in RollupWidth.allCases {
                    let found = try store.rollups(of: id, width, in: Int64.min..<Int64.max)
                    #expect(found == twin(points, before: first, width))
                    var gone = PointColumns()
                    for place in 0..<points.count where points.times[place] < first {
                        gone.append(points.times[place], points.values[place], points.scores[place])
                    }
                    for place in stride(from: 0, to: found.count, by: 13) {
                        let got = [
                            found.counts[place], found.sums[place], found.minima[place], found.maxima[place],
                            found.lasts[place], Double(found.worst[place]),
                        ]
                        #expect(got == slow(gone, found.times[place], width))
                    }
                    #expect(try store.firstRollup(of: id, width) == found.times.first)
                    // A part is the same part.
                    let part = try store.rollups(of: id, width, in: -Self.day..<0)
                    #expect(part.times == found.times.filter { (-Self.day..<0).contains($0) })
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `whole chunks go in slices, the newest stays, and the size follows`(kind: StoreKind) throws {
        try kind.with { store in
            for id in 0..<5 as Range<UInt32> {
                try fill(store, id, noisy(1_000, seed: UInt64(id)), chunk: 100)
            }
            let before = try store.size()
            let (expired, slices) = try run(store, expiry(.max, most: 4))
            #expect(expired.chunks == 45 && expired.points == 4_500 && slices >= 12)
            let after = try store.size()
            #expect(before.points == 5_000 && after.points == 500 && after.chunkBytes < before.chunkBytes / 5)
            for id in 0..<5 as Range<UInt32> {
                #expect(try store.chunks(of: id, in: Int64.min...Int64.max).count == 1)
                #expect(try store.lastChunk(of: id)?.count == 100)
            }
            #expect(try run(store, expiry(.max)).0.chunks == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `rollups and records go by their own time`(kind: StoreKind) throws {
        try kind.with { store in
            try fill(store, 0, noisy(6_000, seed: 9))
            try run(store, expiry(.max))
            var old = Expiry()
            old.rollupsBefore = [.fiveMinutes: 2 * Self.day, .hour: .min]
            let hours = try store.rollups(of: 0, .hour, in: Int64.min..<Int64.max)
            #expect(try run(store, old).0.rollups == 5)
            #expect(try store.firstRollup(of: 0, .fiveMinutes).map { $0 >= 2 * Self.day } == true)
            #expect(try store.rollups(of: 0, .hour, in: Int64.min..<Int64.max) == hours)

            var checkpoint = Checkpoint(2)
            for (from, isOpen) in [(10, false), (20, true), (500, false)] as [(Int64, Bool)] {
                var made = anomaly(0, from...from + 5)
                made.isOpen = isOpen
                checkpoint.anomalies.append(made)
            }
            for at in [10, 500] as [Int64] {
                checkpoint.levelChanges.append(
                    StoredLevelChange(
                        series: 0, at: at, confirmed: at + 5, count: 9, before: 1, after: 2, definition: "x"))
            }
            try store.commit(checkpoint)
            var changes = AlertChanges()
            for (id, resolved) in [(1, 50), (2, nil), (3, 700)] as [(Int64, Int64?)] {
                changes.incidents.append(
                    StoredIncident(
                        id: id, state: resolved == nil ? "open" : "resolved", opened: 10, changed: 20,
                        resolved: resolved, bytes: [1]))
                changes.deliveries.append(
                    StoredDelivery(
                        sequence: id, incident: id, channel: "c", state: "sent", due: 10, bytes: [2]))
            }
            try store.commit(changes)
            var records = Expiry()
            records.recordsBefore = 100
            #expect(try run(store, records).0.records == 3)
            #expect(try store.anomalies(AnomalyFilter()).map(\.from) == [500, 20])
            #expect(try store.levelChanges(AnomalyFilter()).map(\.at) == [500])
            #expect(try store.incidents(IncidentFilter()).map(\.id).sorted() == [2, 3])
            #expect(try store.deliveries(of: 1).isEmpty && store.deliveries(of: 3).count == 1)
        }
    }

    @Test func `freed pages are used again`() throws {
        let place = try Playground()
        let store = try place.store()
        let points = noisy(40_000, seed: 4)
        for id in 0..<4 as Range<UInt32> { try fill(store, id, points, chunk: 500) }
        func pages() throws -> (all: Int, free: Int) {
            try store.read { (database) throws(StorageError) in
                (
                    try Schema.number("page_count", of: database),
                    try Schema.number("freelist_count", of: database)
                )
            }
        }
        let full = try pages()
        var all = expiry(.max)
        all.rollupsBefore = [:]
        try run(store, all)
        let empty = try pages()
        #expect(empty.all == full.all && empty.free > full.all / 2)
        for id in 4..<8 as Range<UInt32> { try fill(store, id, points, chunk: 500) }
        #expect(try pages().all < full.all + full.all / 10)
    }

    @Test func `damage to a rollup is told with its place`() throws {
        let place = try Playground()
        let store = try place.store()
        try fill(store, 3, noisy(3_000, seed: 5))
        try run(store, expiry(.max))
        try store.write { (database) throws(StorageError) in
            try database.run("UPDATE rollup SET bytes = zeroblob(40) WHERE width = 3600000")
        }
        #expect(throws: StorageError.self) { try store.rollups(of: 3, .hour, in: 0..<1) }
        #expect(try store.rollups(of: 3, .fiveMinutes, in: Int64.min..<Int64.max).count > 0)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `flipped and cut bytes of rollups are refused or are other rollups`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let good = RollupCodec.encode(twin(noisy(300, seed: seed), before: .max, .fiveMinutes))
        var bytes = good
        if Bool.random(using: &generator) {
            bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            #expect(throws: StorageError.self) { try RollupCodec.decode(bytes) }
        } else {
            bytes[Int.random(in: bytes.indices, using: &generator)] ^= UInt8.random(
                in: 1...255, using: &generator)
            do throws(StorageError) {
                let found = try RollupCodec.decode(bytes)
                #expect(found.counts.count == found.count && found.worst.count == found.count)
            } catch {
                #expect("\(error)".count > 5)
            }
        }
    }
}
