/// Lets a strength through only where it exceeds all of a while before it, so that one incident is one peak.
///
/// The while is 3 % of the values so far, at least 50 and at most 1,000. The candidates for the largest of it are a
/// queue of falling strengths, of at most 64: O(1) a value on average. When the queue is full its last entry stands for
/// the new strength as well, under its own larger one: a later peak may be held back a little longer, never let through
/// too early.
///
/// - Source: the queue of a sliding maximum as in Lemire, *Streaming maximum-minimum filter using no more than three
///   comparisons per element*, Nordic Journal of Computing 13 (2006).
struct Refractory: BitwiseCopyable, Sendable {
    /// Of the values so far.
    private static let share = 0.03
    static let shortest = 50
    static let longest = 1_000
    static let places = 64

    /// Falling from the oldest to the latest.
    private var strengths = InlineArray<64, Double>(repeating: 0)
    private var steps = InlineArray<64, Int>(repeating: 0)
    private var oldest = 0
    private(set) var held = 0

    /// How many steps before a step are looked back on.
    static func window(at step: Int) -> Int {
        min(max(shortest, Int(share * Double(step))), longest)
    }

    /// The strength where it exceeds all of the while before it, else 0; then remembers it.
    ///
    /// - Parameters:
    ///   - strength: At least 0.
    ///   - step: Rises from call to call; steps without a strength may be left out.
    mutating func push(_ strength: Double, at step: Int) -> Double {
        // What is 0 exceeds nothing and holds nothing back.
        guard strength > 0 else { return 0 }
        let begin = step - Self.window(at: step)
        while held > 0, steps[oldest] < begin {
            oldest = (oldest + 1) % Self.places
            held -= 1
        }
        let isPeak = held == 0 || strength > strengths[oldest]
        while held > 0, strengths[last] <= strength { held -= 1 }
        if held == Self.places {
            steps[last] = step
        } else {
            held += 1
            (strengths[last], steps[last]) = (strength, step)
        }
        return isPeak ? strength : 0
    }

    private var last: Int { (oldest + held - 1) % Self.places }
}
