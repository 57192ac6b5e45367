import Glibc

/// A running mean of squared errors: a plain mean first, exponential afterwards.
struct ErrorVariance: BitwiseCopyable, Sendable {
    private(set) var value: Double

    /// - Parameter value: What was stored.
    init(_ value: Double = 0) {
        self.value = value
    }

    /// Never 0.
    var deviation: Double { value.squareRoot() + 1e-9 }

    /// - Parameter weight: Of the new error.
    mutating func learn(_ error: Double, weight: Double) {
        value = (1 - weight) * value + weight * error * error
    }
}

/// The error of an autoregression on the last sixteen values, and how unusual those are together.
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983; the leverage is that of
///   Hoaglin & Welsch, *The hat matrix in regression and ANOVA*, The American Statistician 32 (1978).
struct ShortRegression: BitwiseCopyable, Sendable {
    static let order = 16
    private static let forgetting = 0.999
    /// Errors of more usual errors teach by this many, from so many values on.
    private static let clip = 4.0
    private static let clippedFrom = order + 20
    private static let plainUntil = order + 5
    private static let weight = 0.01

    private var regression = PackedLeastSquares<17, 153>(first: 1)
    private var variance = ErrorVariance()

    /// The evidence of one value.
    struct Evidence {
        /// The error in usual errors, and in standard units.
        var relative = 0.0
        var absolute = 0.0
        var leverage = 0.0
    }

    /// Judges the last value, then learns it.
    mutating func push<let kept: Int, Sample>(_ recent: inout RecentValues<kept, Sample>) -> Evidence {
        let step = recent.count - 1
        guard step >= Self.order else { return Evidence() }
        var inputs = InlineArray<17, Double>(repeating: 1)
        for j in 0..<Self.order { inputs[j] = recent[1 + j] }
        let deviation = variance.deviation
        let found = regression.step(
            recent[0], &inputs, forgetting: Self.forgetting,
            clip: step >= Self.clippedFrom ? Self.clip * deviation : nil)
        let isPlain = step <= Self.plainUntil
        variance.learn(found.lesson, weight: isPlain ? 1 / Double(step - Self.order + 1) : Self.weight)
        guard step > Self.clippedFrom else { return Evidence() }
        let error = abs(found.error)
        return Evidence(relative: error / deviation, absolute: error, leverage: found.leverage)
    }
}

/// The error of a regression on the last values and those around one and two seasons before.
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983; the inputs are those of a
///   seasonal autoregression, Box & Jenkins, *Time Series Analysis*, 1970, chapter 9.
struct SeasonalRegression: BitwiseCopyable, Sendable {
    private static let forgetting = 0.9995
    private static let clip = 4.0
    private static let clippedFrom = 40
    private static let plainUntil = 20
    private static let weight = 0.01

    /// Steps in a season.
    let period: Int
    private var regression = PackedLeastSquares<13, 91>(first: 1)
    private var variance = ErrorVariance()

    init(period: Int) {
        self.period = period
    }

    /// Judges the last value, then learns it.
    ///
    /// - Returns: The error, and the distance to the nearest value one or two seasons before, in standard units.
    mutating func push<let kept: Int, Sample>(_ recent: inout RecentValues<kept, Sample>) -> (
        error: Double, nearest: Double
    ) {
        let step = recent.count - 1
        let known = step - 2 * period - 2
        guard known >= 0 else { return (0, 0) }
        var inputs = InlineArray<13, Double>(repeating: 1)
        for j in 0..<4 { inputs[j] = recent[1 + j] }
        for j in 0..<5 { inputs[4 + j] = recent[period - 2 + j] }
        for j in 0..<3 { inputs[9 + j] = recent[2 * period - 1 + j] }
        let deviation = variance.deviation
        let value = recent[0]
        let found = regression.step(
            value, &inputs, forgetting: Self.forgetting,
            clip: known >= Self.clippedFrom ? Self.clip * deviation : nil)
        variance.learn(
            found.lesson, weight: known > Self.plainUntil ? Self.weight : 1 / Double(known + 1))
        var nearest = Double.infinity
        for j in -1...1 {
            nearest = min(nearest, abs(value - recent[period + j]), abs(value - recent[2 * period + j]))
        }
        return (known > Self.clippedFrom ? abs(found.error) : 0, nearest)
    }
}

/// The error of a regression that looks a quarter of a season ahead, on twelve values of a season.
///
/// What creeps is expected by its neighbours, and not by the values before it began.
///
/// - Source: Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983; direct forecasts several
///   steps ahead: Marcellino, Stock & Watson, Journal of Econometrics 135 (2006).
struct DistantRegression: BitwiseCopyable, Sendable {
    private static let forgetting = 0.9995
    private static let clip = 3.0
    private static let clippedFrom = 40
    private static let plainUntil = 20
    private static let weight = 0.005
    private static let lags = 12

    private let horizon: Int
    private let spacing: Int
    private var regression = PackedLeastSquares<13, 91>(first: 0)
    private var variance = ErrorVariance()

    init(period: Int) {
        horizon = max(2, period / 4)
        spacing = max(1, period / 12)
    }

    /// Judges the last value, then learns it.
    mutating func push<let kept: Int, Sample>(_ recent: inout RecentValues<kept, Sample>) -> Double {
        let known = recent.count - 1 - horizon - (Self.lags - 1) * spacing
        guard known >= 0 else { return 0 }
        var inputs = InlineArray<13, Double>(repeating: 1)
        for j in 0..<Self.lags { inputs[j] = recent[horizon + j * spacing] }
        let deviation = variance.deviation
        let found = regression.step(
            recent[0], &inputs, forgetting: Self.forgetting,
            clip: known >= Self.clippedFrom ? Self.clip * deviation : nil)
        variance.learn(
            found.lesson, weight: known > Self.plainUntil ? Self.weight : 1 / Double(known + 1))
        return known > Self.clippedFrom ? abs(found.error) : 0
    }
}
