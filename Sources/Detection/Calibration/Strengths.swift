import Glibc

/// What the calibrations share: how they keep the largest strengths, and how they bin all of them.
enum Strengths {
    /// Puts a value among the largest, which ascend in the first `held` places; the smallest goes when all are taken.
    ///
    /// - Returns: Whether the value is one of them.
    static func keep<let places: Int, Value: Comparable & BitwiseCopyable>(
        _ value: Value, among largest: inout InlineArray<places, Value>, held: Int
    ) -> Bool {
        var place = held
        if held < places {
            while place > 0 && largest[place - 1] > value {
                largest[place] = largest[place - 1]
                place -= 1
            }
        } else {
            guard value > largest[0] else { return false }
            place = 0
            while place < places - 1 && largest[place + 1] < value {
                largest[place] = largest[place + 1]
                place += 1
            }
        }
        largest[place] = value
        return true
    }

    /// Four bins an octave, from 2⁻¹⁴ up.
    static let bins = 96

    /// The bin of a strength ≥ 0.
    static func bin(of strength: Double) -> Int {
        guard strength > 0 else { return 0 }
        // ⌊4 log₂⌋ by the bits of the number: four times the exponent, and the quarter of the octave.
        let octave = Int(strength.bitPattern >> 52) - 1_023
        let within = Double(bitPattern: strength.bitPattern & (1 << 52 - 1) | 1_023 << 52)
        let quarter =
            (within >= quarters[0] ? 1 : 0) + (within >= quarters[1] ? 1 : 0)
            + (within >= quarters[2] ? 1 : 0)
        return min(max(4 * octave + quarter + 56, 0), bins - 1)
    }

    /// 2 to the power of a quarter, a half and three.
    @inline(__always) private static var quarters: InlineArray<3, Double> {
        [1.189_207_115_002_721, 1.414_213_562_373_095_1, 1.681_792_830_507_429]
    }

    /// How far up its bin a strength lies, 0 ... 1.
    static func place(of strength: Double, in bin: Int) -> Double {
        guard strength > 0 else { return 0 }
        return min(max(4 * log2(strength) + 56 - Double(bin), 0), 1)
    }
}
