/// A linear regression estimated value by value; `width` is odd, and `places` its triangle.
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
        precondition(width % 2 == 1, "an even width of \(width)")
        weights[0] = first
        var place = 0
        for i in 0..<width {
            covariance[place] = Self.ignorance
            place += width - i
        }
    }

    /// The weight of an input.
    @inline(__always)
    subscript(weight i: Int) -> Double { weights[i] }

    /// Learns from an error of the inputs.
    mutating func learn(_ error: Double, of inputs: InlineArray<width, Double>, forgetting: Double) {
        var gain = InlineArray<width, Double>(repeating: 0)
        multiply(inputs, into: &gain)
        var leverage = 0.0
        for i in 0..<width { leverage += gain[i] * inputs[i] }
        learn(error, gain, scale: 1 / (forgetting + leverage), forgetting)
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

    // Rows go two by two: the width is odd, so that behind the first row's diagonal both have the same columns, an even
    // number of them, and every operation is one on a pair.

    /// g = P u, from the upper triangle.
    @inline(__always)
    private mutating func multiply(
        _ inputs: borrowing InlineArray<width, Double>, into gain: inout InlineArray<width, Double>
    ) {
        let triangle = covariance.span
        let inputs = inputs.span
        var gain = gain.mutableSpan
        // Where the diagonal of the upper row is.
        var upper = 0
        var i = 0
        while i &+ 1 < width {
            let lower = upper &+ width &- i
            let (one, other) = (inputs[unchecked: i], inputs[unchecked: i &+ 1])
            var columns = inputs.pair(at: i &+ 1)
            let top = triangle.pair(at: upper &+ 1)
            let bottom = triangle.pair(at: lower)
            var sum = top * columns
            var lowerSum = bottom * columns
            // The lower row's diagonal is no element of another row.
            gain.set(gain.pair(at: i &+ 1) + top * one + bottom * SIMD2(0, other), at: i &+ 1)
            var j = 2
            while j < width &- i &- 1 {
                let (top, bottom) = (triangle.pair(at: upper &+ 1 &+ j), triangle.pair(at: lower &+ j))
                let place = i &+ 1 &+ j
                columns = inputs.pair(at: place)
                sum += top * columns
                lowerSum += bottom * columns
                gain.set(gain.pair(at: place) + (top * one + bottom * other), at: place)
                j &+= 2
            }
            gain[unchecked: i] += triangle[unchecked: upper] * one + (sum[0] + sum[1])
            gain[unchecked: i &+ 1] += lowerSum[0] + lowerSum[1]
            upper = lower &+ width &- i &- 1
            i &+= 2
        }
        gain[unchecked: i] += triangle[unchecked: upper] * inputs[unchecked: i]
    }

    @inline(__always)
    private mutating func learn(
        _ lesson: Double, _ gain: borrowing InlineArray<width, Double>, scale: Double, _ forgetting: Double
    ) {
        let growth = 1 / forgetting
        var trace = 0.0
        let gain = gain.span
        var triangle = covariance.mutableSpan
        for i in 0..<width { weights[i] += lesson * gain[unchecked: i] * scale }
        var upper = 0
        var i = 0
        while i &+ 1 < width {
            let lower = upper &+ width &- i
            let (one, other) = (gain[unchecked: i] * scale, gain[unchecked: i &+ 1] * scale)
            let diagonal = (triangle[unchecked: upper] - one * gain[unchecked: i]) * growth
            triangle[unchecked: upper] = diagonal
            var j = 0
            while j < width &- i &- 1 {
                let columns = gain.pair(at: i &+ 1 &+ j)
                let place = upper &+ 1 &+ j
                triangle.set((triangle.pair(at: place) - one * columns) * growth, at: place)
                triangle.set((triangle.pair(at: lower &+ j) - other * columns) * growth, at: lower &+ j)
                j &+= 2
            }
            trace += diagonal
            trace += triangle[unchecked: lower]
            upper = lower &+ width &- i &- 1
            i &+= 2
        }
        let last = gain[unchecked: i] * scale
        triangle[unchecked: upper] = (triangle[unchecked: upper] - last * gain[unchecked: i]) * growth
        trace += triangle[unchecked: upper]
        guard trace > Self.mostTrace else { return }
        for place in 0..<places { triangle[unchecked: place] *= Self.mostTrace / trace }
    }
}

extension Span<Double> {
    /// Two elements side by side, unchecked.
    @inline(__always)
    fileprivate func pair(at place: Int) -> SIMD2<Double> {
        SIMD2(self[unchecked: place], self[unchecked: place &+ 1])
    }
}

extension MutableSpan<Double> {
    @inline(__always)
    fileprivate func pair(at place: Int) -> SIMD2<Double> {
        SIMD2(self[unchecked: place], self[unchecked: place &+ 1])
    }

    @inline(__always)
    fileprivate mutating func set(_ pair: SIMD2<Double>, at place: Int) {
        self[unchecked: place] = pair[0]
        self[unchecked: place &+ 1] = pair[1]
    }
}
