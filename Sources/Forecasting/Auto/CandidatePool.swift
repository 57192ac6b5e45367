import Numerics

/// The candidate forecasts of one history, which the automatic combination weighs.
struct CandidatePool {
    /// The candidates in the order of the learned weights.
    static let names = [
        "snaive", "snaiveL", "ses", "theta", "holt", "hwlog", "ridge", "ridgelog", "ridge2", "sdridge",
        "shape",
        "ssesL", "med", "smed", "thetalog", "ssesar", "dholt", "smedl",
    ]

    /// One path of `steps` values a candidate, in the unit of the history.
    let forecasts: [[Double]]

    /// Smoothing looks at so many of the last values, or at two long seasons.
    private static let window = (values: 400, longPeriod: 96)

    /// The periods that a history of `count` values can show: two cycles of the first, three of the second.
    static func usable(period: Int, longPeriod: Int, count: Int) -> (period: Int, longPeriod: Int) {
        let period = count < 2 * period ? 1 : period
        return (period, longPeriod <= period || count < 3 * longPeriod ? 0 : longPeriod)
    }

    /// Forecasts of every candidate.
    ///
    /// - Parameters:
    ///   - y: At least one value, all finite.
    ///   - adjustment: Of `y` for the usable periods.
    init(
        _ y: [Double], adjustment: SeasonalAdjustment, period m: Int, longPeriod: Int, steps: Int,
        recipe: AutoRecipe = .current
    ) {
        let count = y.count
        let last = y[count - 1]
        let lowest = y.min() ?? last
        let highest = y.max() ?? last
        let range = highest - lowest
        guard range > 0, count >= 4 else {
            forecasts = Self.names.prefix(recipe.candidates).map { _ in
                [Double](repeating: last, count: steps)
            }
            return
        }
        let period = longPeriod > 0 ? longPeriod : m
        let window = m < Self.window.longPeriod ? Self.window.values : 2 * m
        let effects = adjustment.effects(steps: steps)
        func seasonal(_ path: [Double]) -> [Double] {
            adjustment.isMultiplicative
                ? zip(path, effects).map { $0 * $1 } : zip(path, effects).map { $0 + $1 }
        }
        let recent = adjustment.adjusted.suffix(window)
        let level = SmoothingAverage.level(recent)
        let transform = ValueTransform(y)
        let transformed = transform.values
        // Candidates that repeat or average what was must not average across a shift of the level.
        let healed = recipe.guardsLevel ? LevelShift.healed(y, period: m) : y
        func repeated(_ period: Int) -> [Double] {
            (0..<steps).map { healed[count - period + $0 % period] }
        }

        let smoothed: [Double]
        if m > 1, count >= 2 * m + 2 {
            smoothed = SmoothingAverage.season(
                Array(transformed.suffix(max(window, 6 * m))), period: m, steps: steps)
        } else {
            smoothed = SmoothingAverage.trend(
                transformed.suffix(window), dampings: [0.9, 0.98], steps: steps)
        }
        let rich = PooledRidge(period: m, longPeriod: longPeriod, isRich: true, clip: 2.5, recipe: recipe)
            .forecast(y, steps: steps)
        let plain = PooledRidge(period: m, longPeriod: longPeriod, recipe: recipe)
        var paths: [[Double]] = [
            repeated(m),
            repeated(period),
            seasonal([Double](repeating: level.level, count: steps)),
            seasonal(SmoothingAverage.theta(recent, level, steps: steps)),
            seasonal(SmoothingAverage.trend(recent, dampings: [0.98, 1], steps: steps)),
            transform.restored(smoothed),
            plain.forecast(y, steps: steps),
            transform.restored(plain.forecast(transformed, steps: steps)),
            rich,
            Self.seasonalDifference(y, period: period, shortPeriod: m, steps: steps, recipe) ?? rich,
            CycleProfiles.shape(healed, period: m, longPeriod: longPeriod, steps: steps, recipe),
            CycleProfiles.phaseLevels(healed, period: period, steps: steps).forecast,
            [Double](repeating: CycleProfiles.windowMedian(healed, period: m, steps: steps), count: steps),
            CycleProfiles.phaseMedians(healed, period: m, steps: steps),
            Self.transformedTheta(transform, isSeasonal: adjustment.isSeasonal, period: m, window, steps),
            CycleProfiles.correctedPhaseLevels(healed, period: period, steps: steps),
        ]
        if recipe.candidates > paths.count {
            paths.append(seasonal(SmoothingAverage.trend(recent, dampings: [0.8, 0.9], steps: steps)))
            paths.append(CycleProfiles.levelledMedians(healed, period: m, steps: steps))
        }
        forecasts = paths.map { path in
            path.map { value in
                let held = value.isFinite ? min(max(value, lowest - range), highest + range) : last
                return lowest >= 0 ? max(held, 0) : held
            }
        }
    }

    /// A ridge autoregression of the difference to the value a season earlier.
    private static func seasonalDifference(
        _ y: [Double], period: Int, shortPeriod: Int, steps: Int, _ recipe: AutoRecipe
    ) -> [Double]? {
        let count = y.count
        guard period > 1, count >= 3 * period + 12 else { return nil }
        let differences = (period..<count).map { y[$0] - y[$0 - period] }
        let ridge =
            shortPeriod >= 24
            ? PooledRidge(period: 1, longPeriod: shortPeriod, clip: 2.5, recipe: recipe)
            : PooledRidge(period: shortPeriod, clip: 2.5, recipe: recipe)
        var path = ridge.forecast(differences, steps: steps)
        for h in 0..<steps { path[h] += h < period ? y[count - period + h] : path[h - period] }
        return path
    }

    /// Theta on the transformed values, with an additive season where the history has one.
    private static func transformedTheta(
        _ transform: ValueTransform, isSeasonal: Bool, period: Int, _ window: Int, _ steps: Int
    ) -> [Double] {
        let adjustment = SeasonalAdjustment(
            transform.values, period: isSeasonal ? period : 1, longPeriod: 0, mode: .additive)
        let recent = adjustment.adjusted.suffix(window)
        let path = SmoothingAverage.theta(recent, SmoothingAverage.level(recent), steps: steps)
        return transform.restored(zip(path, adjustment.effects(steps: steps)).map { $0 + $1 })
    }
}
