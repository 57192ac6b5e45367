import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A value of few decimals, of full precision, or no number.
private func value(_ random: inout SeededGenerator) -> Double {
    switch UInt64.random(in: 0..<20, using: &random) {
    case 0: .nan
    case 1: -0.0
    case 2..<8: Double.random(in: -1e6...1e6, using: &random)
    default: Double(Int.random(in: 0...500, using: &random)) / 100
    }
}

@Test(arguments: [0, 1, 63, 64, 65, 128, 200, 511, 512])
func `a chunk in memory gives back the points that it took`(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    var chunk = HeadChunk()
    var plain = PointColumns()
    for step in 0..<count {
        let (time, value) = (Int64(step) * 15_000 - 1_000_000, value(&random))
        chunk.append(HeadChunk.Entry(time: time, value: value, score: ScoreByte.unscored))
        plain.append(time, value, ScoreByte.unscored)
        guard step % 3 == 0 else { continue }
        chunk.score(UInt8(step % 200))
        plain.scores[step] = UInt8(step % 200)
    }
    #expect(chunk.columns == plain)
    #expect(chunk.count == count && chunk.first == plain.times.first && chunk.last == plain.times.last)
    #expect(HeadChunk(plain).columns == plain)
    if count > 0 { #expect(try ChunkCodec.decode(chunk.encoded) == plain) }
    for (time, value) in zip(plain.times, plain.values) {
        #expect(chunk.value(at: time)?.bitPattern == value.bitPattern)
        #expect(chunk.value(at: time + 1) == nil)
    }
}

@Test(arguments: 0..<20 as Range<UInt64>)
func `a head keeps each point once, whatever the order in which points come`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var head = SeriesHead()
    var newest: Int64 = 0
    var plain: [Int64: UInt64] = [:]
    /// What was handed over and is in the store now.
    var stored: [Int64: UInt64] = [:]
    var flying: [PointColumns] = []
    for _ in 0..<3_000 {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<85:
            newest += Int64.random(in: 1...3, using: &random) * 10
            let value = value(&random)
            head.append(newest, value)
            plain[newest] = value.bitPattern
        case 85..<97:
            let time = max(newest - Int64.random(in: 0..<(seed % 2 == 0 ? 700 : 30_000), using: &random), 1)
            let value = value(&random)
            guard time < newest, stored[time] == nil else { continue }
            let arrival = head.insert(time, value)
            if let known = plain[time] {
                #expect(arrival == (known == value.bitPattern ? .equalDuplicate : .conflict), "seed \(seed)")
            } else {
                #expect(arrival == .late, "seed \(seed)")
                plain[time] = value.bitPattern
            }
        case 97:
            guard flying.isEmpty else { continue }
            let taken = head.take()
            flying = taken.chunks.map(\.columns) + [taken.late].filter { $0.count > 0 }
        default:
            head.settle()
            for points in flying {
                for (time, value) in zip(points.times, points.values) { stored[time] = value.bitPattern }
            }
            flying = []
        }
    }
    var all = stored
    for run in head.held.runs + head.held.late {
        #expect(zip(run.times, run.times.dropFirst()).allSatisfy { $0 < $1 })
        for (time, value) in zip(run.times, run.values) { all[time] = value.bitPattern }
    }
    #expect(all == plain, "seed \(seed)")
}

@Test func `a head that goes on after a restart has the points of the stored chunk`() {
    var points = PointColumns()
    for step in 0..<100 { points.append(Int64(step), Double(step), 3) }
    var head = SeriesHead(resuming: points, of: 0)
    #expect(head.isSettled && head.held.runs == [points])
    #expect(head.insert(5, 5) == .equalDuplicate && head.insert(5, 6) == .conflict)
    head.append(100, 1)
    points.append(100, 1, ScoreByte.unscored)
    #expect(head.take().chunks.map(\.columns) == [points])
}

@Test(arguments: [1, 63, 64, 65, 128, 129, 400])
func `a stored chunk goes on as it was packed`(count: Int) throws {
    var chunk = HeadChunk()
    for step in 0..<count {
        chunk.append(.init(time: Int64(step) * 10, value: Double(step % 7), score: UInt8(step % 90)))
    }
    let points = try ChunkCodec.decode(chunk.encoded)
    var resumed = HeadChunk(points, chunk.encoded)
    var anew = HeadChunk(points)
    for step in count..<count + 200 {
        #expect(resumed.count == step && resumed.first == 0 && resumed.last == Int64(step - 1) * 10)
        #expect(resumed.encoded == chunk.encoded && anew.encoded == chunk.encoded, "\(step) points")
        #expect(resumed.peaks == chunk.peaks)
        #expect(resumed.newestTwo.map(\.time) == chunk.newestTwo.map(\.time))
        #expect(resumed.value(at: Int64(count / 2) * 10) == Double(count / 2 % 7))
        let next = HeadChunk.Entry(time: Int64(step) * 10, value: 0.5, score: 3)
        chunk.append(next)
        resumed.append(next)
        anew.append(next)
    }
}

@Test func `one large block of a stored chunk is packed anew, in small ones`() throws {
    var points = PointColumns()
    for step in 0..<300 { points.append(Int64(step), Double(step), 3) }
    let chunk = HeadChunk(points, ChunkCodec.encode(points))
    #expect(chunk.columns == points && chunk.entries.count < 65)
}

@Test func `parts of a chunk are told, and what is none has none`() throws {
    var points = PointColumns()
    for step in 0..<5 { points.append(Int64(step), 1, 3) }
    let one = ChunkCodec.encode(points)
    var later = PointColumns()
    for step in 5..<7 { later.append(Int64(step), 1, 3) }
    let run = ChunkCodec.joined([one, ChunkCodec.encode(later)], count: 7)
    #expect(ChunkCodec.parts(of: one)?.map(\.bytes) == [one])
    #expect(ChunkCodec.parts(of: run)?.map(\.count) == [5, 2])
    for damaged in [[], [3, 1], Array(run.dropLast()), ChunkCodec.joined([one, one], count: 11)] {
        #expect(ChunkCodec.parts(of: damaged) == nil)
    }
}
