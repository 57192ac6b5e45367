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

        let phases = PhaseColumns(period: self.period)
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
    func solve() -> Solution? {
        RidgePath(rows).map { Solution(coefficients: $0.coefficients(targets)) }
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
        let phases = PhaseColumns(period: period)
        var base = beta[beta.count - 1] * RidgeAutoregression.constantScale
        for (j, mean) in phaseMeans.enumerated() { base -= beta[lagColumns + j] * mean }
        let offsets = (0..<period).map { phase in
            let row = phases.row(of: phase)
            return zip(row, beta[lagColumns...]).reduce(base) { $0 + $1.0 * $1.1 } * spread
        }
        return (Array(beta[..<lagColumns]), offsets)
    }
}
