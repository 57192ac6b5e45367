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
        let position = (4 * log2(strength)).rounded(.down) + 56
        return Int(min(max(position, 0), Double(bins - 1)))
    }

    /// How far up its bin a strength lies, 0 ... 1.
    static func place(of strength: Double, in bin: Int) -> Double {
        guard strength > 0 else { return 0 }
        return min(max(4 * log2(strength) + 56 - Double(bin), 0), 1)
    }
}
