/// The generator xoshiro256**: fast, 256 bits of state, period 2²⁵⁶ − 1. Not for secrets.
///
/// - Source: Blackman & Vigna, *Scrambled linear pseudorandom number generators*, ACM Transactions on
///   Mathematical Software 47, 2021.
public struct Xoshiro256StarStar: RandomNumberGenerator, Sendable, Equatable {
    @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64)

    /// All that the generator remembers; never all zeros.
    public var state: (UInt64, UInt64, UInt64, UInt64) { words }

    /// A generator whose state is drawn from ``SplitMix64``; the same seed gives the same numbers.
    public init(seed: UInt64) {
        var splitMix = SplitMix64(seed: seed)
        words = (splitMix.next(), splitMix.next(), splitMix.next(), splitMix.next())
    }

    /// A generator that goes on from a stored state.
    ///
    /// - Precondition: `state` is not all zeros.
    public init(state: (UInt64, UInt64, UInt64, UInt64)) {
        precondition(state != (0, 0, 0, 0), "a state of zeros")
        words = state
    }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 {
        let result = Self.rotated(words.1 &* 5, 7) &* 9
        let t = words.1 << 17
        words.2 ^= words.0
        words.3 ^= words.1
        words.1 ^= words.2
        words.0 ^= words.3
        words.2 ^= t
        words.3 = Self.rotated(words.3, 45)
        return result
    }

    @inlinable
    static func rotated(_ x: UInt64, _ bits: UInt64) -> UInt64 {
        (x &<< bits) | (x &>> (64 &- bits))
    }

    /// Advances by 2¹²⁸ numbers: a copy that has jumped never meets the original.
    public mutating func jump() {
        var jumped: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        // The polynomial of the authors' `jump`.
        for word: UInt64 in [
            0x180E_C6D3_3CFD_0ABA, 0xD5A6_1266_F0C9_392C, 0xA958_2618_E03F_C9AA, 0x39AB_DC45_29B1_661C,
        ] {
            for bit in 0..<64 {
                if word & (1 << UInt64(bit)) != 0 {
                    jumped.0 ^= words.0
                    jumped.1 ^= words.1
                    jumped.2 ^= words.2
                    jumped.3 ^= words.3
                }
                _ = next()
            }
        }
        words = jumped
    }

    /// Whether both will give the same numbers.
    public static func == (a: Xoshiro256StarStar, b: Xoshiro256StarStar) -> Bool {
        a.words == b.words
    }
}

/// A generator with 64 bits of state: turns one seed into many.
///
/// - Source: Steele, Lea & Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
    private var state: UInt64

    /// The same seed gives the same numbers.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
