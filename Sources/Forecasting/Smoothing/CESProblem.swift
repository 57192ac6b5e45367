import Numerics

/// The search for complex weights and initial state of one form over one window of values.
///
/// Variables: real and imaginary weight of the level, the weights of the season, then levels, potentials,
/// and where they are searched the phases of the season and their potentials. The errors are linear in the
/// state, so that a step of ``GaussNewton`` solves for it. Derivatives are carried along with the state:
/// O(n p) for p variables, and O(n p²) for the products. A missing value has the error 0.
struct CESProblem: SquaredErrorProblem {
    let form: CES.Form
    /// `nan` when missing.
    let values: [Double]
    /// The season of the partial form where it is not searched.
    let season: [Double]
    let searchesSeason: Bool
    let lower: [Double]
    let upper: [Double]
    let observations: Int

    /// The weights are searched for within these.
    private static let bounds = (least: 0.01, most: 1.99)
    /// A forecast may grow by this factor a step, and its season by this one a season.
    private static let largestGrowth = (step: 1.05, season: 1.2)
    /// What is left of a beginning may grow by this factor a step.
    private static let largestRoot = 1.001

    private typealias Lane = SIMD4<Double>

    /// - Parameter period: Steps in a season; `season` has as many phases where it is not searched.
    init(form: CES.Form, values: [Double], season: [Double], period: Int, searchesSeason: Bool) {
        self.form = form
        self.values = values
        self.season = season
        self.searchesSeason = searchesSeason
        self.period = form == .none ? 1 : period
        let slots = form == .simple ? period : 1
        let phases = !searchesSeason || form == .none || form == .simple ? 0 : period
        let states = 2 * slots + phases * (form == .full ? 2 : 1)
        lower =
            [Double](repeating: Self.bounds.least, count: form.weights)
            + [Double](repeating: -.infinity, count: states)
        // A real weight of the season is at most 1.
        upper =
            [Double](repeating: Self.bounds.most, count: 2) + (form == .partial ? [1] : [])
            + [Double](repeating: Self.bounds.most, count: form == .full ? 2 : 0)
            + [Double](repeating: .infinity, count: states)
        observations = values.reduce(0) { $0 + ($1.isFinite ? 1 : 0) }
    }

    private let period: Int

    /// The weights at a point.
    func weights(at point: [Double]) -> CESState.Weights {
        let count = form.weights
        return CESState.Weights(
            level: (point[0], point[1]), season: (count > 2 ? point[2] : 0, count > 3 ? point[3] : 0))
    }

    /// The state before the first value at a point.
    func state(at point: [Double]) -> CESState {
        let slots = form == .simple ? period : 1
        let levels = form.weights..<form.weights + slots
        let potentials = levels.upperBound..<levels.upperBound + slots
        let hasSeason = form == .partial || form == .full
        let phases =
            potentials.upperBound..<potentials.upperBound + (hasSeason && searchesSeason ? period : 0)
        let rest = phases.upperBound..<phases.upperBound + (form == .full ? period : 0)
        return CESState(
            form: form, level: Array(point[levels]), potential: Array(point[potentials]),
            season: hasSeason ? (searchesSeason ? Array(point[phases]) : season) : [],
            seasonPotential: Array(point[rest]))
    }

    /// The point of these weights and this state.
    func point(_ weights: CESState.Weights, _ state: CESState) -> [Double] {
        let all = [
            weights.level.real, weights.level.imaginary, weights.season.real, weights.season.imaginary,
        ]
        var point = Array(all[..<form.weights]) + state.level + state.potential
        if searchesSeason { point += state.season + state.seasonPotential }
        return point
    }

    func value(at point: [Double]) -> Double {
        let weights = weights(at: point)
        guard isAdmissible(weights) else { return .infinity }
        var state = state(at: point)
        var sum = 0.0
        state.run(over: values, weights) { _, _, error in sum += error * error }
        return sum
    }

    /// Whether errors of long ago are forgotten, and forecasts do not run away.
    ///
    /// The mean is (H + G) times the errors, with H = h/d of the level and G = g/k of the season, rational in
    /// the shift operators of one step and of a season; what is left of a beginning goes by the roots of
    /// dk + hk + gd, and a forecast by those of d.
    func isAdmissible(_ weights: CESState.Weights) -> Bool {
        let (d, h) = Self.transfer(weights.level)
        let growth = form == .simple ? Self.largestGrowth.season : Self.largestGrowth.step
        guard UnitCircle.holds(rootsOf: d, radius: growth) else { return false }
        let own = zip(d, h).map { $0 + $1 }
        guard form == .partial || form == .full else {
            return UnitCircle.holds(rootsOf: own, radius: Self.largestRoot)
        }
        let (k, g) =
            form == .full ? Self.transfer(weights.season) : ([-1, 1], [weights.season.real, 0])
        if form == .full && !UnitCircle.holds(rootsOf: k, radius: Self.largestGrowth.season) { return false }
        var polynomial = [Double](repeating: 0, count: (k.count - 1) * period + 3)
        for i in k.indices {
            for j in d.indices { polynomial[i * period + j] += k[i] * own[j] + g[i] * d[j] }
        }
        return UnitCircle.holds(rootsOf: polynomial, radius: Self.largestRoot)
    }

    /// Denominator and numerator of the mean as a function of the errors, lowest coefficient first.
    private static func transfer(_ weight: (real: Double, imaginary: Double)) -> (d: [Double], h: [Double]) {
        let (a, b) = (weight.real, weight.imaginary)
        return ([2 - a - b, a - 2, 1], [-(1 - a) * (a - b) - (1 - b) * (a + b), a - b, 0])
    }

    func linearised(at point: [Double]) -> (gram: Matrix, gradient: [Double], value: Double)? {
        let lanes = (point.count + 3) / 4
        var jacobian = Matrix(rows: values.count, columns: 4 * lanes)
        var errors = [Double](repeating: 0, count: values.count)
        jacobian.withMutableElements { cells in fill(cells, &errors, lanes: lanes, at: point) }
        let gradient = jacobian.transposeTimes(errors)
        let value = errors.reduce(0) { $0 + $1 * $1 }
        guard value.isFinite, gradient.allSatisfy({ $0.isFinite }) else { return nil }
        return (jacobian.gram(), gradient, value)
    }

    /// Runs state and derivatives side by side.
    ///
    /// - Parameter cells: One row a step: the derivatives of its error, padded to whole lanes.
    private func fill(
        _ cells: UnsafeMutableBufferPointer<Double>, _ errors: inout [Double], lanes: Int, at point: [Double]
    ) {
        let weights = weights(at: point)
        var state = state(at: point)
        let period = period
        let rows = 4 + 4 * period
        // Rows: derivatives of the four weights, of levels and potentials, of phases and their potentials.
        let store = UnsafeMutablePointer<Lane>.allocate(capacity: rows * lanes)
        store.initialize(repeating: .zero, count: rows * lanes)
        defer { store.deallocate() }
        seed(UnsafeMutableRawPointer(store).assumingMemoryBound(to: Double.self), width: 4 * lanes)
        guard let base = cells.baseAddress else { return }
        // The rows of a matrix are aligned to 64 bytes at its beginning, and are whole lanes.
        let jacobian = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Lane.self)
        let (dReal, dImaginary) = (store, store + lanes)
        let (dSeasonReal, dSeasonImaginary) = (store + 2 * lanes, store + 3 * lanes)
        let hasSeason = form == .partial || form == .full
        let isFull = form == .full
        let (a, b) = weights.level
        let (g, h) = weights.season

        for step in values.indices {
            let slot = form == .simple ? state.phase : 0
            let dLevel = store + (4 + slot) * lanes
            let dPotential = dLevel + period * lanes
            let dSeason = store + (4 + 2 * period + state.phase) * lanes
            let dSeasonPotential = dSeason + period * lanes
            let isPresent = values[step].isFinite
            let error = isPresent ? values[step] - state.next : 0
            let present = isPresent ? -1.0 : 0
            let potential = state.potential[slot]
            let seasonPotential = isFull ? state.seasonPotential[state.phase] : 0
            let row = jacobian + step * lanes
            errors[step] = error
            for k in 0..<lanes {
                let (l, c) = (dLevel[k], dPotential[k])
                let (s, p) = (dSeason[k], dSeasonPotential[k])
                let change = present * (hasSeason ? l + s : l)
                row[k] = change
                let (da, db) = (dReal[k], dImaginary[k])
                dLevel[k] = l - (1 - b) * c + db * potential + (a - b) * change + (da - db) * error
                dPotential[k] = l + (1 - a) * c - da * potential + (a + b) * change + (da + db) * error
                guard hasSeason else { continue }
                let (dg, dh) = (dSeasonReal[k], dSeasonImaginary[k])
                guard isFull else {
                    dSeason[k] = s + g * change + dg * error
                    continue
                }
                dSeason[k] = s - (1 - h) * p + dh * seasonPotential + (g - h) * change + (dg - dh) * error
                dSeasonPotential[k] =
                    s + (1 - g) * p - dg * seasonPotential + (g + h) * change + (dg + dh) * error
            }
            state.advance(error: error, weights)
        }
    }

    /// Writes what each variable is a derivative of at the beginning.
    private func seed(_ rows: UnsafeMutablePointer<Double>, width: Int) {
        func set(_ row: Int, _ column: Int) { rows[row * width + column] = 1 }
        for weight in 0..<form.weights { set(weight, weight) }
        var column = form.weights
        let slots = form == .simple ? period : 1
        for slot in 0..<slots { set(4 + slot, column + slot) }
        column += slots
        for slot in 0..<slots { set(4 + period + slot, column + slot) }
        column += slots
        guard searchesSeason, form == .partial || form == .full else { return }
        for phase in 0..<period { set(4 + 2 * period + phase, column + phase) }
        column += period
        guard form == .full else { return }
        for phase in 0..<period { set(4 + 3 * period + phase, column + phase) }
    }
}
