/// How unusual the last twelve values are together: the leverage in an autoregression on them.
///
/// The errors teach the regression, and are not told: of a small model the leverage finds more.
///
/// - Source: as ``ShortRegression``, of which it is the smaller form.
struct TwelveLagLeverage: BitwiseCopyable, Sendable {
    static let order = 12
    private static let forgetting: Float = 0.999
    /// Errors of more usual errors teach by this many, from so many values on; before that nothing is said.
    private static let clip = 4.0
    private static let clippedFrom = order + 20
    private static let plainUntil = order + 5
    private static let weight = 0.01

    private var regression = FactoredLeastSquares<13, 16, 96>(first: 1)
    private var variance = ErrorVariance()
    /// A one, and the last values, the latest first.
    private var inputs: InlineArray<16, Float> = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    /// The last value, all its digits; meaningless before the first.
    private(set) var last = 0.0

    /// Judges the values before this one, then learns it.
    ///
    /// - Parameter step: Values before this one.
    @inline(__always)
    mutating func push(_ value: Double, step: Int) -> Double {
        var leverage = 0.0
        if step >= Self.order {
            let found = regression.step(
                value, inputs, forgetting: Self.forgetting,
                clip: step >= Self.clippedFrom ? Self.clip * variance.deviation : nil)
            let isPlain = step <= Self.plainUntil
            variance.learn(found.lesson, weight: isPlain ? 1 / Double(step - Self.order + 1) : Self.weight)
            if step > Self.clippedFrom { leverage = found.leverage }
        }
        var j = Self.order
        while j > 1 {
            inputs[j] = inputs[j - 1]
            j -= 1
        }
        inputs[1] = Float(value)
        last = value
        return leverage
    }
}
