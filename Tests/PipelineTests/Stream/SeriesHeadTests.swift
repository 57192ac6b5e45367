import Storage
import TestSupport
import Testing

@testable import Pipeline

@Suite struct SeriesHeadTests {
    /// The obvious head: every point by its time, and a store that keeps what it has.
    private struct Twin {
        var points: [Int64: (bits: UInt64, score: UInt8)] = [:]
        var last = Int64.min
    }

    /// A store of chunks and late points as `Checkpoint` wants it: by first time, merged on overlap.
    private struct Stored {
        var points: [Int64: (bits: UInt64, score: UInt8)] = [:]

        mutating func take(_ taken: (chunks: [PointColumns], late: PointColumns)) {
            for chunk in taken.chunks {
                for place in 0..<chunk.count {
                    points[chunk.times[place]] = (chunk.values[place].bitPattern, chunk.scores[place])
                }
            }
            for place in 0..<taken.late.count where points[taken.late.times[place]] == nil {
                points[taken.late.times[place]] = (taken.late.values[place].bitPattern, ScoreByte.late)
            }
        }
    }

    /// What a reader sees: memory, then the store, then late points.
    private func seen(_ head: SeriesHead, _ stored: Stored) -> [Int64: (bits: UInt64, score: UInt8)] {
        var seen: [Int64: (bits: UInt64, score: UInt8)] = [:]
        func add(_ run: PointColumns) {
            for place in 0..<run.count where seen[run.times[place]] == nil {
                seen[run.times[place]] = (run.values[place].bitPattern, run.scores[place])
            }
        }
        for run in head.held.runs { add(run) }
        seen.merge(stored.points) { mine, _ in mine }
        for run in head.held.late { add(run) }
        return seen
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a head with its store is a dictionary by time at every moment`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var head = SeriesHead()
        var stored = Stored()
        var twin = Twin()
        var isFlying: (chunks: [PointColumns], late: PointColumns)?
        for step in 0..<2_500 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<2 where isFlying == nil:
                let taken = head.take()
                isFlying = (taken.chunks.map(\.columns), taken.late)
            case 2..<4:
                if let taken = isFlying {
                    stored.take(taken)
                    head.settle()
                    isFlying = nil
                }
            case 4..<25 where twin.last != .min:
                let time = twin.last - Int64.random(in: 1...6_000, using: &random)
                let value = Double(Int.random(in: 0...1, using: &random))
                let arrival = head.insert(time, value)
                if let known = twin.points[time] {
                    // What only the store remembers is told from it there: a late point that changes nothing.
                    let isEqual = known.bits == value.bitPattern
                    let isInStore = stored.points[time] != nil
                    switch arrival {
                    case .late: #expect(isInStore, "seed \(seed), step \(step)")
                    case .equalDuplicate: #expect(isEqual || isInStore)
                    case .conflict: #expect(!isEqual || isInStore)
                    case .newest: Issue.record("a late point is not the newest")
                    }
                } else {
                    #expect(arrival == .late)
                    twin.points[time] = (value.bitPattern, ScoreByte.late)
                }
            default:
                twin.last = max(twin.last, 0) + Int64.random(in: 1...20, using: &random)
                let value = Double(Int.random(in: 0...1, using: &random))
                head.append(twin.last, value)
                var score = ScoreByte.unscored
                if Bool.random(using: &random) {
                    score = UInt8.random(in: 0..<ScoreByte.late, using: &random)
                    head.score(score)
                }
                twin.points[twin.last] = (value.bitPattern, score)
            }
            guard step % 97 == 0 || step > 2_490 else { continue }
            let seen = seen(head, stored)
            #expect(seen.count == twin.points.count, "seed \(seed), step \(step)")
            #expect(seen.allSatisfy { time, point in twin.points[time].map { $0 == point } ?? false })
        }
    }

    @Test func `a chunk is sealed by the point after the last that fits`() {
        var head = SeriesHead()
        for time in 0..<512 as Range<Int64> { head.append(time, 1) }
        #expect(head.sealed.isEmpty && head.newest.count == 512)
        head.append(512, 1)
        #expect(head.sealed.map(\.count) == [512] && head.newest.times == [512])
    }

    @Test func `a late point in a full chunk moves its newest into the next`() {
        var head = SeriesHead()
        for time in 0..<512 as Range<Int64> { head.append(2 * time, 1) }
        #expect(head.insert(1, 5) == .late)
        #expect(head.sealed.map(\.count) == [512] && head.newest.times == [1_022])
        head.score(9)
        #expect(head.newest.scores == [9])
    }

    @Test func `series that began together do not fill their first chunk together, and all others alike`() {
        var lengths: [Int] = []
        for series in 0..<400 as Range<UInt32> {
            var head = SeriesHead(first: series)
            for time in 0..<1_100 as Range<Int64> { head.append(time, 1) }
            let counts = head.sealed.map(\.count)
            #expect(counts.count == 2 && counts[1] == 512)
            lengths.append(counts[0])
            let resumed = SeriesHead(resuming: head.sealed[0].columns, of: series)
            #expect(resumed.newest.count == counts[0])
        }
        #expect(lengths.allSatisfy { 128..<512 ~= $0 } && Set(lengths).count > 200)
    }

    @Test func `what is handed over once is not handed over again`() {
        var head = SeriesHead()
        head.append(10, 1)
        #expect(head.insert(5, 2) == .late)
        let first = head.take()
        #expect(first.chunks.map(\.columns.times) == [[10]] && first.late.times == [5])
        #expect(head.insert(5, 2) == .equalDuplicate && head.insert(5, 3) == .conflict)
        #expect(!head.isSettled)
        head.settle()
        #expect(head.isSettled)
        let second = head.take()
        #expect(second.chunks.isEmpty && second.late.count == 0)
        head.score(3)
        #expect(head.take().chunks.map(\.columns.scores) == [[3]])
    }

    @Test(arguments: [0, 1, 511, 512])
    func `a head goes on where a stored chunk ended`(count: Int) {
        var stored = PointColumns()
        for time in 0..<count { stored.append(Int64(time), Double(time), 7) }
        var head = SeriesHead(resuming: stored, of: 0)
        #expect(head.newest == stored && head.isSettled)
        // The score of the last point may come after the restart.
        head.score(9)
        head.append(1_000, 1)
        let taken = head.take().chunks.map(\.columns)
        #expect(taken.flatMap(\.times) == (0..<count).map(Int64.init) + [1_000])
        #expect(taken.flatMap(\.scores).dropLast().last == (count > 0 ? 9 : nil))
    }

    @Test func `a value is compared by its bits`() {
        var head = SeriesHead()
        head.append(1, .nan)
        head.append(2, 0)
        head.append(3, 0)
        #expect(head.insert(1, .nan) == .equalDuplicate)
        #expect(head.insert(1, Double(bitPattern: 0x7ff0_0000_0000_0002)) == .conflict)
        #expect(head.insert(2, -0.0) == .conflict)
    }
}

private func == (a: (bits: UInt64, score: UInt8), b: (bits: UInt64, score: UInt8)) -> Bool {
    a.bits == b.bits && a.score == b.score
}

extension SeriesHead.Taken {
    /// Full chunks and the one that is being filled.
    var chunks: [HeadChunk] { sealed + (open.map { [$0] } ?? []) }
}
