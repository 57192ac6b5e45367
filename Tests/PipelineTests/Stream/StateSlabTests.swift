import Testing

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
