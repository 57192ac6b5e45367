/// Brings one evidence of the light tier to a common scale, as ``EvidenceScale`` does, in 92 bytes and without a call
/// of a logarithm: ln(1 + strength / unit), the unit being the 90th percentile of the strengths so far.
///
/// Strengths are counted in two bins an octave, from 2⁻¹⁰ to 2¹⁰, told by the bits of a number: the exponent, and the
/// first bit of the mantissa. Within a bin the percentile is read off a straight line.
struct HalfOctaveScale: BitwiseCopyable, Sendable {
    /// A share of so much of all strengths lies above the unit.
    private static let above: Float = 0.1
    /// A strength counts for no more than this.
    static let most: Float = 12
    /// The unit is set anew at every value so long, then at every sixteenth.
    private static let eagerUntil = 128
    private static let interval = 16
    static let bins = 40
    /// Half octaves from the exponent 0 of the format to 2⁻¹⁰.
    private static let firstHalf = 2 * (1_023 - 10)
    /// What is left of a bit pattern: the exponent and one bit of the mantissa.
    private static let droppedBits = 51
    private static let sumBits: UInt32 = 26

    private var counts = InlineArray<40, UInt16>(repeating: 0)
    /// One over the unit, at most one over the floor; 0 before the first strength.
    private var inverse: Float = 0
    /// The sum of all counts.
    private var total: UInt32 = 0
    /// The bin that had the percentile when it was last looked for, and below it the sum of the counts in higher bins,
    /// which 26 bits hold: forty counts of two bytes.
    private var mark: UInt32 = 0

    /// One over the unit by what was counted so far.
    ///
    /// - Parameter floor: The least unit.
    @inline(__always)
    func inverseUnit(floor: Double) -> Float { inverse == 0 ? Float(1 / floor) : inverse }

    /// Counts a strength; ``scaled(_:by:)`` of it comes before.
    ///
    /// - Parameters:
    ///   - strength: At least 0; finite.
    ///   - floor: The least unit.
    ///   - step: Values before this one.
    @inline(__always)
    mutating func count(_ strength: Double, floor: Double, step: Int) {
        let bin = Self.bin(of: strength)
        counts[bin] += 1
        total += 1
        if bin > Int(mark >> Self.sumBits) { mark += 1 }
        if counts[bin] == .max { forgetHalf() }
        if inverse == 0 || step < Self.eagerUntil || step.isMultiple(of: Self.interval) {
            inverse = 1 / max(percentile(), Float(floor))
        }
    }

    /// The scaled strengths of eight scales.
    ///
    /// - Parameters:
    ///   - strengths: At least 0; finite.
    ///   - inverseUnits: As ``inverseUnit(floor:)`` has them.
    @inline(__always)
    static func scaled(_ strengths: SIMD8<Float>, by inverseUnits: SIMD8<Float>) -> SIMD8<Float> {
        let logarithms = FastLogarithm.of(1 + strengths * inverseUnits)
        return logarithms.replacing(with: most, where: logarithms .> most)
    }

    /// The bin of a strength: 0 up to 2⁻¹⁰, the last from 2¹⁰ on.
    @inline(__always)
    static func bin(of strength: Double) -> Int {
        let half = Int(strength.bitPattern >> UInt64(droppedBits))
        return min(max(half - firstHalf, 0), bins - 1)
    }

    /// Where a bin begins.
    private static func start(of bin: Int) -> Float {
        Float(Double(bitPattern: UInt64(bin + firstHalf) << UInt64(droppedBits)))
    }

    /// Moves the bin of the percentile to where the counts have it: seldom by more than one.
    private mutating func percentile() -> Float {
        let needed = Self.above * Float(total)
        // Sums of counts are whole numbers: what is less than the next whole number is less than the share.
        let whole = UInt32(needed)
        let least = Float(whole) < needed ? whole + 1 : whole
        var bin = Int(mark >> Self.sumBits)
        var higher = mark & (1 << Self.sumBits - 1)
        while bin < Self.bins - 1, higher >= least {
            bin += 1
            higher -= UInt32(counts[bin])
        }
        while bin > 0, higher + UInt32(counts[bin]) < least {
            higher += UInt32(counts[bin])
            bin -= 1
        }
        mark = UInt32(bin) << Self.sumBits | higher
        guard bin > 0 else { return 0 }
        let own = counts[bin]
        let inside = own > 0 ? (needed - Float(higher)) / Float(own) : 0
        let (low, high) = (Self.start(of: bin), Self.start(of: bin + 1))
        return high - inside * (high - low)
    }

    private mutating func forgetHalf() {
        let bin = Int(mark >> Self.sumBits)
        var higher: UInt32 = 0
        total = 0
        for place in 0..<Self.bins {
            counts[place] /= 2
            total += UInt32(counts[place])
            if place > bin { higher += UInt32(counts[place]) }
        }
        mark = UInt32(bin) << Self.sumBits | higher
    }
}
