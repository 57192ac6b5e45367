/// The distance of a value from the median of the last 256 in their median absolute deviation: one spike
/// among them bends neither.
///
/// The values are kept in order, so that the median is read off and the median distance from it is found by
/// halving: O(window) moves of neighbours in memory and O(log window) steps a value.
///
/// - Source: Hampel, *The influence curve and its role in robust estimation*, JASA 69 (1974); as a filter on
///   moving windows: Davies & Gather, *The identification of multiple outliers*, JASA 88 (1993).
struct RobustDeviation: CausalEvidence, BitwiseCopyable {
    /// Values in the window.
    static let window = 256
    /// Fewer values say nothing.
    static let warmUp = 20
    /// A deviation of one usual one and less says nothing.
    static let floor = 1.0
    /// Turns the median distance into the standard deviation of a normal distribution, 1 / Φ⁻¹(¾).
    static let normalConsistency = 1.482_602_218_505_602
    /// Where more than half the values are the same, the median distance is 0: the least scale, in standard
    /// units.
    static let leastScale = 0.02

    /// The last values in ascending order.
    private var sorted = InlineArray<256, Float>(repeating: 0)
    private var count = 0

    init(period: Int) {}

    mutating func push(_ recent: inout EvidenceMemory) -> Double {
        let value = recent[0]
        let strength = count >= Self.warmUp ? deviation(of: value) : 0
        learn(Float(value), leaving: count == Self.window ? Float(recent[Self.window]) : nil)
        return strength
    }

    private mutating func deviation(of value: Double) -> Double {
        let half = count / 2
        let isOdd = count % 2 == 1
        let sorted = sorted.span.extracting(first: count)
        let upper = Double(sorted[half])
        let median = isOdd ? upper : (Double(sorted[half - 1]) + upper) / 2
        let far = Self.distance(ofRank: half, from: median, sorted)
        let distance = isOdd ? far : (Self.distance(ofRank: half - 1, from: median, sorted) + far) / 2
        return abs(value - median) / max(Self.normalConsistency * distance, Self.leastScale)
    }

    /// The distance from the median of one rank, from 0.
    ///
    /// The nearest values are one stretch around the median; it begins where its right end is no nearer than
    /// what lies before it.
    private static func distance(ofRank rank: Int, from median: Double, _ sorted: Span<Float>) -> Double {
        var (low, high) = (0, sorted.count - rank - 1)
        while low < high {
            let middle = (low + high) / 2
            if median - Double(sorted[middle]) > Double(sorted[middle + rank + 1]) - median {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return max(median - Double(sorted[low]), Double(sorted[low + rank]) - median)
    }

    private mutating func learn(_ value: Float, leaving: Float?) {
        if let leaving {
            let gone = Self.place(of: leaving, sorted.span.extracting(first: count))
            count -= 1
            for i in gone..<count { sorted[i] = sorted[i + 1] }
        }
        let place = Self.place(of: value, sorted.span.extracting(first: count))
        var i = count
        while i > place {
            sorted[i] = sorted[i - 1]
            i -= 1
        }
        sorted[place] = value
        count += 1
    }

    /// The first place whose value is not below this one.
    private static func place(of value: Float, _ sorted: Span<Float>) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
