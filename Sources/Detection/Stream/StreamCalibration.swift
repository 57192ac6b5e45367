import Glibc

/// Turns strengths into p-values by the strengths seen before, in 650 bytes.
///
/// The body is a histogram in logarithmic bins; among the 64 largest values the rank speaks, and for the ten
/// largest a generalised Pareto tail is blended in, in the logarithm.
///
/// - Source: conformal p-values, Vovk, Gammerman & Shafer, *Algorithmic Learning in a Random World*, 2005;
///   Hosking & Wallis, *Technometrics* 29 (1987), for the weighted moments.
struct StreamCalibration: BitwiseCopyable, Sendable {
    /// The largest strengths kept.
    static let kept = 64
    static let bins = Strengths.bins
    /// The ranks below this are blended with the tail.
    static let blended = 10
    /// Fewer strengths are judged as a small sample.
    static let fewest: UInt32 = 100

    /// Ascending.
    private var largest = InlineArray<64, Float>(repeating: 0)
    private var counts = InlineArray<96, UInt32>(repeating: 0)
    private(set) var count: UInt32 = 0
    private var held: Int32 = 0
    /// Says nothing: stored states of the full tier have a fitted tail here, and are to stay as they are.
    private var formerTail = (scale: 0.0, shape: 0.0)

    /// Takes a strength ≥ 0 into account.
    mutating func learn(_ strength: Double) {
        counts[Strengths.bin(of: strength)] &+= 1
        count &+= 1
        guard Strengths.keep(Float(strength), among: &largest, held: Int(held)) else { return }
        held = min(held + 1, Int32(Self.kept))
        formerTail = (0, 0)
    }

    /// Whether a strength is among the largest: of others it is soon said that they are usual.
    func isRecord(_ strength: Double) -> Bool { held == Self.kept && Float(strength) > largest[0] }

    /// The probability of a strength at least this large, in 1e-12 ... 1; falls with the strength.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    mutating func pValue(of strength: Double) -> Double {
        pValue(of: strength, nil)
    }

    /// The largest strength whose p-value is not below a probability. Some microseconds.
    mutating func strength(at probability: Double) -> Double {
        let tail = tail()
        return Bisection.threshold(of: probability) { pValue(of: $0, tail) }
    }

    /// - Parameter tail: As ``tail()`` has it; fitted here when it is `nil` and asked for, which is seldom.
    @inline(__always)
    private mutating func pValue(of strength: Double, _ tail: ParetoTail?) -> Double {
        if count < Self.fewest { return max(SmallSample.pValue(of: strength, count: Double(count)), 1e-12) }
        let total = Double(count) + 1
        guard Float(strength) > largest[0] else {
            let bin = Strengths.bin(of: strength)
            let above = countAbove(bin)
            let own = Double(counts[bin]) * (1 - Strengths.place(of: strength, in: bin))
            // The body joins the tail from above.
            return max((1 + Double(above) + own) / total, Double(Self.kept + 1) / total)
        }
        var rank = 0
        while rank < Self.kept && Double(largest[Self.kept - 1 - rank]) >= strength { rank += 1 }
        let empirical = Double(rank + 1) / total
        guard rank < Self.blended else { return empirical }
        let tail = tail ?? self.tail()
        let least = tail.least(
            beyond: strength, largest: Double(largest[Self.kept - 1]), count: Double(count))
        let fitted = max(Double(Self.kept) / total * tail.probability(beyond: strength), least, 1e-12)
        let trust = Double(rank) / Double(Self.blended)
        return max(exp(trust * log(empirical) + (1 - trust) * log(min(fitted, empirical))), 1e-12)
    }

    /// How many strengths fell into higher bins; summed from the nearer end.
    ///
    /// - Parameter bin: One of ``Strengths/bin(of:)``, so that no index needs a check.
    private mutating func countAbove(_ bin: Int) -> UInt32 {
        var sum: UInt32 = 0
        if bin < Self.bins / 2 {
            for j in 0...bin { sum &+= counts[unchecked: j] }
            return count &- sum
        }
        for j in (bin + 1)..<max(Self.bins, bin + 1) { sum &+= counts[unchecked: j] }
        return sum
    }

    /// The tail beyond the least of the largest, once there are so many.
    private mutating func tail() -> ParetoTail { ParetoTail(weightedMoments: largest.span) }
}
