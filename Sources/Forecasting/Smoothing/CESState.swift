/// Two smoothed series that push each other on, one of them the level: the state of complex exponential
/// smoothing, with a season of the same kind, of addends, or none.
///
/// With e = y − ŷ and complex weights a = a₀ + ia₁: l ← l − (1−a₁)c + (a₀−a₁)e,
/// c ← l + (1−a₀)c + (a₀+a₁)e.
struct CESState: Sendable, Equatable {
    /// The complex weights of level and season; of the partial form the season has a real one.
    struct Weights: Sendable, Equatable {
        var level: (real: Double, imaginary: Double)
        var season: (real: Double, imaginary: Double)

        static func == (a: Weights, b: Weights) -> Bool { a.level == b.level && a.season == b.season }
    }

    let form: CES.Form
    /// Levels l; one a phase in the simple form.
    var level: [Double]
    /// Potentials c, as many.
    var potential: [Double]
    /// Seasonal addends, one a phase in the partial and the full form.
    var season: [Double]
    /// Their potentials, in the full form.
    var seasonPotential: [Double]
    /// The phase of the next step.
    var phase = 0

    /// How many phases there are; 1 without a season.
    var period: Int { max(level.count, season.count) }

    /// The mean of the next value.
    var next: Double {
        switch form {
        case .none: level[0]
        case .simple: level[phase]
        case .partial, .full: level[0] + season[phase]
        }
    }

    /// Takes the error of the next value; 0 for a missing one.
    mutating func advance(error: Double, _ weights: Weights) {
        let slot = form == .simple ? phase : 0
        Self.move(&level[slot], &potential[slot], by: error, weights.level)
        switch form {
        case .none: return
        case .simple: break
        case .partial: season[phase] += weights.season.real * error
        case .full: Self.move(&season[phase], &seasonPotential[phase], by: error, weights.season)
        }
        phase = phase + 1 == period ? 0 : phase + 1
    }

    @inline(__always)
    private static func move(
        _ level: inout Double, _ potential: inout Double, by error: Double,
        _ weight: (real: Double, imaginary: Double)
    ) {
        let (l, c) = (level, potential)
        level = l - (1 - weight.imaginary) * c + (weight.real - weight.imaginary) * error
        potential = l + (1 - weight.real) * c + (weight.real + weight.imaginary) * error
    }

    /// Runs over `values`, calling `body` with the mean before each and the error, 0 where it is missing.
    @inline(__always)
    mutating func run(
        over values: [Double], _ weights: Weights,
        _ body: (_ step: Int, _ mean: Double, _ error: Double) -> Void
    ) {
        for step in values.indices {
            let mean = next
            let error = values[step].isFinite ? values[step] - mean : 0
            body(step, mean, error)
            advance(error: error, weights)
        }
    }

    /// The same state in another unit of the series.
    func scaled(by factor: Double) -> CESState {
        CESState(
            form: form, level: level.map { $0 * factor }, potential: potential.map { $0 * factor },
            season: season.map { $0 * factor }, seasonPotential: seasonPotential.map { $0 * factor },
            phase: phase)
    }
}
