/// The stepwise search for the orders of an ARIMA model.
///
/// - Source: Hyndman & Khandakar, *Automatic time series forecasting: the forecast package for R*,
///   J. Statistical Software 27 (2008), section 3.2.
struct ARIMASearch {
    /// The most terms of each kind and of all.
    static let mostTerms = 5
    static let mostSeasonalTerms = 2
    static let mostTogether = 5
    /// The most models.
    static let mostModels = 94
    /// Up to this many values, and for seasons up to this, models are compared by their exact likelihood.
    static let exact = (values: 150, period: 12)
    /// Models are compared on at most so many of the latest values.
    static let longest = 1_000
    /// Models with a root nearer to 0 than this are not taken.
    static let leastRoot = 1.01
    /// So many of the models that seem best are estimated by exact likelihood before one is chosen.
    static let finalists = 3
    /// How exactly a model is estimated that is only compared.
    private static let descent = LevenbergMarquardt(maximumSteps: 10, tolerance: 1e-5)

    /// The values, none missing.
    let values: [Double]
    /// Steps in one season; 1 for none.
    let period: Int
    /// Differences, d and D.
    let differences: (plain: Int, seasonal: Int)

    /// A search among models of a series whose differences the tests choose.
    ///
    /// - Parameter differencesSeason: Whether a strong season is differenced; not where sines and cosines
    ///   have taken its mean shape already.
    init(_ values: [Double], period: Int, differencesSeason: Bool = true) {
        self.values = values
        let recent = Array(values.suffix(Self.longest))
        self.period = period > 1 && recent.count >= Differencing.fewestCycles * period ? period : 1
        differences = Differencing.choose(recent, period: differencesSeason ? self.period : 1)
    }

    /// The best model found, estimated by exact maximum likelihood.
    func run(progress: FitProgress) throws(ForecastError) -> ARMAEstimate {
        let plain = order(0, 0, 0, 0, hasConstant: differences.plain + differences.seasonal <= 1)
        let differenced = LagPolynomial.differences(plain).applied(
            to: Array(values.suffix(Self.longest + plain.lost)))
        let isShort = differenced.count <= Self.exact.values && period <= Self.exact.period
        var field = Field(differenced, isShort ? .likelihood : .conditionalSum, Self.descent)

        for start in starts(plain) where isAllowed(start) {
            try field.enter(start, near: nil, progress: progress)
        }
        while let best = field.best {
            var improved = false
            for next in neighbours(of: best.order) where isAllowed(next) && !field.knows(next) {
                guard field.entered < Self.mostModels else { break }
                try field.enter(next, near: best, progress: progress)
                guard field.best?.order == best.order else {
                    improved = true
                    break
                }
            }
            if !improved { break }
        }

        var chosen: ARMAEstimate?
        for candidate in field.ranked.prefix(Self.finalists) {
            let found = try final(candidate, progress: progress)
            guard let found, found.coefficients.hasRootsBeyond(Self.leastRoot) else { continue }
            if found.aicc < chosen?.aicc ?? .infinity { chosen = found }
        }
        if let chosen { return chosen }
        return try ARIMA.estimate(plain.bearable(by: values.count), values, progress: progress)
    }

    /// The exact estimate of a model, on more of the values than models are compared on.
    private func final(
        _ candidate: ARMAEstimate, progress: FitProgress
    ) throws(ForecastError) -> ARMAEstimate? {
        let order = candidate.order
        let window = Array(values.suffix(ARIMA.longestEstimation + order.lost))
        let problem = ARMAProblem(LagPolynomial.differences(order).applied(to: window), order)
        return try problem?.estimate(.likelihood, from: candidate.coefficients.free, progress: progress)
    }

    private func order(_ p: Int, _ q: Int, _ sp: Int, _ sq: Int, hasConstant: Bool) -> ARIMAOrder {
        ARIMAOrder(
            p, differences.plain, q, seasonal: (sp, differences.seasonal, sq),
            period: sp + differences.seasonal + sq > 0 ? period : 1, hasConstant: hasConstant)
    }

    /// The four models to begin with, and the plain one without its constant.
    private func starts(_ plain: ARIMAOrder) -> [ARIMAOrder] {
        let season = period > 1 ? 1 : 0
        let constant = plain.hasConstant
        var starts = [
            order(2, 2, season, season, hasConstant: constant), plain,
            order(1, 0, season, 0, hasConstant: constant), order(0, 1, 0, season, hasConstant: constant),
        ]
        if constant { starts.append(order(0, 0, 0, 0, hasConstant: false)) }
        return starts
    }

    /// One term more or less of one kind, or of two kinds at once; the constant on or off; two terms more
    /// or less of one kind, since the second term of a season may tell where the first says nothing.
    private func neighbours(of best: ARIMAOrder) -> [ARIMAOrder] {
        var found: [ARIMAOrder] = []
        func add(_ p: Int, _ q: Int, _ sp: Int, _ sq: Int) {
            guard min(best.p + p, best.q + q, best.seasonalP + sp, best.seasonalQ + sq) >= 0 else { return }
            found.append(
                order(
                    best.p + p, best.q + q, best.seasonalP + sp, best.seasonalQ + sq,
                    hasConstant: best.hasConstant))
        }
        if period > 1 {
            for change in [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)] {
                add(0, 0, change.0, change.1)
            }
        }
        for change in [(-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)] {
            add(change.0, change.1, 0, 0)
        }
        if differences.plain + differences.seasonal <= 1 {
            found.append(
                order(
                    best.p, best.q, best.seasonalP, best.seasonalQ, hasConstant: !best.hasConstant))
        }
        for change in period > 1 ? [2, -2] : [] {
            add(0, 0, change, 0)
            add(0, 0, 0, change)
        }
        for change in [2, -2] {
            add(change, 0, 0, 0)
            add(0, change, 0, 0)
        }
        return found
    }

    private func isAllowed(_ order: ARIMAOrder) -> Bool {
        let terms = max(order.p, order.q)
        let seasonalTerms = max(order.seasonalP, order.seasonalQ)
        let left = min(values.count, Self.longest) - order.lost
        return terms <= min(Self.mostTerms, left / 3)
            && seasonalTerms <= min(Self.mostSeasonalTerms, left / (3 * period))
            && order.coefficients <= Self.mostTogether && order == order.bearable(by: values.count)
    }
}

/// The models that were compared so far.
private struct Field {
    private let differenced: [Double]
    private let criterion: ARMAProblem.Criterion
    private let descent: LevenbergMarquardt
    private var known: Set<ARIMAOrder> = []
    private var models: [ARMAEstimate] = []

    init(_ differenced: [Double], _ criterion: ARMAProblem.Criterion, _ descent: LevenbergMarquardt) {
        self.differenced = differenced
        self.criterion = criterion
        self.descent = descent
    }

    var entered: Int { known.count }

    func knows(_ order: ARIMAOrder) -> Bool { known.contains(order) }

    var best: ARMAEstimate? { models.min { $0.aicc < $1.aicc } }

    /// The best first.
    var ranked: [ARMAEstimate] { models.sorted { $0.aicc < $1.aicc } }

    /// Estimates a model, beginning at a neighbour's parameters where there is one.
    mutating func enter(
        _ order: ARIMAOrder, near neighbour: ARMAEstimate?, progress: FitProgress
    ) throws(ForecastError) {
        guard known.insert(order).inserted, let problem = ARMAProblem(differenced, order) else { return }
        let start = neighbour.map { Self.start(order, near: $0) } ?? problem.start
        let found = try problem.estimate(criterion, from: start, search: descent, progress: progress)
        guard let found, found.aicc.isFinite else { return }
        if found.coefficients.hasRootsBeyond(ARIMASearch.leastRoot) { models.append(found) }
    }

    /// The neighbour's free parameters, kind by kind; terms that it lacks begin near 0.
    private static func start(_ order: ARIMAOrder, near neighbour: ARMAEstimate) -> [Double] {
        var rest = neighbour.coefficients.free[...]
        let from = neighbour.order
        let counts = [
            (from.p, order.p), (from.seasonalP, order.seasonalP), (from.q, order.q),
            (from.seasonalQ, order.seasonalQ),
        ]
        return counts.flatMap { (had, wanted) in
            let group = rest.prefix(had)
            rest = rest.dropFirst(had)
            let added = [Double](repeating: ARMAProblem.newParameter, count: max(wanted - had, 0))
            return group.prefix(wanted) + added
        }
    }
}
