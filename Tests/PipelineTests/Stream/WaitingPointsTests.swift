import TestSupport
import Testing

@testable import Pipeline

@Suite struct WaitingPointsTests {
    /// What waits, written down plainly.
    private struct Twin {
        var queue: [Int] = []
        var points: [Int: [(time: Int64, since: UInt64)]] = [:]

        mutating func append(_ slot: Int, _ time: Int64, _ since: UInt64) {
            if points[slot] == nil { queue.append(slot) }
            points[slot, default: []].append((time, since))
        }

        mutating func take(_ slot: Int) -> [(time: Int64, since: UInt64)] {
            // Who is asked for before its turn, and waits again, keeps the turn it had.
            points.removeValue(forKey: slot) ?? []
        }

        mutating func next() -> Int? {
            while !queue.isEmpty {
                let slot = queue.removeFirst()
                if points[slot] != nil { return slot }
            }
            return nil
        }
    }

    private static func take(_ slot: Int, of waiting: inout WaitingPoints) -> (times: [Int64], since: UInt64?)
    {
        guard var chain = waiting.detach(slot) else { return ([], nil) }
        var times: [Int64] = []
        while let point = waiting.takeFirst(of: &chain) {
            #expect(point.value == Double(point.time) / 2)
            times.append(point.time)
        }
        return (times, chain.since)
    }

    @Test(arguments: [1, 7, 300])
    func `slots come in turn, each with all of its points`(slots: Int) {
        var random = SeededGenerator(seed: UInt64(slots))
        var waiting = WaitingPoints()
        var twin = Twin()
        for time in 0..<20_000 as Range<Int64> {
            let slot = Int.random(in: 0..<slots, using: &random)
            let received = UInt64(time / 5)
            waiting.append(slot, time, Double(time) / 2, received: received)
            twin.append(slot, time, received)
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                let expected = twin.next()
                #expect(waiting.nextSlot() == expected)
                guard let expected else { continue }
                let points = twin.take(expected)
                let got = Self.take(expected, of: &waiting)
                #expect(got.times == points.map(\.time) && got.since == points.first?.since)
            case 1:
                let asked = Int.random(in: 0..<slots + 2, using: &random)
                #expect(waiting.holds(asked) == (twin.points[asked] != nil))
                #expect(Self.take(asked, of: &waiting).times == twin.take(asked).map(\.time))
            default: break
            }
            #expect(waiting.count == twin.points.values.reduce(0) { $0 + $1.count })
        }
        while let slot = waiting.nextSlot() {
            #expect(slot == twin.next())
            #expect(Self.take(slot, of: &waiting).times == twin.take(slot).map(\.time))
        }
        #expect(twin.next() == nil && waiting.isEmpty && waiting.count == 0)
    }

    @Test(arguments: [false, true])
    func `a queue does not grow with what is taken out of turn`(someoneWaits: Bool) {
        var waiting = WaitingPoints()
        if someoneWaits { waiting.append(9, 0, 0, received: 7) }
        for time in 0..<50_000 as Range<Int64> {
            let slot = Int(time % 3)
            waiting.append(slot, time, Double(time) / 2, received: 8)
            #expect(Self.take(slot, of: &waiting).times == [time])
            #expect(waiting.queueLength < 5_000)
        }
        waiting.append(1, 50_000, 25_000, received: 9)
        var turns: [Int] = []
        while let slot = waiting.nextSlot() {
            turns.append(slot)
            _ = Self.take(slot, of: &waiting)
        }
        #expect(turns == (someoneWaits ? [9, 1] : [1]) && waiting.isEmpty)
    }
}
