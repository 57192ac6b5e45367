import Glibc
import Numerics

/// The search for weights and initial state of one form over one window of values.
///
/// Variables: weight of the level, its share that the trend takes, the share of the rest that the season
/// takes, damping; then level, slope and, when it is searched, one value a phase. The errors f are
/// one-step errors, for a multiplicative error e = d/μ times the geometric mean of the means, so that
/// n ln Σf² = n ln Σe² + 2 Σ ln|μ|: least squares is maximum likelihood for each form.
///
/// The derivatives of all errors are carried along with the state: O(n p) for p variables, and O(n p²) for
/// the products. A missing value has the error 0.
struct ETSProblem: SquaredErrorProblem {
    let form: ETS.Form
    /// Without `inf`; `nan` when missing.
    let values: [Double]
    /// The season where it is not searched, else only its length matters.
    let season: [Double]
    /// Whether the phases of the season are variables.
    let searchesSeason: Bool
    let lower: [Double]
    let upper: [Double]
    let observations: Int

    /// The usual bounds of the weights and the damping, those of `ets` of the R package forecast.
    static let weightBounds = (least: 1e-4, most: 0.9999)
    static let dampingBounds = (least: 0.8, most: 0.98)

    private static let firstPhaseRow = 7

    private typealias Lane = SIMD4<Double>
    private var isSeasonal: Bool { form.season != .none }
    private var multiplies: Bool { form.season == .multiplicative }
    private var isRelative: Bool { form.error == .multiplicative }
    private var weightCount: Int { form.weights }
    private var stateStart: Int { weightCount + 1 + (form.trend == .none ? 0 : 1) }

    init(
        form: ETS.Form, values: [Double], season: [Double], searchesSeason: Bool,
        damping: (least: Double, most: Double) = Self.dampingBounds,
        weights: (least: Double, most: Double) = Self.weightBounds
    ) {
        self.form = form
        self.values = values
        self.season = form.season == .none ? [] : season
        self.searchesSeason = searchesSeason && form.season != .none
        var lower = [weights.least]
        var upper = [weights.most]
        if form.trend != .none {
            lower.append(0)
            upper.append(1)
        }
        if form.season != .none {
            lower.append(0)
            upper.append(1)
        }
        if form.trend == .damped {
            lower.append(damping.least)
            upper.append(damping.most)
        }
        let states = 1 + (form.trend == .none ? 0 : 1) + (self.searchesSeason ? season.count : 0)
        lower += [Double](repeating: -.infinity, count: states)
        upper += [Double](repeating: .infinity, count: states)
        self.lower = lower
        self.upper = upper
        leastWeight = weights.least
        observations = values.reduce(0) { $0 + ($1.isFinite ? 1 : 0) }
    }

    private let leastWeight: Double

    /// The weights at a point: a share of 0 is the least weight, one of 1 the most that the level leaves.
    func weights(at point: [Double]) -> ETSState.Weights {
        var weights = ETSState.Weights(level: point[0], trend: 0, season: 0, damping: 0)
        var next = 1
        if form.trend != .none {
            weights.trend = leastWeight + (point[0] - leastWeight) * point[next]
            weights.damping = 1
            next += 1
        }
        if isSeasonal {
            weights.season = leastWeight + (1 - point[0] - leastWeight) * point[next]
            next += 1
        }
        if form.trend == .damped { weights.damping = point[next] }
        return weights
    }

    /// The state before the first value at a point.
    func state(at point: [Double]) -> ETSState {
        let season = searchesSeason ? Array(point[stateStart...]) : self.season
        return ETSState(
            level: point[weightCount], trend: form.trend == .none ? 0 : point[weightCount + 1],
            season: season, multiplies: multiplies)
    }

    /// The point of these weights and this state.
    func point(_ weights: ETSState.Weights, _ state: ETSState) -> [Double] {
        func share(_ weight: Double, of whole: Double) -> Double {
            whole > leastWeight ? min(max((weight - leastWeight) / (whole - leastWeight), 0), 1) : 0
        }
        var point = [weights.level]
        if form.trend != .none { point.append(share(weights.trend, of: weights.level)) }
        if isSeasonal { point.append(share(weights.season, of: 1 - weights.level)) }
        if form.trend == .damped { point.append(weights.damping) }
        point.append(state.level)
        if form.trend != .none { point.append(state.trend) }
        if searchesSeason { point += state.season }
        return point
    }

    /// One pass without derivatives; `inf` also where the weights are not admissible.
    func value(at point: [Double]) -> Double {
        let weights = weights(at: point)
        guard ETS.isAdmissible(weights, form: form, period: season.count) else { return .infinity }
        var state = state(at: point)
        var sum = 0.0
        var means = GeometricMean()
        var exists = true
        state.run(over: values, weights) { step, mean, error in
            guard isRelative else {
                sum += error * error
                return
            }
            if !(mean > 0) { exists = false }
            let relative = error / mean
            sum += relative * relative
            if values[step].isFinite { means.add(mean) }
        }
        guard exists else { return .infinity }
        return isRelative ? sum * means.squared : sum
    }

    func linearised(at point: [Double]) -> (gram: Matrix, gradient: [Double], value: Double)? {
        let lanes = (point.count + 3) / 4
        let width = 4 * lanes
        var jacobian = Matrix(rows: values.count, columns: width)
        var errors = [Double](repeating: 0, count: values.count)
        var shares = [Double](repeating: 0, count: width)
        var means = GeometricMean()
        let exists = jacobian.withMutableElements { cells in
            errors.withUnsafeMutableBufferPointer { errors in
                shares.withUnsafeMutableBufferPointer { shares in
                    fill(cells, errors, shares, &means, lanes: lanes, at: point)
                }
            }
        }
        guard exists else { return nil }
        var gram = jacobian.gram()
        var gradient = jacobian.transposeTimes(errors)
        var value = errors.reduce(0) { $0 + $1 * $1 }
        if isRelative {
            // f = e·g with g the geometric mean, whose derivative is g times the mean of dμ/μ.
            let scale = means.squared
            let count = Double(max(means.count, 1))
            for i in shares.indices { shares[i] /= count }
            for i in 0..<width {
                for j in 0..<width {
                    let change = gradient[i] * shares[j] + shares[i] * gradient[j]
                    gram[i, j] = (gram[i, j] + change + value * shares[i] * shares[j]) * scale
                }
            }
            for i in 0..<width { gradient[i] = (gradient[i] + value * shares[i]) * scale }
            value *= scale
        }
        guard value.isFinite, gradient.allSatisfy({ $0.isFinite }) else { return nil }
        return (gram, gradient, value)
    }

    /// Runs state and derivatives side by side.
    ///
    /// - Parameters:
    ///   - cells: One row a step: the derivatives of its error, padded to whole lanes.
    ///   - shares: Takes Σ dμ/μ.
    /// - Returns: Whether the model exists here.
    private func fill(
        _ cells: UnsafeMutableBufferPointer<Double>, _ errors: UnsafeMutableBufferPointer<Double>,
        _ shares: UnsafeMutableBufferPointer<Double>, _ means: inout GeometricMean, lanes: Int,
        at point: [Double]
    ) -> Bool {
        let weights = weights(at: point)
        var state = state(at: point)
        let period = max(state.season.count, 1)
        // Rows: derivatives of level, slope, weight of level, of trend, of season, damping, then Σ dμ/μ, then
        // the derivatives of the phases.
        let rows = Self.firstPhaseRow + period
        let store = UnsafeMutablePointer<Lane>.allocate(capacity: rows * lanes)
        store.initialize(repeating: .zero, count: rows * lanes)
        defer { store.deallocate() }
        seed(UnsafeMutableRawPointer(store).assumingMemoryBound(to: Double.self), width: 4 * lanes, point)
        let (dLevel, dTrend) = (store, store + lanes)
        let (dAlpha, dBeta, dGamma) = (store + 2 * lanes, store + 3 * lanes, store + 4 * lanes)
        let (dPhi, sums) = (store + 5 * lanes, store + 6 * lanes)
        guard let cellBase = cells.baseAddress else { return true }
        // The rows of a matrix are aligned to 64 bytes at its beginning, and are whole lanes.
        let jacobian = UnsafeMutableRawPointer(cellBase).assumingMemoryBound(to: Lane.self)
        defer {
            for k in 0..<lanes { for i in 0..<4 { shares[4 * k + i] = sums[k][i] } }
        }
        let (alpha, beta, gamma, phi) = (weights.level, weights.trend, weights.season, weights.damping)
        let hasSeason = isSeasonal
        let (multiplies, isRelative) = (multiplies, isRelative)

        return values.withUnsafeBufferPointer { values in
            for step in values.indices {
                let dSeason = store + (Self.firstPhaseRow + state.phase) * lanes
                let slope = phi * state.trend
                let path = state.level + slope
                let seasonal = hasSeason ? state.season[state.phase] : (multiplies ? 1 : 0)
                let mean = multiplies ? path * seasonal : path + seasonal
                guard mean.isFinite, !isRelative || mean > 0, !multiplies || seasonal > 0 else {
                    return false
                }
                let value = values[step]
                let isPresent = value.isFinite
                let error = isPresent ? value - mean : 0
                // dμ = byPath·dq + bySeason·ds; what a unit of error moves level and season by, and how
                // that changes with s and with q.
                let byPath = multiplies ? seasonal : 1
                let bySeason = hasSeason ? (multiplies ? path : 1) : 0
                let toLevel = multiplies ? 1 / seasonal : 1
                let toSeason = hasSeason ? (multiplies ? 1 / path : 1) : 0
                let levelCurve = multiplies ? -error / (seasonal * seasonal) : 0
                let seasonCurve = multiplies ? -error / (path * path) : 0
                let toError = isPresent ? (isRelative ? value / (mean * mean) : 1) : 0
                let toShare = isRelative && isPresent ? 1 / mean : 0
                let present = isPresent ? -1.0 : 0
                let moved = error * toLevel
                let turned = error * toSeason
                let row = jacobian + step * lanes
                for k in 0..<lanes {
                    let fade = phi * dTrend[k] + state.trend * dPhi[k]
                    let toPath = dLevel[k] + fade
                    let old = dSeason[k]
                    let meanChange = byPath * toPath + bySeason * old
                    let errorChange = present * meanChange
                    row[k] = toError * errorChange
                    sums[k] += toShare * meanChange
                    let push = toLevel * errorChange + levelCurve * old
                    dLevel[k] = toPath + alpha * push + moved * dAlpha[k]
                    dTrend[k] = fade + beta * push + moved * dBeta[k]
                    let turn = toSeason * errorChange + seasonCurve * toPath
                    dSeason[k] = old + gamma * turn + turned * dGamma[k]
                }
                errors[step] = isRelative ? error / mean : error
                if isRelative && isPresent { means.add(mean) }
                state.advance(error: error, weights)
            }
            return true
        }
    }

    /// Writes what each variable is a derivative of at the beginning.
    private func seed(_ rows: UnsafeMutablePointer<Double>, width: Int, _ point: [Double]) {
        func set(_ row: Int, _ column: Int, _ value: Double) { rows[row * width + column] = value }
        let level = point[0]
        set(2, 0, 1)
        var next = 1
        if form.trend != .none {
            set(3, 0, point[next])
            set(3, next, level - leastWeight)
            next += 1
        }
        if isSeasonal {
            set(4, 0, -point[next])
            set(4, next, 1 - level - leastWeight)
            next += 1
        }
        if form.trend == .damped { set(5, next, 1) }
        set(0, weightCount, 1)
        if form.trend != .none { set(1, weightCount + 1, 1) }
        if searchesSeason {
            for phase in season.indices { set(Self.firstPhaseRow + phase, stateStart + phase, 1) }
        }
    }
}

/// The geometric mean of positive numbers, with few logarithms.
struct GeometricMean {
    private var logarithm = 0.0
    private var product = 1.0
    private(set) var count = 0

    /// Products within these are not yet turned into a logarithm.
    private static let safe = (least: 1e-100, most: 1e100)

    mutating func add(_ value: Double) {
        product *= value
        count += 1
        if product < Self.safe.least || product > Self.safe.most {
            logarithm += log(product)
            product = 1
        }
    }

    /// Σ ln x.
    var logarithmOfProduct: Double { logarithm + log(product) }

    /// The square of the mean; 1 of no number.
    var squared: Double { count == 0 ? 1 : exp(2 * logarithmOfProduct / Double(count)) }
}
