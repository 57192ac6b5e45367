import Glibc
import Numerics

/// Forecasts that repeat a profile of the season, or a level without one, found by robust or smoothed
/// means over the last cycles.
enum CycleProfiles {
    /// The mean shape of the last cycles on a path of their levels.
    ///
    /// The shape is the ratio to the mean of a cycle (the difference where values may be negative); the
    /// levels of the cycles are carried on by a ridge autoregression, or smoothed when they are few.
    ///
    /// - Source: the frozen shape of *FLAIR*, arXiv 2605.07222.
    static func shape(
        _ y: [Double], period: Int, longPeriod: Int, steps: Int, _ recipe: AutoRecipe
    ) -> [Double] {
        let cycles = y.count / period
        guard period > 1, cycles >= 3 else { return [Double](repeating: y[y.count - 1], count: steps) }
        let tail = Array(y.suffix(cycles * period))
        let levels = (0..<cycles).map { cycle in
            tail[cycle * period..<(cycle + 1) * period].reduce(0, +) / Double(period)
        }
        let isRatio = (y.min() ?? 0) >= 0 && (levels.min() ?? 0) > 1e-9
        let used = min(shapeCycles, cycles)
        var shape = [Double](repeating: 0, count: period)
        for cycle in cycles - used..<cycles {
            for phase in 0..<period {
                let value = tail[cycle * period + phase]
                shape[phase] += (isRatio ? value / levels[cycle] : value - levels[cycle]) / Double(used)
            }
        }
        let cyclesAhead = (steps + period - 1) / period
        let path: [Double]
        if cycles >= leastCyclesForRegression {
            let ratio = longPeriod > period && longPeriod % period == 0 ? longPeriod / period : 1
            path = PooledRidge(period: cycles >= 3 * ratio ? ratio : 1, recipe: recipe).forecast(
                levels, steps: cyclesAhead)
        } else {
            path = [Double](repeating: SmoothingAverage.level(levels[...]).level, count: cyclesAhead)
        }
        return (0..<steps).map {
            isRatio ? path[$0 / period] * shape[$0 % period] : path[$0 / period] + shape[$0 % period]
        }
    }

    private static let shapeCycles = 4
    private static let leastCyclesForRegression = 15

    /// One smoothed level for each phase of the season.
    struct PhaseLevels {
        /// The levels after the last value, repeated over the steps ahead.
        let forecast: [Double]
        /// The errors one cycle ahead, from the second cycle on.
        let errors: [Double]
    }

    private static let phaseWeights: [Double] = [0.08, 0.15, 0.3, 0.5, 0.75, 1]

    /// Simple exponential smoothing of every phase by itself; the weight, among at most `weights`, with the
    /// least absolute error a cycle ahead.
    static func phaseLevels(
        _ y: [Double], period wanted: Int, steps: Int, weights: Int = 6
    ) -> PhaseLevels {
        let count = y.count
        let period = count < 2 * wanted ? 1 : wanted
        var best = Double.infinity
        var forecast = [Double](repeating: y[count - 1], count: steps)
        var bestErrors = [Double](repeating: 0, count: count - period)
        var errors = bestErrors
        var levels = [Double](repeating: 0, count: period)
        y.withUnsafeBufferPointer { y in
            for weight in phaseWeights.prefix(weights) {
                var sum = 0.0
                levels.withUnsafeMutableBufferPointer { levels in
                    errors.withUnsafeMutableBufferPointer { errors in
                        for phase in 0..<period { levels[phase] = y[phase] }
                        var phase = 0
                        var cycle = 1.0
                        for t in period..<count {
                            let error = y[t] - levels[phase]
                            errors[t - period] = error
                            sum += abs(error)
                            levels[phase] += max(weight, 1 / (cycle + 1)) * error
                            phase += 1
                            if phase == period {
                                phase = 0
                                cycle += 1
                            }
                        }
                    }
                }
                if sum < best {
                    best = sum
                    swap(&errors, &bestErrors)
                    for h in 0..<steps { forecast[h] = levels[(count + h) % period] }
                }
            }
        }
        return PhaseLevels(forecast: forecast, errors: bestErrors)
    }

    /// Phase levels, and a third-order autoregression of their errors a cycle ahead.
    static func correctedPhaseLevels(_ y: [Double], period: Int, steps: Int) -> [Double] {
        guard period >= 2, y.count >= 2 * period + 20 else {
            return phaseLevels(y, period: period, steps: steps).forecast
        }
        let levels = phaseLevels(y, period: period, steps: steps, weights: 5)
        let errors = levels.errors
        let mean = errors.reduce(0, +) / Double(errors.count)
        let spread = (errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(errors.count)).squareRoot()
        guard spread > 0, spread.isFinite else { return levels.forecast }
        let z = errors.map { $0 / spread }
        let held = z.map { min(max($0, -4), 4) }
        var gram = Matrix(rows: 3, columns: 3)
        var products = [0.0, 0, 0]
        for t in 3..<held.count {
            for i in 0..<3 {
                products[i] += held[t - 1 - i] * held[t]
                for j in 0...i { gram[i, j] += held[t - 1 - i] * held[t - 1 - j] }
            }
        }
        for i in 0..<3 {
            gram[i, i] += 3
            for j in 0..<i { gram[j, i] = gram[i, j] }
        }
        guard let weights = try? Cholesky(gram).solve(products) else { return levels.forecast }
        var last = (z[z.count - 1], z[z.count - 2], z[z.count - 3])
        return levels.forecast.map { level in
            let error = weights[0] * last.0 + weights[1] * last.1 + weights[2] * last.2
            let value = min(max(error, -6), 6)
            last = (value, last.0, last.1)
            return level + value * spread
        }
    }

    /// The median of the last values, over the window that did best at eight earlier origins.
    static func windowMedian(_ y: [Double], period: Int, steps: Int) -> Double {
        let count = y.count
        let base = period > 1 ? period : 4
        let windows = [max(base / 4, 2), base, 2 * base, 4 * base, 7 * base, 16 * base]
        var best = (error: Double.infinity, window: base)
        var scratch: [Double] = []
        func median(_ range: Range<Int>) -> Double {
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: y[range])
            return Descriptive.median(inPlace: &scratch)
        }
        for window in windows where window <= count {
            var sum = 0.0
            var compared = 0
            for origin in 1...8 {
                let t = count - origin * max(steps / 2, 1)
                guard t - window >= 0, t >= 2 else { break }
                let centre = median(t - window..<t)
                for step in t..<min(t + steps, count) {
                    sum += abs(y[step] - centre)
                    compared += 1
                }
            }
            guard compared > 0 else { continue }
            let error = sum / Double(compared)
            if error < best.error { best = (error, window) }
        }
        return median(count - min(best.window, count)..<count)
    }

    /// The median of each phase over the last seven cycles; of the last seven values without a season.
    static func phaseMedians(_ y: [Double], period: Int, steps: Int) -> [Double] {
        guard let medians = medians(y, period: period, of: steps) else {
            return [Double](repeating: Descriptive.median(Array(y.suffix(7))), count: steps)
        }
        return (0..<steps).map { medians[$0 % period] }
    }

    /// The medians of the phases, and a smoothed level of what they leave of the last values.
    static func levelledMedians(_ y: [Double], period: Int, steps: Int) -> [Double] {
        let count = y.count
        let medians = medians(y, period: period, of: period) ?? [0]
        let recent = min(count, max(60, 2 * period))
        let rest = (0..<recent).map { i in
            let age = recent - 1 - i
            return y[count - 1 - age] - medians[medians.count - 1 - age % medians.count]
        }
        let level = SmoothingAverage.level(rest[...]).level
        return (0..<steps).map { level + medians[$0 % medians.count] }
    }

    /// The medians of the first `phases` phases after the end; `nil` with fewer than three cycles.
    private static func medians(_ y: [Double], period: Int, of phases: Int) -> [Double]? {
        let count = y.count
        guard period >= 2, count >= 3 * period else { return nil }
        let cycles = min(7, count / period)
        var scratch = [Double](repeating: 0, count: cycles)
        return (0..<min(period, phases)).map { phase in
            for cycle in 0..<cycles { scratch[cycle] = y[count - (cycle + 1) * period + phase] }
            return Descriptive.median(inPlace: &scratch)
        }
    }
}
