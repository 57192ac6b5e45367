import Glibc
import Numerics

/// What every benchmark works on: an hourly wave with noise, the same in every run.
enum SampleData {
    static func values(_ count: Int, seed: UInt64 = 1) -> [Double] {
        var random = Xoshiro256StarStar(seed: seed)
        return (0..<count).map { step in
            let noise = 3 * (Double.random(in: 0..<1, using: &random) - 0.5)
            return ((50 + 10 * sin(2 * Double.pi * Double(step) / 24) + noise) * 1000).rounded() / 1000
        }
    }

    /// The values as the elements of a JSON array.
    static func list(_ count: Int) -> String {
        values(count).map { "\($0)" }.joined(separator: ",")
    }

    /// `timestamp,value` every five minutes.
    static func csv(rows: Int) -> [UInt8] {
        var text = "timestamp,value\n"
        for (row, value) in values(rows).enumerated() { text += "\(1_700_000_000 + 300 * row),\(value)\n" }
        return Array(text.utf8)
    }
}
