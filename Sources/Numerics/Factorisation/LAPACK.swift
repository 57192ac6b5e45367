/// A count as LAPACK takes it: `lapack_int`, a macro that Swift does not see, is 32 bits wide in Debian.
///
/// - Precondition: `count` fits 32 bits.
func lapack(_ count: Int) -> Int32 {
    Int32(count)
}

/// The one-letter options of LAPACK in use here.
enum Letter {
    static let upper = letter("U")
    static let left = letter("L")
    static let transposed = letter("T")
    static let vectors = letter("V")
    static let thin = letter("S")

    private static func letter(_ scalar: Unicode.Scalar) -> CChar {
        CChar(truncatingIfNeeded: scalar.value)
    }
}
