import Glibc
import Numerics

/// The regression problem of one history: a row a target, a column a lag, a phase or the constant.
struct RidgeDesign {
    let lags: [Int]
    /// Steps in the season whose phase has columns; 1 when it has none.
    let period: Int
    /// The value and the spread that standardise the history.
    let centre: Double
    let spread: Double
    /// The number of steps of the history.
    let count: Int

    private let rows: Matrix
    private let targets: [Double]
    /// The mean that was taken off each phase column.
    private let phaseMeans: [Double]

    /// `nil` when the history is constant, or too short for a single row.
    init?(_ history: FilledHistory, period: Int, longPeriod: Int) {
        let y = history.values
        count = y.count
        centre = y[count - 1]
        let mean = y.reduce(0, +) / Double(count)
        let spread = (y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
        guard spread > 0, spread.isFinite else { return nil }
        self.spread = spread
        let lags = RidgeAutoregression.lags(count: count, period: period, longPeriod: longPeriod)
        self.lags = lags
        self.period = period > 1 && count >= 3 * period ? period : 1

        let first = lags[lags.count - 1]
        let targetSteps = (first..<count).filter { !history.wasMissing[$0] }
        guard targetSteps.count >= 2 else { return nil }

        let phases = RidgeDesign.phaseTable(period: self.period)
        let lagColumns = lags.count - 1
        let columns = lagColumns + phases.columns + 1
        var means = [Double](repeating: 0, count: phases.columns)
        for step in targetSteps {
            for (j, cell) in phases.row(of: step).enumerated() { means[j] += cell }
        }
        for j in means.indices { means[j] /= Double(targetSteps.count) }

        var matrix = Matrix(rows: targetSteps.count, columns: columns)
        var targets = [Double](repeating: 0, count: targetSteps.count)
        let centre = self.centre
        matrix.withMutableElements { cells in
            for (row, step) in targetSteps.enumerated() {
                let cell = cells.baseAddress.unsafelyUnwrapped + row * columns
                let last = (y[step - 1] - centre) / spread
                targets[row] = (y[step] - centre) / spread - last
                for j in 0..<lagColumns { cell[j] = (y[step - lags[j + 1]] - centre) / spread - last }
                let phase = (step % phases.period) * phases.columns
                for j in 0..<phases.columns { cell[lagColumns + j] = phases.cells[phase + j] - means[j] }
                cell[columns - 1] = RidgeAutoregression.constantScale
            }
        }
        rows = matrix
        self.targets = targets
        phaseMeans = means
    }

    /// The coefficients of the penalty with the least generalised cross-validation error.
    ///
    /// - Returns: `nil` when the eigendecomposition fails, which no finite history is known to cause.
    func solve(penalties: [Double]) -> Solution? {
        let products = rows.transposeTimes(targets)
        guard let eigen = try? SymmetricEigen(rows.gram()) else { return nil }
        let projected = eigen.vectors.transposeTimes(products)
        let energy = targets.reduce(0) { $0 + $1 * $1 }
        let count = Double(targets.count)

        var best = (error: Double.infinity, penalty: penalties[0])
        for penalty in penalties {
            var freedom = 0.0
            var residual = energy
            for (value, share) in zip(eigen.values, projected) {
                let value = max(value, 0)
                let coefficient = share / (value + penalty)
                freedom += value / (value + penalty)
                residual += value * coefficient * coefficient - 2 * coefficient * share
            }
            let left = max(count - freedom, 1)
            let error = residual / (left * left)
            if error < best.error { best = (error, penalty) }
        }
        let shrunk = zip(eigen.values, projected).map { $1 / (max($0, 0) + best.penalty) }
        return Solution(coefficients: eigen.vectors.times(shrunk))
    }

    /// Coefficients in the order of the columns: lags from the second on, phases, constant.
    struct Solution {
        let coefficients: [Double]
    }

    /// The coefficients of the lags from the second on, and what each phase adds to the last value,
    /// in the unit of the series; one phase when there is no season.
    func parameters(_ solution: Solution) -> (lagWeights: [Double], phaseOffsets: [Double]) {
        let lagColumns = lags.count - 1
        let beta = solution.coefficients
        let phases = RidgeDesign.phaseTable(period: period)
        var base = beta[beta.count - 1] * RidgeAutoregression.constantScale
        for (j, mean) in phaseMeans.enumerated() { base -= beta[lagColumns + j] * mean }
        let offsets = (0..<period).map { phase in
            let row = phases.row(of: phase)
            return zip(row, beta[lagColumns...]).reduce(base) { $0 + $1.0 * $1.1 } * spread
        }
        return (Array(beta[..<lagColumns]), offsets)
    }

    /// The phase columns of every step of one season.
    private static func phaseTable(period: Int) -> PhaseTable {
        guard period > 1 else { return PhaseTable(period: 1, columns: 0, cells: []) }
        let scale = RidgeAutoregression.phaseScale
        if period <= RidgeAutoregression.longestPeriodWithDummies {
            var cells = [Double](repeating: 0, count: period * period)
            for phase in 0..<period { cells[phase * period + phase] = scale }
            return PhaseTable(period: period, columns: period, cells: cells)
        }
        var cells: [Double] = []
        cells.reserveCapacity(period * 2 * RidgeAutoregression.harmonics)
        for phase in 0..<period {
            for harmonic in 1...RidgeAutoregression.harmonics {
                let angle = 2 * Double.pi * Double(harmonic) * Double(phase) / Double(period)
                cells.append(scale * cos(angle))
                cells.append(scale * sin(angle))
            }
        }
        return PhaseTable(period: period, columns: 2 * RidgeAutoregression.harmonics, cells: cells)
    }

    private struct PhaseTable {
        let period: Int
        let columns: Int
        let cells: [Double]

        func row(of step: Int) -> ArraySlice<Double> {
            let start = (step % period) * columns
            return cells[start..<start + columns]
        }
    }
}
