/// Level, damped trend and additive season of one series: the state of exponential smoothing.
///
/// Error-correction form, with e = y − (l + φb + s):
/// l ← l + φb + αe, b ← φb + βe, s(phase) ← s(phase) + γe.
struct HoltWintersState: Sendable, Equatable {
    /// How strongly an error moves each component.
    struct Weights: Sendable, Equatable {
        var level: Double
        var trend: Double
        var season: Double
        var damping: Double
    }

    var level: Double
    var trend: Double
    /// One addend a phase; empty when there is no season.
    var season: [Double]
    /// The phase of the next step.
    var phase = 0

    /// The mean of the next value.
    func next(_ weights: Weights) -> Double {
        level + weights.damping * trend + (season.isEmpty ? 0 : season[phase])
    }

    /// Takes the error of the next value; 0 for a missing one.
    mutating func advance(error: Double, _ weights: Weights) {
        let slope = weights.damping * trend
        level += slope + weights.level * error
        trend = slope + weights.trend * error
        guard !season.isEmpty else { return }
        season[phase] += weights.season * error
        phase = phase + 1 == season.count ? 0 : phase + 1
    }

    /// The mean of the next `steps` values: l + b Σ φʲ + s.
    func mean(steps: Int, _ weights: Weights) -> [Double] {
        var path = level
        var slope = trend
        return (0..<steps).map { step in
            slope *= weights.damping
            path += slope
            return path + (season.isEmpty ? 0 : season[(phase + step) % season.count])
        }
    }

    /// Runs over `values`, calling `body` with the mean before each and its error, 0 where it is missing.
    @inline(__always)
    mutating func run(
        over values: UnsafeBufferPointer<Double>, _ weights: Weights,
        _ body: (_ step: Int, _ mean: Double, _ error: Double) -> Void
    ) {
        for step in values.indices {
            let mean = next(weights)
            let value = values[step]
            let error = value.isFinite ? value - mean : 0
            body(step, mean, error)
            advance(error: error, weights)
        }
    }

    /// The sum of squared one-step errors over `values`.
    func squaredError(over values: [Double], _ weights: Weights) -> Double {
        var state = self
        var sum = 0.0
        values.withUnsafeBufferPointer { values in
            state.run(over: values, weights) { _, _, error in sum += error * error }
        }
        return sum
    }
}
