import Testing
import TimeSeries

@testable import Pipeline

@Test func `states stay where they are while others are added`() {
    var slab = StateSlab()
    for place in 0..<4_100 {
        slab.append(StreamSeries(isCounter: false))
        slab[place].resume(after: Int64(place), Double(place))
    }
    #expect(slab.count == 4_100)
    for place in [0, 1, 2_047, 2_048, 4_095, 4_096, 4_099] {
        #expect(slab[place].lastTime == Int64(place) && slab[place].lastBits == Double(place).bitPattern)
    }
}

@Test func `series of a fleet look for their season in turns`() throws {
    var index = SeriesIndex(definitions: [], seed: 3)
    var counts: [Int: Int] = [:]
    for place in 0..<12_800 {
        let labels = try Labels([("__name__", "cpu"), ("instance", "host-\(place):9100"), ("job", "node")])
        let added = labels.encoded.withUnsafeBytes { index.add(labels, sentAs: $0) }
        let delay = try #require(added.registration?.delay)
        counts[delay, default: 0] += 1
        #expect(delay == StreamSeries.delay(of: labels.encoded))
    }
    #expect(counts.count == 128 && counts.keys.allSatisfy { 0..<128 ~= $0 })
    #expect(counts.values.allSatisfy { 60...150 ~= $0 }, "\(counts.values.sorted())")
}
