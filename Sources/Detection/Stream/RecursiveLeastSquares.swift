/// A linear autoregression on the last four values, estimated value by value.
///
/// As ``PackedLeastSquares`` does, of the last four values and 1; the last value is the first guess, right for whatever
/// moves slowly. Errors are clipped by the caller. Inputs are in standard units. O(1), about 60 multiplications.
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983, section 2.2.
struct RecursiveLeastSquares: BitwiseCopyable, Sendable {
    /// How far back the regression looks.
    static let order = 4
    /// λ: the memory reaches back over about a thousand values.
    private static let forgetting = 0.999

    /// How far an expectation may always lie from the last values, in standard units.
    private static let margin = 2.0

    private var regression = PackedLeastSquares<5, 15>(first: 1)
    /// The latest first.
    private var lags = InlineArray<4, Double>(repeating: 0)
    /// How many of `lags` are known.
    private var known: Int32 = 0

    /// Whether the last values are known.
    var isReady: Bool { known == Self.order }

    /// The last value.
    var last: Double { lags[0] }

    /// The expectation of the next value: no further outside the last ones than these are apart.
    ///
    /// Mutating, so that it reads in place: the compiler copies what is passed to a reader.
    var next: Double {
        mutating get { expectation() }
    }

    private mutating func expectation() -> Double {
        var sum = regression[weight: Self.order]
        var low = lags[0]
        var high = lags[0]
        for i in 0..<Self.order {
            sum += regression[weight: i] * lags[i]
            low = min(low, lags[i])
            high = max(high, lags[i])
        }
        let reach = high - low + Self.margin
        return min(max(sum, low - reach), high + reach)
    }

    /// Learns from an error of ``next``; then ``shift(in:)`` the value.
    mutating func learn(error: Double) {
        regression.learn(
            error, of: [lags[0], lags[1], lags[2], lags[3], 1], forgetting: Self.forgetting)
    }

    /// Makes a value the last one.
    mutating func shift(in value: Double) {
        lags[3] = lags[2]
        lags[2] = lags[1]
        lags[1] = lags[0]
        lags[0] = value
        known = min(known + 1, Int32(Self.order))
    }

    /// Forgets the last values, not the weights.
    mutating func interrupt() { known = 0 }
}
