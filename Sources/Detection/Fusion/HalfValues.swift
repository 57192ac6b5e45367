/// The last 612 values of one series in standard units, two bytes each: two seasons of the longest, and what windows
/// need.
///
/// A value is kept in the form of IEEE 754 `binary16`, eleven digits of two: to one part in two thousand. What was
/// appended is what is read, so that running sums take out exactly what they took in. The conversion is by bits: not
/// every processor has an instruction for it.
struct HalfValues: BitwiseCopyable, Sendable {
    static let kept = 612
    /// The exponents of `Float` and of `binary16` are so far apart.
    private static let rebias: UInt32 = (127 - 15) << 23
    /// 2 to that power. A product with it needs no question whether a number is 0.
    private static let scale: Float = 0x1p112
    /// Digits of a `Float` that are dropped.
    private static let dropped: UInt32 = 13
    /// Nearer to 0 than this is 0; as an unsigned pattern of `Float`.
    private static let least: UInt32 = Float(0x1p-14).bitPattern
    private static let largest: Float = 65_504
    private static let sign: UInt32 = 0x8000_0000

    private var cells = InlineArray<612, UInt16>(repeating: 0)
    /// The cell of the last value.
    private var head = -1

    /// Appends a value, rounded.
    @inline(__always)
    mutating func append(_ value: Double) {
        head = head == Self.kept - 1 ? 0 : head + 1
        cells[head] = Self.half(value)
    }

    /// The value so many steps before the last one, 0 ..< ``kept`` and less than were appended.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    subscript(lag: Int) -> Double {
        @inline(__always) mutating get { Double(single(at: lag)) }
    }

    /// As the subscript, in single precision, which is as exact.
    @inline(__always)
    mutating func single(at lag: Int) -> Float {
        let place = head - lag
        return Self.single(cells[place < 0 ? place + Self.kept : place])
    }

    /// Keeps a number as it is, four cells for it, until values are appended; 0 ..< 153.
    mutating func hold(_ number: Double, at place: Int) {
        let bits = number.bitPattern
        for i in 0..<4 { cells[4 * place + i] = UInt16(truncatingIfNeeded: bits >> UInt64(16 * i)) }
    }

    /// A number that was kept as it is.
    func held(at place: Int) -> Double {
        var bits: UInt64 = 0
        for i in 0..<4 { bits |= UInt64(cells[4 * place + i]) << UInt64(16 * i) }
        return Double(bitPattern: bits)
    }

    /// The nearest `binary16` that is not subnormal, as bits; a half rounds away from 0.
    @inline(__always)
    static func half(_ value: Double) -> UInt16 {
        let bits = min(max(Float(value), -largest), largest).bitPattern
        let magnitude = bits & ~sign
        guard magnitude >= least else { return 0 }
        let rounded = (magnitude &- rebias &+ (1 << (dropped - 1))) >> dropped
        return UInt16(truncatingIfNeeded: rounded | (bits & sign) >> 16)
    }

    /// The value of a `binary16` that is not subnormal.
    @inline(__always)
    static func single(_ half: UInt16) -> Float {
        // The sign comes along from the top, and leaves copies of itself behind, which are cut off.
        let extended = UInt32(bitPattern: Int32(Int16(bitPattern: half)) << Int32(dropped))
        return Float(bitPattern: extended & (sign | 0x7FFF << dropped)) * scale
    }
}
