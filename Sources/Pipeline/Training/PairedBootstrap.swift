import Numerics

/// Whether one of two sides is better beyond doubt: the interval of their mean paired difference.
///
/// - Source: the percentile bootstrap, Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993,
///   chapter 13; whole blocks are drawn because the errors of one series resemble each other.
struct PairedBootstrap {
    /// The same seed gives the same interval.
    let seed: UInt64

    static let resamples = 2_000
    /// The central share of the resampled means that the interval holds.
    static let level = 0.9
    /// From so many series on whole series are drawn, below it single origins.
    static let fewestBlocks = 10

    /// The interval of the mean of all differences.
    ///
    /// - Parameter differences: One row a series, one element an origin; at least one element.
    func interval(of differences: [[Double]]) -> (low: Double, high: Double) {
        let rows = differences.filter { !$0.isEmpty }
        let drawsRows = rows.count >= Self.fewestBlocks
        let blocks = drawsRows ? rows : rows.flatMap { $0.map { [$0] } }
        precondition(!blocks.isEmpty, "no differences")
        let sums = blocks.map { $0.reduce(0, +) }
        let counts = blocks.map { Double($0.count) }
        var generator = Xoshiro256StarStar(seed: seed)
        var means: [Double] = []
        means.reserveCapacity(Self.resamples)
        for _ in 0..<Self.resamples {
            var (sum, count) = (0.0, 0.0)
            for _ in blocks.indices {
                // Lemire's product: as even as 64 bits over so few blocks need.
                let block = Int(generator.next().multipliedFullWidth(by: UInt64(blocks.count)).high)
                sum += sums[block]
                count += counts[block]
            }
            means.append(sum / count)
        }
        let tail = (1 - Self.level) / 2
        return (Descriptive.quantile(means, tail), Descriptive.quantile(means, 1 - tail))
    }
}
