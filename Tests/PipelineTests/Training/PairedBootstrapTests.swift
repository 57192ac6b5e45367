import TestSupport
import Testing

@testable import Numerics
@testable import Pipeline

@Suite struct PairedBootstrapTests {
    /// The same interval the obvious way: lists of drawn blocks, and a quantile by hand.
    private func twin(_ differences: [[Double]], seed: UInt64) -> (low: Double, high: Double) {
        let rows = differences.filter { !$0.isEmpty }
        let blocks = rows.count >= 10 ? rows : rows.joined().map { [$0] }
        var generator = Xoshiro256StarStar(seed: seed)
        let means = (0..<2_000).map { _ in
            let drawn = blocks.map { _ in
                blocks[Int(generator.next().multipliedFullWidth(by: UInt64(blocks.count)).high)]
            }
            let all = Array(drawn.joined())
            return all.reduce(0, +) / Double(all.count)
        }.sorted()
        func quantile(_ share: Double) -> Double {
            let place = share * 1_999
            let below = Int(place)
            return means[below] + (place - Double(below)) * (means[min(below + 1, 1_999)] - means[below])
        }
        return (quantile(0.05), quantile(0.95))
    }

    @Test(arguments: [[1], [3], [10], [4, 0, 2], [Int](repeating: 3, count: 12), [Int](1...15)])
    func `agrees with an obvious twin`(origins: [Int]) {
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = SeededSeries(seed: seed)
            let differences = origins.map { random.noise($0) }
            let interval = PairedBootstrap(seed: seed).interval(of: differences)
            let twin = twin(differences, seed: seed)
            #expect(abs(interval.low - twin.low) < 1e-12 && abs(interval.high - twin.high) < 1e-12)
            #expect(interval.low <= interval.high)
        }
    }

    @Test func `three pairs are resampled in their 27 ways`() {
        // The lowest mean, -3, comes in 1 of 27 ways and the next, -2, in 3: the 5 % quantile is -2. At the other
        // end 6 comes in 1 way and 4 in 3.
        let interval = PairedBootstrap(seed: 7).interval(of: [[-3, 0, 6]])
        #expect(interval.low == -2 && interval.high == 4)
    }

    @Test func `no difference gives an interval of 0, one pair gives that pair`() {
        #expect(PairedBootstrap(seed: 1).interval(of: [[0, 0, 0]]) == (0, 0))
        #expect(PairedBootstrap(seed: 1).interval(of: [[-2]]) == (-2, -2))
    }

    @Test func `covers the true mean about as often as it says`() {
        var inside = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            let interval = PairedBootstrap(seed: seed).interval(of: (0..<40).map { _ in random.noise(3) })
            if interval.low <= 0 && 0 <= interval.high { inside += 1 }
        }
        #expect((165...193).contains(inside), "\(inside) of 200")
    }

    @Test(arguments: [(10, 0.02...0.11), (40, 0.02...0.085)])
    func `a challenger that is as good is promoted about one time in twenty`(
        pairs: Int, share: ClosedRange<Double>
    ) {
        var promoted = 0
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            if PairedBootstrap(seed: seed).interval(of: [random.noise(pairs)]).high < 0 { promoted += 1 }
        }
        #expect(share.contains(Double(promoted) / 500), "\(promoted) of 500")
    }

    @Test func `series whose errors move together are not taken for many`() {
        // 12 series, 10 origins each, all origins of a series the same: as wide as 12 values make it.
        var random = SeededSeries(seed: 3)
        let levels = random.noise(12)
        let blocks = PairedBootstrap(seed: 1).interval(of: levels.map { [Double](repeating: $0, count: 10) })
        let single = PairedBootstrap(seed: 1).interval(of: levels.map { [$0] })
        #expect(abs(blocks.low - single.low) < 1e-12 && abs(blocks.high - single.high) < 1e-12)
    }
}
