import Glibc
import Numerics

/// The steps of a training: which rows each one sees, and how far it goes.
///
/// Rows are shuffled and dealt into equally many hands; after the last hand they are shuffled again. The rate
/// falls to 0 on half a cosine.
struct Minibatches {
    /// How many steps are made, and into how many hands rows are dealt.
    let steps: Int
    let hands: Int
    /// The rate of the first step.
    let rate: Double

    private let rows: [Int]
    private var random: Xoshiro256StarStar
    private var waiting: [[Int]] = []
    private var step = 0

    init(_ rows: [Int], steps: Int, hands: Int, rate: Double, seed: UInt64) {
        self.rows = rows
        self.steps = steps
        self.hands = hands
        self.rate = rate
        random = Xoshiro256StarStar(seed: seed)
    }

    /// The next rows and the rate of their step; `nil` after the last step.
    mutating func next() -> (rows: [Int], rate: Double)? {
        guard step < steps else { return nil }
        if waiting.isEmpty {
            let shuffled = rows.shuffled(using: &random)
            waiting = (0..<hands).map { hand in
                stride(from: hand, to: shuffled.count, by: hands).map { shuffled[$0] }
            }
        }
        let rate = rate * 0.5 * (1 + cos(.pi * Double(step) / Double(steps)))
        step += 1
        return (waiting.removeLast(), rate)
    }
}
