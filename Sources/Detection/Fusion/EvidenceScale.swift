import Glibc

/// Brings one channel to a common scale: the logarithm of a strength in units of its own 90th percentile so far.
///
/// Strengths are counted in quarter-octave bins from 2⁻¹⁰ to 2¹⁰ or so, all of them, anomalous ones too: a percentile cares little for the
/// few that are. O(1) a value, and a walk over the bins now and then.
struct EvidenceScale: BitwiseCopyable, Sendable {
    /// A share of so much of all strengths lies above the unit.
    private static let above = 0.1
    /// A strength counts for no more than this.
    static let most = 12.0
    /// The unit is set anew at every value so long, then at every sixteenth.
    private static let eagerUntil = 512
    private static let interval = 16
    /// What is weaker than the first bin lies below every floor; few strengths are beyond the last.
    private static let firstBin = 15
    private static let bins = 80

    private var counts = InlineArray<80, UInt16>(repeating: 0)
    /// Those in the bins, of which half are forgotten when one is full.
    private var total: UInt64 = 0
    private var unit = 0.0

    /// The scaled strength, by what was counted before it; then counts it.
    ///
    /// - Parameters:
    ///   - strength: At least 0; not `nan`, of which ``FastLogarithm`` makes a number.
    ///   - floor: The least unit.
    ///   - step: Values before this one.
    mutating func push(_ strength: Double, floor: Double, step: Int) -> Double {
        let scaled = min(FastLogarithm.of(1 + strength / max(unit, floor)), Self.most)
        let bin = min(max(Strengths.bin(of: strength) - Self.firstBin, 0), Self.bins - 1)
        if counts[bin] == .max { forgetHalf() }
        counts[bin] += 1
        total += 1
        if step < Self.eagerUntil || step.isMultiple(of: Self.interval) { unit = percentile() }
        return scaled
    }

    private mutating func percentile() -> Double {
        let needed = Self.above * Double(total)
        var sum = 0.0
        var bin = Self.bins - 1
        while bin > 0, sum + Double(counts[bin]) < needed {
            sum += Double(counts[bin])
            bin -= 1
        }
        guard bin > 0 else { return 0 }
        let inside = counts[bin] > 0 ? (needed - sum) / Double(counts[bin]) : 0
        return exp2((Double(bin + Self.firstBin) + 1 - inside - 56) / 4)
    }

    private mutating func forgetHalf() {
        total = 0
        for bin in 0..<Self.bins {
            counts[bin] /= 2
            total += UInt64(counts[bin])
        }
    }
}
