import Forecasting

/// How far a value is from its forecasts by an autoregression that comes from the past, and by one that comes
/// from the future.
///
/// Two linear autoregressions of order 16 learn by recursive least squares with λ = 0.999, one on the series and
/// one on its reverse. With f and b their absolute one-step errors at a value, the rows are √(f b), which is
/// large only where both are surprised (the value itself is odd), and max(f, b), large also at the edges of
/// a change. O(16² n).
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983, section 2.2.
struct TwoSidedAutoregression: BatchEvidence {
    let names = ["autoregression-both", "autoregression-either"]
    let summary = "The value is far from its forecasts out of the past and out of the future."
    let source = "Ljung & Söderström, Theory and Practice of Recursive Identification, 1983"

    /// Errors below this are no evidence: a product with a perfect forecast stays comparable.
    private static let leastError = 1e-12

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        let forward = Self.errors(of: z)
        try progress.checkpoint()
        let backward = Array(Self.errors(of: z.reversed()).reversed())
        let least = Self.leastError
        return [
            zip(forward, backward).map { (max($0, least) * max($1, least)).squareRoot() },
            zip(forward, backward).map { max($0, $1) },
        ]
    }

    /// Absolute one-step errors; 0 while the regression learns its first values.
    ///
    /// Errors teach only as far as four of their standard deviations, so that a spike does not bend the
    /// regression.
    static func errors(of z: [Double]) -> [Double] {
        var errors = [Double](repeating: 0, count: z.count)
        var regression = WideLeastSquares()
        let order = WideLeastSquares.order
        var variance = 0.0
        for t in order..<max(z.count, order) {
            let known = t - order
            for lag in 0..<order { regression.inputs[lag] = z[t - 1 - lag] }
            let error = z[t] - regression.expectation
            let reach = known >= 20 ? 4 * (variance.squareRoot() + 1e-9) : .infinity
            let taught = min(max(error, -reach), reach)
            regression.learn(taught)
            if known > 20 { errors[t] = abs(error) }
            let square = taught * taught
            variance =
                known > 5
                ? 0.99 * variance + 0.01 * square : variance + (square - variance) / Double(known + 1)
        }
        return errors
    }
}

/// A linear regression on sixteen inputs and a constant, estimated value by value.
///
/// The formulas of ``RecursiveLeastSquares``, with h = g / √(λ + q) so that P − h hᵀ stays symmetric to the
/// last bit.
private struct WideLeastSquares {
    /// Inputs besides the constant.
    static let order = 16
    private static let width = order + 1
    /// λ: the memory reaches back over about a thousand values.
    private static let forgetting = 0.999
    /// P at the start, on the diagonal: the weights are as good as unknown.
    private static let ignorance = 1000.0
    /// A constant series teaches nothing and would let P grow without end.
    private static let mostTrace = 1e6
    /// Doubles in a row of P: an even number, for pairs.
    private static let pairs = (width + 1) / 2

    /// Sixteen values and 1; what lies behind them is 0.
    var inputs: [Double]
    private var weights: [Double]
    /// P, symmetric, row by row in pairs.
    private var covariance: [SIMD2<Double>]
    private var gain: [SIMD2<Double>]

    init() {
        inputs = [Double](repeating: 0, count: 2 * Self.pairs)
        inputs[Self.order] = 1
        // The last value is the first guess: right for whatever moves slowly.
        weights = [Double](repeating: 0, count: 2 * Self.pairs)
        weights[0] = 1
        covariance = [SIMD2<Double>](repeating: .zero, count: Self.width * Self.pairs)
        gain = [SIMD2<Double>](repeating: .zero, count: Self.pairs)
        for i in 0..<Self.width { covariance[i * Self.pairs + i / 2][i % 2] = Self.ignorance }
    }

    /// The answer to ``inputs``.
    var expectation: Double {
        var sum = 0.0
        for i in 0..<Self.width { sum += weights[i] * inputs[i] }
        return sum
    }

    /// Learns from an error of ``expectation``.
    mutating func learn(_ error: Double) {
        let (width, pairs) = (Self.width, Self.pairs)
        inputs.withUnsafeBufferPointer { u in
            covariance.withUnsafeMutableBufferPointer { p in
                gain.withUnsafeMutableBufferPointer { g in
                    for k in 0..<pairs { g[k] = .zero }
                    for j in 0..<width {
                        for k in 0..<pairs { g[k] += p[j * pairs + k] * u[j] }
                    }
                    var leverage = 0.0
                    for i in 0..<width { leverage += g[i / 2][i % 2] * u[i] }
                    let share = 1 / (Self.forgetting + leverage)
                    for i in 0..<width { weights[i] += error * g[i / 2][i % 2] * share }

                    let root = share.squareRoot()
                    for k in 0..<pairs { g[k] *= root }
                    var trace = 0.0
                    for i in 0..<width {
                        let row = g[i / 2][i % 2]
                        for k in 0..<pairs {
                            p[i * pairs + k] = (p[i * pairs + k] - row * g[k]) * (1 / Self.forgetting)
                        }
                        trace += p[i * pairs + i / 2][i % 2]
                    }
                    guard trace > Self.mostTrace else { return }
                    let scale = Self.mostTrace / trace
                    for k in 0..<width * pairs { p[k] *= scale }
                }
            }
        }
    }
}
