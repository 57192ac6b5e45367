import Glibc

/// Turns strengths into p-values by the strengths seen before, in 650 bytes.
///
/// The body is a histogram in logarithmic bins; among the 64 largest values the rank speaks, and for the ten
/// largest a generalised Pareto tail fitted by moments is blended in, in the logarithm.
///
/// - Source: conformal p-values, Vovk, Gammerman & Shafer, *Algorithmic Learning in a Random World*, 2005;
///   Hosking & Wallis, *Technometrics* 29 (1987), for the moments.
struct StreamCalibration: BitwiseCopyable, Sendable {
    /// The largest strengths kept.
    static let kept = 64
    /// Four bins an octave, from 2⁻¹⁴ up.
    static let bins = 96
    /// The ranks below this are blended with the tail.
    static let blended = 10
    /// Fewer strengths are judged as a small sample.
    static let fewest: UInt32 = 100

    /// Ascending.
    private var largest = InlineArray<64, Float>(repeating: 0)
    private var counts = InlineArray<96, UInt32>(repeating: 0)
    private(set) var count: UInt32 = 0
    private var held: Int32 = 0
    /// The tail beyond `largest[0]`.
    private var scale = 0.0
    private var shape = 0.0

    /// Takes a strength ≥ 0 into account.
    mutating func learn(_ strength: Double) {
        counts[Self.bin(of: strength)] &+= 1
        count &+= 1
        let strength = Float(strength)
        if held < Self.kept {
            var place = Int(held)
            held += 1
            while place > 0 && largest[place - 1] > strength {
                largest[place] = largest[place - 1]
                place -= 1
            }
            largest[place] = strength
        } else if strength > largest[0] {
            var place = 0
            while place < Self.kept - 1 && largest[place + 1] < strength {
                largest[place] = largest[place + 1]
                place += 1
            }
            largest[place] = strength
        } else {
            return
        }
        fitTail()
    }

    /// The probability of a strength at least this large, in 1e-12 ... 1; falls with the strength.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    mutating func pValue(of strength: Double) -> Double {
        if count < Self.fewest { return max(SmallSample.pValue(of: strength, count: Double(count)), 1e-12) }
        let total = Double(count) + 1
        guard Float(strength) > largest[0] else {
            let bin = Self.bin(of: strength)
            let above = countAbove(bin)
            let own = Double(counts[bin]) * (1 - Self.place(of: strength, in: bin))
            // The body joins the tail from above.
            return max((1 + Double(above) + own) / total, Double(Self.kept + 1) / total)
        }
        var rank = 0
        while rank < Self.kept && Double(largest[Self.kept - 1 - rank]) >= strength { rank += 1 }
        let empirical = Double(rank + 1) / total
        guard rank < Self.blended else { return empirical }
        let tail = ParetoTail(threshold: Double(largest[0]), scale: scale, shape: shape)
        let least = tail.least(
            beyond: strength, largest: Double(largest[Self.kept - 1]), count: Double(count))
        let fitted = max(Double(Self.kept) / total * tail.probability(beyond: strength), least, 1e-12)
        let trust = Double(rank) / Double(Self.blended)
        return max(exp(trust * log(empirical) + (1 - trust) * log(min(fitted, empirical))), 1e-12)
    }

    /// How many strengths fell into higher bins; summed from the nearer end.
    ///
    /// - Parameter bin: One of ``bin(of:)``, so that no index needs a check.
    private mutating func countAbove(_ bin: Int) -> UInt32 {
        var sum: UInt32 = 0
        if bin < Self.bins / 2 {
            for j in 0...bin { sum &+= counts[unchecked: j] }
            return count &- sum
        }
        for j in (bin + 1)..<max(Self.bins, bin + 1) { sum &+= counts[unchecked: j] }
        return sum
    }

    private mutating func fitTail() {
        guard held == Self.kept else { return }
        var mean = 0.0
        let threshold = Double(largest[0])
        for place in 1..<Self.kept { mean += Double(largest[place]) - threshold }
        mean /= Double(Self.kept - 1)
        var variance = 0.0
        for place in 1..<Self.kept {
            let distance = Double(largest[place]) - threshold - mean
            variance += distance * distance
        }
        variance /= Double(Self.kept - 2)
        let ratio = variance > 0 ? mean * mean / variance : .infinity
        shape = min(max(0.5 * (1 - ratio), ParetoTail.shapes.lowerBound), ParetoTail.shapes.upperBound)
        scale = mean * (1 - shape)
    }

    private static func bin(of strength: Double) -> Int {
        guard strength > 0 else { return 0 }
        let position = (4 * log2(strength)).rounded(.down) + 56
        return Int(min(max(position, 0), Double(bins - 1)))
    }

    private static func place(of strength: Double, in bin: Int) -> Double {
        guard strength > 0 else { return 0 }
        return min(max(4 * log2(strength) + 56 - Double(bin), 0), 1)
    }
}
