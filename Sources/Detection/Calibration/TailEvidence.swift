import Glibc

/// How unusual a strength is by those before it: −ln of the probability of one at least as large.
///
/// Among the 64 largest so far the rank speaks, and for the ten largest a generalised Pareto tail fitted by moments is
/// blended in, in the logarithm; below them a histogram in logarithmic bins. Bins, largest and tail are those of
/// ``TailCalibration`` and ``StreamCalibration``; other than there nothing is said of few strengths, the smallest
/// probability of a bounded tail is that of ``smallest`` alone, and the body does not join the tail: what is summed
/// over several channels need not fall monotonically, but must be large where one of them is beyond its record.
///
/// - Source: conformal p-values, Vovk, Gammerman & Shafer, *Algorithmic Learning in a Random World*, 2005;
///   Hosking & Wallis, *Technometrics* 29 (1987), for the moments.
struct TailEvidence<Value: BinaryFloatingPoint & BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
    /// The largest strengths kept.
    static var kept: Int { 64 }
    /// The ranks below this are blended with the tail.
    private static var blended: Int { 10 }
    /// Before so many strengths nothing is said.
    private static var warmUp: Int { 150 }
    /// No probability is smaller.
    static var smallest: Double { 1e-12 }

    /// Ascending.
    private var largest = InlineArray<64, Value>(repeating: 0)
    private var held: Int32 = 0
    private var counts = InlineArray<96, UInt16>(repeating: 0)
    /// The sum of the counts.
    private var binned: UInt32 = 0
    /// Strengths taken so far.
    private(set) var count = 0

    /// The evidence of a strength, 0 ... 27.7, by those before it; then learns it. O(96).
    ///
    /// - Parameter strength: At least 0; finite.
    mutating func push(_ strength: Double) -> Double {
        let value = Value(strength)
        let bin = Strengths.bin(of: strength)
        let evidence =
            count < Self.warmUp ? 0 : -log(min(max(probability(of: value, in: bin), Self.smallest), 1))
        if counts[bin] == .max { forgetHalf() }
        counts[bin] += 1
        binned += 1
        count += 1
        if Strengths.keep(value, among: &largest, held: Int(held)) { held = min(held + 1, Int32(Self.kept)) }
        return evidence
    }

    /// The probability of a strength at least as large. Mutating, so that it reads in place.
    private mutating func probability(of value: Value, in bin: Int) -> Double {
        let total = Double(count)
        guard held == Self.kept, value > largest[0] else {
            return (total * shareAbove(bin) + 1) / (total + 1)
        }
        var rank = 0
        while rank < Self.kept, largest[Self.kept - 1 - rank] >= value { rank += 1 }
        let empirical = Double(rank + 1) / (total + 1)
        guard rank < Self.blended else { return empirical }
        let tail = ParetoTail(moments: largest.span)
        // Where all of the largest are equal there is no tail to speak of.
        let beyond = tail.scale > 0 ? tail.probability(beyond: Double(value)) : 1 / Double(Self.kept)
        let fitted = max(Double(Self.kept) / total * beyond, Self.smallest)
        let trust = Double(rank) / Double(Self.blended)
        return exp(trust * log(empirical) + (1 - trust) * log(fitted))
    }

    /// The share of strengths in higher bins, and of half of those in this one.
    private mutating func shareAbove(_ bin: Int) -> Double {
        var above: UInt32 = 0
        for j in (bin + 1)..<max(Strengths.bins, bin + 1) { above += UInt32(counts[j]) }
        return (Double(above) + 0.5 * Double(counts[bin])) / Double(max(binned, 1))
    }

    /// Halves the counts of the body, whose shares stay; the largest keep their ranks among all strengths ever.
    private mutating func forgetHalf() {
        binned = 0
        for bin in 0..<Strengths.bins {
            counts[bin] /= 2
            binned += UInt32(counts[bin])
        }
    }
}
