import Glibc

/// The normal distribution.
public struct Normal: Distribution {
    /// The mean, finite.
    public let mean: Double
    /// The standard deviation, above 0 and finite.
    public let standardDeviation: Double

    /// Mean 0, standard deviation 1.
    public static let standard = Normal()

    /// The normal distribution of a mean and a standard deviation.
    ///
    /// - Precondition: Both are finite, `standardDeviation` is above 0.
    public init(mean: Double = 0, standardDeviation: Double = 1) {
        precondition(
            mean.isFinite && standardDeviation.isFinite && standardDeviation > 0,
            "a normal distribution of mean \(mean), standard deviation \(standardDeviation)")
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    private func standardised(_ x: Double) -> Double {
        (x - mean) / standardDeviation
    }

    /// The probability density at `x`.
    public func density(_ x: Double) -> Double {
        let z = standardised(x)
        return exp(-0.5 * z * z) / (standardDeviation * (2 * Double.pi).squareRoot())
    }

    /// The probability of a value up to `x`.
    public func cdf(_ x: Double) -> Double {
        Self.standardTail(-standardised(x))
    }

    /// The probability of a value above `x`, to 1e-13 of itself as long as it is a normal `Double`.
    public func tail(_ x: Double) -> Double {
        Self.standardTail(standardised(x))
    }

    /// The natural logarithm of ``tail(_:)``; finite for every finite `x` up to 1e154 deviations.
    public func logTail(_ x: Double) -> Double {
        let (exponent, factor) = Self.standardTailParts(standardised(x))
        return exponent + log(factor)
    }

    /// The value that is exceeded with probability `probability`; ±`inf` for 0 and 1.
    public func tailQuantile(_ probability: Double) -> Double {
        mean - standardDeviation * Self.standardQuantile(probability)
    }

    /// The value up to which lies `probability`; ±`inf` for 0 and 1.
    public func quantile(_ probability: Double) -> Double {
        mean + standardDeviation * Self.standardQuantile(probability)
    }

    /// A random value.
    public func sample<G: RandomNumberGenerator>(using generator: inout G) -> Double {
        mean + standardDeviation * generator.nextNormal()
    }
}

// MARK: - The standard normal distribution

extension Normal {
    static func standardTail(_ z: Double) -> Double {
        let (exponent, factor) = standardTailParts(z)
        return exponent == 0 ? factor : exp(exponent) * factor
    }

    /// The tail as *e^exponent · factor*, with a factor that never underflows.
    ///
    /// - Source: Abramowitz & Stegun 26.2.12, the asymptotic series, from 30 deviations on: seven terms
    ///   leave less than 1e-15.
    static func standardTailParts(_ z: Double) -> (exponent: Double, factor: Double) {
        guard z >= 30 else { return (0, 0.5 * erfc(z * 0.5.squareRoot())) }
        let w = 1 / (z * z)
        let series = 1 - w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w * (1 - 9 * w * (1 - 11 * w)))))
        return (-0.5 * z * z, series / (z * (2 * Double.pi).squareRoot()))
    }

    /// The standard normal quantile, to about 1e-16 of itself.
    ///
    /// - Source: Wichura, *Algorithm AS 241: the percentage points of the normal distribution*, Applied
    ///   Statistics 37, 1988 (PPND16).
    static func standardQuantile(_ p: Double) -> Double {
        preconditionProbability(p)
        guard !p.isNaN else { return .nan }
        let q = p - 0.5
        if abs(q) <= 0.425 {
            return q * rational(0.180625 - q * q, centralNumerator, centralDenominator)
        }
        let tail = q < 0 ? p : 1 - p
        guard tail > 0 else { return q < 0 ? -.infinity : .infinity }
        let r = (-log(tail)).squareRoot()
        let z =
            r <= 5
            ? rational(r - 1.6, middleNumerator, middleDenominator)
            : rational(r - 5, farNumerator, farDenominator)
        return q < 0 ? -z : z
    }

    /// Lowest power first.
    private static func rational(_ x: Double, _ numerator: [Double], _ denominator: [Double]) -> Double {
        let top = numerator.reversed().reduce(0) { $0 * x + $1 }
        let bottom = denominator.reversed().reduce(0) { $0 * x + $1 }
        return top / bottom
    }

    // The tables a, b, c, d, e, f of AS 241.
    private static let centralNumerator = [
        3.387_132_872_796_366_608, 133.141_667_891_784_377_45, 1971.590_950_306_551_442_7,
        13731.693_765_509_461_125, 45921.953_931_549_871_457, 67265.770_927_008_700_853,
        33430.575_583_588_128_105, 2509.080_928_730_122_672_7,
    ]
    private static let centralDenominator = [
        1, 42.313_330_701_600_911_252, 687.187_007_492_057_908_3, 5394.196_021_424_751_107_7,
        21213.794_301_586_595_867, 39307.895_800_092_710_61, 28729.085_735_721_942_674,
        5226.495_278_852_545_561,
    ]
    private static let middleNumerator = [
        1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_9, 5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04, 1.270_458_252_452_368_382_58, 0.241_780_725_177_450_611_77,
        0.022_723_844_989_269_184_583, 7.745_450_142_783_414_076_4e-4,
    ]
    private static let middleDenominator = [
        1, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_4, 0.689_767_334_985_100_004_55,
        0.148_103_976_427_480_074_59, 0.015_198_666_563_616_457_197, 5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ]
    private static let farNumerator = [
        6.657_904_643_501_103_777_2, 5.463_784_911_164_114_369_9, 1.784_826_539_917_291_335_8,
        0.296_560_571_828_504_891_23, 0.026_532_189_526_576_123_093, 1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7,
    ]
    private static let farDenominator = [
        1, 0.599_832_206_555_887_937_69, 0.136_929_880_922_735_805_31, 0.014_875_361_290_850_615_025,
        7.868_691_311_456_132_591e-4, 1.846_318_317_510_054_681_8e-5, 1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ]
}
