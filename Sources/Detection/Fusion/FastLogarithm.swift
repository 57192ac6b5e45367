/// The natural logarithm by bits and a short series, for evidence that needs no more than nine digits.
///
/// x = 2ᵉ m with √½ ≤ m < √2, ln x = e ln 2 + 2 artanh f, f = (m − 1) / (m + 1). With |f| < 0.172 the first term left
/// out is below 7·10⁻¹⁰; that, and the rounding of Double, bounds the error.
///
/// - Source: the reduction of Abramowitz & Stegun, *Handbook of Mathematical Functions*, 1964, formula 4.1.27.
enum FastLogarithm {
    /// The bits of √½: subtracted, they leave the exponent that brings a number to √½ ..< √2.
    private static let rootOfHalf: UInt64 = 0x3FE6_A09E_667F_3BCD
    private static let logarithmOfTwo = 0.693_147_180_559_945_3
    private static let mantissaBits: Int64 = 52
    /// The same of single precision.
    private static let rootOfHalfSingle: UInt32 = 0x3F35_04F3
    private static let mantissaBitsSingle: Int32 = 23

    /// ln x, within 10⁻⁹.
    ///
    /// - Parameter value: Positive, finite and not subnormal.
    @inline(__always)
    static func of(_ value: Double) -> Double {
        let bits = value.bitPattern
        let exponent = Int64(bitPattern: bits &- rootOfHalf) >> mantissaBits
        let mantissa = Double(bitPattern: bits &- UInt64(bitPattern: exponent << mantissaBits))
        let f = (mantissa - 1) / (mantissa + 1)
        let square = f * f
        let series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9))))
        return Double(exponent) * logarithmOfTwo + 2 * f * series
    }

    /// Eight of them in single precision, within 10⁻⁶ up to e⁸.
    ///
    /// - Parameter values: Positive, finite and not subnormal.
    @inline(__always)
    static func of(_ values: SIMD8<Float>) -> SIMD8<Float> {
        let bits = unsafeBitCast(values, to: SIMD8<UInt32>.self)
        let exponents =
            SIMD8<Int32>(truncatingIfNeeded: bits &- rootOfHalfSingle) &>> mantissaBitsSingle
        let scale = SIMD8<UInt32>(truncatingIfNeeded: exponents &<< mantissaBitsSingle)
        let mantissas = unsafeBitCast(bits &- scale, to: SIMD8<Float>.self)
        let f = (mantissas - 1) / (mantissas + 1)
        let square = f * f
        var series = square * (1.0 / 7) + (1.0 / 5)
        series = series * square + (1.0 / 3)
        series = series * square + 1
        return SIMD8<Float>(exponents) * Float(logarithmOfTwo) + f * series * 2
    }
}
