/// A linear regression estimated value by value; `places` is the triangle of `width`.
///
/// e = y − w·u; g = P u; q = u·g; w += e g / (λ + q); P = (P − g gᵀ / (λ + q)) / λ. The error that teaches may be
/// clipped. q is the leverage: how far the inputs are from those seen before (Mahalanobis). O(width²).
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983, section 2.2.
struct PackedLeastSquares<let width: Int, let places: Int>: BitwiseCopyable, Sendable {
    /// P at the start, on the diagonal: the weights are as good as unknown.
    private static var ignorance: Double { 1_000 }
    /// A constant series teaches nothing and would let P grow without end.
    private static var mostTrace: Double { 1e6 }

    /// The upper triangle of P, row by row.
    private var covariance = InlineArray<places, Double>(repeating: 0)
    private var weights = InlineArray<width, Double>(repeating: 0)

    /// What one step found.
    struct Step {
        var error: Double
        /// The error that was learned from.
        var lesson: Double
        var leverage: Double
    }

    /// - Parameter first: The weight of the first input at the start.
    init(first: Double) {
        precondition(places == width * (width + 1) / 2, "\(places) places of \(width) rows")
        weights[0] = first
        var place = 0
        for i in 0..<width {
            covariance[place] = Self.ignorance
            place += width - i
        }
    }

    /// Compares a value with its expectation, then learns from the difference.
    ///
    /// - Parameter clip: The largest error that teaches; `nil` for any.
    mutating func step(
        _ value: Double, _ inputs: inout InlineArray<width, Double>, forgetting: Double, clip: Double?
    ) -> Step {
        var error = value
        for i in 0..<width { error -= weights[i] * inputs[i] }
        var gain = InlineArray<width, Double>(repeating: 0)
        multiply(inputs, into: &gain)
        var leverage = 0.0
        for i in 0..<width { leverage += gain[i] * inputs[i] }
        let lesson = clip.map { min(max(error, -$0), $0) } ?? error
        learn(lesson, gain, scale: 1 / (forgetting + leverage), forgetting)
        return Step(error: error, lesson: lesson, leverage: leverage)
    }

    /// g = P u, from the upper triangle.
    private mutating func multiply(
        _ inputs: borrowing InlineArray<width, Double>, into gain: inout InlineArray<width, Double>
    ) {
        let triangle = covariance.span
        let inputs = inputs.span
        var gain = gain.mutableSpan
        // Where column 0 of the row would be: what is left of the diagonal belongs to the rows above.
        var row = 0
        for i in 0..<width {
            let input = inputs[unchecked: i]
            var sum = triangle[unchecked: row &+ i] * input
            var j = i &+ 1
            while j < width {
                let element = triangle[unchecked: row &+ j]
                sum += element * inputs[unchecked: j]
                gain[unchecked: j] += element * input
                j &+= 1
            }
            gain[unchecked: i] += sum
            row &+= width &- i &- 1
        }
    }

    private mutating func learn(
        _ lesson: Double, _ gain: borrowing InlineArray<width, Double>, scale: Double, _ forgetting: Double
    ) {
        let growth = 1 / forgetting
        var trace = 0.0
        let gain = gain.span
        var triangle = covariance.mutableSpan
        var row = 0
        for i in 0..<width {
            weights[i] += lesson * gain[unchecked: i] * scale
            let factor = gain[unchecked: i] * scale
            var j = i
            while j < width {
                triangle[unchecked: row &+ j] =
                    (triangle[unchecked: row &+ j] - factor * gain[unchecked: j]) * growth
                j &+= 1
            }
            trace += triangle[unchecked: row &+ i]
            row &+= width &- i &- 1
        }
        guard trace > Self.mostTrace else { return }
        for place in 0..<places { triangle[unchecked: place] *= Self.mostTrace / trace }
    }
}
