/// A linear autoregression on the last four values, estimated value by value.
///
/// e = y − w·u; g = P u; q = u·g; w += e g / (λ + q); P = (P − g gᵀ / (λ + q)) / λ, with u the last four values
/// and 1. Errors are clipped by the caller. Inputs are in standard units. O(1), about 60 multiplications.
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983, section 2.2.
struct RecursiveLeastSquares: BitwiseCopyable, Sendable {
    /// How far back the regression looks.
    static let order = 4
    /// The values of `u`: the lags and a constant.
    private static let width = order + 1
    /// λ: the memory reaches back over about a thousand values.
    private static let forgetting = 0.999
    /// P at the start, on the diagonal: the weights are as good as unknown.
    private static let ignorance = 1000.0
    /// A constant series teaches nothing and would let P grow without end.
    private static let mostTrace = 1e6

    /// How far an expectation may always lie from the last values, in standard units.
    private static let margin = 2.0

    /// The upper triangle of P, row by row.
    private var covariance = InlineArray<15, Double>(repeating: 0)
    private var weights = InlineArray<5, Double>(repeating: 0)
    /// The latest first.
    private var lags = InlineArray<4, Double>(repeating: 0)
    /// How many of `lags` are known.
    private var known: Int32 = 0

    init() {
        // The last value is the first guess: right for whatever moves slowly.
        weights[0] = 1
        for i in 0..<Self.width { covariance[Self.place(i, i)] = Self.ignorance }
    }

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
        var sum = weights[4]
        var low = lags[0]
        var high = lags[0]
        for i in 0..<Self.order {
            sum += weights[i] * lags[i]
            low = min(low, lags[i])
            high = max(high, lags[i])
        }
        let reach = high - low + Self.margin
        return min(max(sum, low - reach), high + reach)
    }

    /// Learns from an error of ``next``; then ``shift(in:)`` the value.
    mutating func learn(error: Double) {
        var gain = InlineArray<5, Double>(repeating: 0)
        var leverage = 0.0
        for i in 0..<Self.width {
            var sum = 0.0
            for j in 0..<Self.width { sum += covariance[Self.place(min(i, j), max(i, j))] * input(j) }
            gain[i] = sum
            leverage += sum * input(i)
        }
        let scale = 1 / (Self.forgetting + leverage)
        var trace = 0.0
        for i in 0..<Self.width {
            weights[i] += error * gain[i] * scale
            for j in i..<Self.width {
                let place = Self.place(i, j)
                covariance[place] = (covariance[place] - gain[i] * gain[j] * scale) / Self.forgetting
            }
            trace += covariance[Self.place(i, i)]
        }
        guard trace > Self.mostTrace else { return }
        for place in covariance.indices { covariance[place] *= Self.mostTrace / trace }
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

    @inline(__always)
    private func input(_ i: Int) -> Double { i < Self.order ? lags[i] : 1 }

    /// Where row `i`, column `j` ≥ `i` of the triangle is.
    @inline(__always)
    private static func place(_ i: Int, _ j: Int) -> Int { i * width - i * (i - 1) / 2 + j - i }
}
