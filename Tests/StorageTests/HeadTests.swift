import TestSupport
import Testing

@testable import Storage

/// Open chunks: stored together, read as any other chunk.
@Suite struct HeadTests {
    private static func checkpoint(
        _ segment: Int, series count: Int = 0, chunks: [StoredChunk] = [], heads: [StoredChunk]
    ) -> Checkpoint {
        var checkpoint = Checkpoint(
            segment, series: (0..<count).map { series(UInt32($0)) }, chunks: chunks)
        checkpoint.heads = heads
        return checkpoint
    }

    @Test(arguments: StoreKind.allCases)
    func `an open chunk is the last of its series for every reader`(kind: StoreKind) throws {
        try kind.with { store in
            let closed = chunk(1, points(0..<100))
            let (one, two) = (chunk(1, points(100..<130)), chunk(200, points(7..<9)))
            try store.commit(Self.checkpoint(1, series: 201, chunks: [closed], heads: [one, two]))
            #expect(try store.chunks(of: 1, in: 0...1_000) == [closed, one])
            #expect(try store.chunks(of: 1, in: 0...99) == [closed])
            #expect(try store.chunks(of: 1, in: 129...400) == [one])
            #expect(try store.chunks(of: 1, in: 130...400).isEmpty)
            #expect(try store.lastChunk(of: 1) == one && store.lastChunk(of: 200) == two)
            #expect(try store.lastChunk(of: 2) == nil)
            #expect(try store.lastChunks() == [one, two])
            #expect(try store.lastChunks(of: 1, limit: 1) == [one])
            #expect(try store.lastChunks(of: 1, limit: 5) == [closed, one])
            #expect(try store.lastChunks(of: 1, limit: 0).isEmpty)
            #expect(try store.firstTime(of: 1) == 0 && store.firstTime(of: 200) == 7)
            try expectSize(of: store, 132, [closed, one, two].map(\.bytes.count).reduce(0, +))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what series go on from is read together, in the order that is asked for`(kind: StoreKind) throws {
        try kind.with { store in
            let closed = [chunk(1, points(0..<100)), chunk(5, points(0..<10)), chunk(5, points(10..<20))]
            let heads = [chunk(1, points(100..<130)), chunk(33, points(0..<3)), chunk(200, points(7..<9))]
            var checkpoint = Self.checkpoint(1, series: 201, chunks: closed, heads: heads)
            checkpoint.states = [
                StoredState(series: 5, kind: "stream/1", bytes: [1, 2]),
                StoredState(series: 5, kind: "full/1", bytes: [3]),
                StoredState(series: 33, kind: "stream/1", bytes: [4]),
            ]
            try store.commit(checkpoint)
            let wanted: [UInt32] = [33, 5, 1, 200, 7, 33]
            let pasts = try store.pasts(of: wanted)
            #expect(pasts.map(\.last) == [heads[1], closed[2], heads[0], heads[2], nil, heads[1]])
            for (id, past) in zip(wanted, pasts) {
                #expect(
                    past == StoredPast(last: try store.lastChunk(of: id), states: try store.states(of: id)))
            }
            #expect(pasts[1].states.map(\.kind) == ["full/1", "stream/1"] && pasts[2].states.isEmpty)
            #expect(try store.pasts(of: []).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an open chunk grows, is closed by a chunk of its first time, and another follows`(kind: StoreKind)
        throws
    {
        try kind.with { store in
            try store.commit(Self.checkpoint(1, series: 3, heads: [chunk(2, points(0..<10))]))
            let grown = chunk(2, points(0..<40, value: 5))
            try store.commit(Self.checkpoint(2, heads: [grown]))
            #expect(try store.chunks(of: 2, in: 0...100) == [grown])
            try expectSize(of: store, 40, grown.bytes.count)
            let full = chunk(2, points(0..<512))
            let next = chunk(2, points(512..<520))
            try store.commit(Self.checkpoint(3, chunks: [full], heads: [next]))
            #expect(try store.chunks(of: 2, in: 0...1_000) == [full, next])
            try expectSize(of: store, 520, full.bytes.count + next.bytes.count)
            let last = chunk(2, points(512..<600))
            try store.commit(Self.checkpoint(4, chunks: [last], heads: []))
            #expect(try store.chunks(of: 2, in: 0...1_000) == [full, last])
            try expectSize(of: store, 600, full.bytes.count + last.bytes.count)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an open chunk that does not come after everything is merged as a closed one`(kind: StoreKind) throws
    {
        try kind.with { store in
            let old = chunk(0, points(stride(from: 0, to: 100, by: 2)))
            try store.commit(Self.checkpoint(1, series: 1, heads: [old]))
            // A caller that has forgotten what is stored begins anew.
            try store.commit(Self.checkpoint(2, heads: [chunk(0, points(stride(from: 51, to: 60, by: 2)))]))
            var times: Set<Int64> = []
            for part in try store.chunks(of: 0, in: 0...1_000) {
                times.formUnion(try ChunkCodec.decode(part.bytes).times)
            }
            #expect(times.count == 55)
            try #expect(store.size().points == 55)
            // And a late point that belongs after the begin of an open one is not lost either.
            try store.commit(Self.checkpoint(3, heads: [chunk(0, points(200..<210))]))
            var late = Checkpoint(4)
            late.late = [(0, points([150, 205, 1_000]))]
            try store.commit(late)
            #expect(try store.size().points == 67)
            #expect(try store.lastChunk(of: 0)?.last == 1_000)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `an open chunk of an unknown series is refused, with all that came with it`(kind: StoreKind) throws {
        try kind.with { store in
            let words = expectError("refused") {
                try store.commit(Self.checkpoint(1, series: 1, heads: [chunk(5, points(0..<9))]))
            }
            #expect(words.contains("series 5"))
            try expectSize(of: store, 0, 0)
        }
    }

    @Test
    func `a group gives back its chunks, all or the one that is wanted`() throws {
        var group = HeadGroup(number: 12)
        for series in [390, 384, 415, 400] as [UInt32] { group[series] = chunk(series, points(-3..<9)) }
        group[400] = nil
        group[385] = nil
        let read = try HeadGroup(number: 12, bytes: group.bytes)
        #expect(read.heads.map(\.series) == [384, 390, 415])
        #expect(read[390] == chunk(390, points(-3..<9)) && read[400] == nil)
        let one = try HeadGroup(number: 12, bytes: group.bytes, only: 415)
        #expect(one.heads == [chunk(415, points(-3..<9))])
        var wide = HeadGroup(number: 0)
        wide[0] = chunk(0, points([Int64.min, Int64.max]))
        #expect(try HeadGroup(number: 0, bytes: wide.bytes).heads == wide.heads)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a damaged group and a damaged run are refused or other points, never fatal`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var group = HeadGroup(number: 0)
        for series in 0..<4 as Range<UInt32> { group[series] = chunk(series, points(0..<20)) }
        let run = ChunkCodec.joined(
            [ChunkCodec.encode(points(0..<20)), ChunkCodec.encode(points(20..<33))], count: 33)
        for good in [group.bytes, run] {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            }
            _ = try? HeadGroup(number: 0, bytes: bytes)
            if let points = try? ChunkCodec.decode(bytes) {
                #expect(zip(points.times, points.times.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
            }
        }
    }

    @Test
    func `a run is read as one chunk, and a run in a run or of too few points is refused`() throws {
        let parts = [points(0..<64), points(64..<128), points(200..<201)]
        let run = ChunkCodec.joined(parts.map(ChunkCodec.encode), count: 129)
        #expect(try ChunkCodec.decode(run) == PointColumns(joining: parts))
        #expect(ChunkCodec.joined([ChunkCodec.encode(parts[0])], count: 64) == ChunkCodec.encode(parts[0]))
        expectError("corrupt") {
            _ = try ChunkCodec.decode(
                ChunkCodec.joined([run, ChunkCodec.encode(points(500..<501))], count: 130))
        }
        expectError("corrupt") {
            _ = try ChunkCodec.decode(
                ChunkCodec.joined(parts.reversed().map(ChunkCodec.encode), count: 129))
        }
        expectError("corrupt") {
            _ = try ChunkCodec.decode(ChunkCodec.joined(parts.map(ChunkCodec.encode), count: 130))
        }
    }

    @Test
    func `a damaged blob of open chunks is found by the check of a directory`() throws {
        let place = try Playground()
        do {
            let store = try place.store()
            try store.commit(Self.checkpoint(1, series: 1, heads: [chunk(0, points(0..<10))]))
        }
        do {
            let database = try Connection(place("data/bellwether.db"), .write)
            try database.run("UPDATE head SET bytes = x'00112233445566'")
        }
        let words = expectError("corrupt") { try DatabaseCheck.run(place("data/bellwether.db")) }
        #expect(words.contains("open chunks"))
    }
}
