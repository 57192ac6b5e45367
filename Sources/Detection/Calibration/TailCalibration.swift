import Glibc

/// Turns the strength of an evidence into a p-value, from the strengths seen before it.
///
/// The body is a histogram in logarithmic bins (interpolated); the tail beyond the 64th largest value is a
/// generalised Pareto distribution, and does not say less than the share of values that were at
/// least as large where there were ten: where most strengths are 0, what came k times among n values has a p-value of
/// about k/n. Few values are judged by Student's t instead, since strengths come in standard units; between `fewest`
/// and `plenty` values the two are blended in the logarithm. The p-value falls monotonically with the strength, so a
/// threshold on one is a threshold on the other.
///
/// - Source: conformal p-values, Vovk, Gammerman & Shafer, 2005; peaks over threshold, Pickands,
///   *Annals of Statistics* 3 (1975); Hosking & Wallis, *Technometrics* 29 (1987), for the weighted moments.
struct TailCalibration: BitwiseCopyable, Sendable {
    /// The largest strengths kept.
    static let kept = 64
    static let bins = Strengths.bins
    /// Below `fewest` values Student's t alone speaks, from `plenty` on the values alone.
    static let fewest = 50.0
    static let plenty = 200.0
    /// From so many values at least as large on the share of them is believed, before it is blended with the tail.
    private static let blended = 10.0
    /// No p-value is smaller.
    static let smallest = 1e-12

    private var largest = InlineArray<64, Double>(repeating: 0)
    private var held = 0
    /// How many of the largest lie beyond the smallest of them.
    private var beyond = 0
    private var counts = InlineArray<96, Double>(repeating: 0)
    private(set) var count = 0.0
    private var tail = ParetoTail(threshold: 0, scale: 1, shape: 0)

    /// Takes a strength ≥ 0 into account. O(64).
    mutating func learn(_ strength: Double) {
        counts[Strengths.bin(of: strength)] += 1
        count += 1
        guard Strengths.keep(strength, among: &largest, held: held) else { return }
        held = min(held + 1, Self.kept)
        fitTail()
    }

    /// The tail is that of what lies beyond the smallest of the largest: a strength that comes often, such as 0, is none.
    private mutating func fitTail() {
        let threshold = largest[0]
        var first = 1
        while first < held, largest[first] == threshold { first += 1 }
        beyond = held - first
        tail =
            beyond == 0
            ? ParetoTail(threshold: threshold, scale: 0, shape: 0)
            : ParetoTail(weightedMoments: largest.span.extracting(first: held).extracting((first - 1)...))
    }

    /// How many strengths were at least this large, of those beyond the tail's threshold. O(log 64).
    private mutating func atLeast(_ strength: Double) -> Int {
        let largest = largest.span
        var low = held - beyond
        var high = held
        while low < high {
            let middle = (low + high) / 2
            if largest[middle] < strength { low = middle + 1 } else { high = middle }
        }
        return held - low
    }

    /// The probability of a strength at least this large, in `smallest` ... 1.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    mutating func pValue(of strength: Double) -> Double {
        let trust = min(max((count - Self.fewest) / (Self.plenty - Self.fewest), 0), 1)
        var logarithm = 0.0
        if trust > 0 { logarithm += trust * log(empirical(strength)) }
        if trust < 1 { logarithm += (1 - trust) * log(SmallSample.pValue(of: strength, count: count)) }
        return min(max(exp(logarithm), Self.smallest), 1)
    }

    /// The strength whose p-value is `target`: no weaker one has a smaller p-value.
    mutating func strength(at target: Double) -> Double {
        Bisection.threshold(of: target) { pValue(of: $0) }
    }

    private mutating func empirical(_ strength: Double) -> Double {
        if held == Self.kept, strength > tail.threshold {
            let share = Double(beyond + 1) / (count + 1)
            let least = tail.least(beyond: strength, largest: largest.span[Self.kept - 1], count: count)
            let fitted = max(share * tail.probability(beyond: strength), least, Self.smallest)
            let rank = atLeast(strength)
            let seen = Double(rank) / (count + 1)
            guard seen > fitted else { return fitted }
            let trust = min(Double(rank) / Self.blended, 1)
            return exp(trust * log(seen) + (1 - trust) * log(fitted))
        }
        let bin = Strengths.bin(of: strength)
        let counts = counts.span
        var above = 0.0
        for j in (bin + 1)..<max(Self.bins, bin + 1) { above += counts[j] }
        above += counts[bin] * (1 - Strengths.place(of: strength, in: bin))
        let p = (above + 1) / (count + 1)
        // The body joins the tail from above.
        return held == Self.kept ? max(p, Double(beyond + 1) / (count + 1)) : p
    }
}
