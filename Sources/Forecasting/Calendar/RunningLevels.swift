/// What the values before each step are like, without walking over them each time.
struct RunningLevels {
    private let values: [Double]
    /// Sums and counts of the finite values before a step.
    private var sums: [Double] = [0]
    private var counts: [Int] = [0]
    private let firstNegative: Int

    /// Ratios need levels above 0: at most this share of the latest values may lie below this share of their mean.
    private static let lowShare = 0.1
    private static let lowLevel = 0.05
    private static let levelWindow = 10_000

    init(_ values: [Double]) {
        self.values = values
        sums.reserveCapacity(values.count + 1)
        counts.reserveCapacity(values.count + 1)
        for (step, value) in values.enumerated() {
            sums.append(value.isFinite ? sums[step] + value : sums[step])
            counts.append(value.isFinite ? counts[step] + 1 : counts[step])
        }
        firstNegative = values.firstIndex { $0.isFinite && $0 < 0 } ?? .max
    }

    /// Whether values never lie below 0 and rarely near it. O(1) or O(window).
    func allowRatio(before limit: Int) -> Bool {
        guard firstNegative >= limit, counts[limit] > 0, sums[limit] > 0 else { return false }
        let low = Self.lowLevel * sums[limit] / Double(counts[limit])
        let begin = max(limit - Self.levelWindow, 0)
        let known = counts[limit] - counts[begin]
        var lows = 0
        values.withUnsafeBufferPointer { values in
            for step in begin..<limit where values[step] < low { lows += 1 }
        }
        return Double(lows) <= Self.lowShare * Double(known)
    }
}
