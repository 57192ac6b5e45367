import Glibc
import Numerics

/// The ridge autoregression of the pool: that of ``RidgeAutoregression``, with a richer set of lags and
/// held residuals where wished, for a history without gaps.
struct PooledRidge {
    /// Steps in the shortest season, 1 for none.
    var period: Int
    /// Steps in a second season, 0 for none.
    var longPeriod = 0
    /// Whether more lags around the seasons take part.
    var isRich = false
    /// Targets are held within so many robust spreads of their first fit, which is then repeated; 0 for
    /// as they are.
    var clip = 0.0
    var recipe = AutoRecipe.current

    /// A median absolute deviation times this is a standard deviation, if normal.
    private static let robustScale = 1.4826

    /// The lags for a history of `count` steps, ascending.
    private func lags(count: Int) -> [Int] {
        var lags: Set = [1, 2, 3]
        if isRich {
            lags.formUnion(4...8)
            if period > 1 {
                lags.formUnion([
                    period - 2, period + 2, 2 * period - 1, 2 * period + 1, 3 * period,
                ])
            }
        }
        if period > 1 { lags.formUnion([period - 1, period, period + 1, 2 * period]) }
        if longPeriod > period {
            lags.formUnion([longPeriod - 1, longPeriod, longPeriod + 1])
            if isRich { lags.insert(2 * longPeriod) }
        }
        var longest = max(1, (count - 10) / (isRich ? 3 : 2))
        if period >= 96 { longest = min(longest, 2 * period + 1) }
        let usable = lags.filter { $0 >= 1 && $0 <= longest }.sorted()
        guard let last = usable.last, count - last >= 12 else { return [1] }
        return usable
    }

    /// The recursive forecast; the last value where nothing varies.
    func forecast(_ history: [Double], steps: Int) -> [Double] {
        let centre = history[history.count - 1]
        let mean = history.reduce(0, +) / Double(history.count)
        let variance = history.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(history.count)
        let spread = variance.squareRoot()
        guard spread > 0, spread.isFinite else { return [Double](repeating: centre, count: steps) }
        let y = history.suffix(recipe.rowsOfRidge(period: period) ?? history.count)
        let count = y.count
        let z = y.map { ($0 - centre) / spread }
        let lags = lags(count: count)
        let phases = PhaseColumns(period: period > 1 && count >= 3 * period ? period : 1)
        let first = lags[lags.count - 1]
        let rows = count - first
        let lagColumns = lags.count - 1
        let columns = lagColumns + phases.columns + 1
        let means = recipe.centres(phases, from: first, to: count)

        var targets = [Double](repeating: 0, count: rows)
        var design = Matrix(rows: rows, columns: columns)
        design.withMutableElements { cells in
            z.withUnsafeBufferPointer { z in
                targets.withUnsafeMutableBufferPointer { targets in
                    phases.cells.withUnsafeBufferPointer { table in
                        var phase = first % phases.period
                        var cell = 0
                        for row in 0..<rows {
                            let t = first + row
                            let last = z[t - 1]
                            targets[row] = z[t] - last
                            for j in 0..<lagColumns { cells[cell + j] = z[t - lags[j + 1]] - last }
                            for j in 0..<phases.columns {
                                cells[cell + lagColumns + j] = table[phase * phases.columns + j] - means[j]
                            }
                            cells[cell + columns - 1] = RidgeAutoregression.constantScale
                            cell += columns
                            phase = phase + 1 == phases.period ? 0 : phase + 1
                        }
                    }
                }
            }
        }
        guard let path = RidgePath(design) else { return [Double](repeating: centre, count: steps) }
        var beta = path.coefficients(targets)
        if clip > 0 {
            var residuals = design.times(beta)
            for i in 0..<rows { residuals[i] = targets[i] - residuals[i] }
            var sizes = residuals.map { abs($0) }
            let middle = Descriptive.value(ofRank: rows / 2, inPlace: &sizes)
            let limit = max(clip * Self.robustScale * middle, 1e-12)
            if middle > 0 {
                for i in 0..<rows where abs(residuals[i]) > limit {
                    targets[i] -= residuals[i] - (residuals[i] > 0 ? limit : -limit)
                }
                beta = path.coefficients(targets)
            }
        }

        var base = beta[columns - 1] * RidgeAutoregression.constantScale
        for j in 0..<phases.columns { base -= beta[lagColumns + j] * means[j] }
        let offsets = (0..<phases.period).map { phase in
            (0..<phases.columns).reduce(base) {
                $0 + beta[lagColumns + $1] * phases.cells[phase * phases.columns + $1]
            }
        }
        var values = z
        values.reserveCapacity(count + steps)
        let bound = RidgeAutoregression.bound
        for t in count..<count + steps {
            let last = values[t - 1]
            var value = last + offsets[t % phases.period]
            for j in 0..<lagColumns { value += beta[j] * (values[t - lags[j + 1]] - last) }
            values.append(min(max(value, -bound), bound))
        }
        return values[count...].map { $0 * spread + centre }
    }
}
