import Numerics
public import TimeSeries

/// Linear regression from the last values to the whole horizon at once, with a ridge penalty.
///
/// One map for every step ahead instead of one step fed back: errors do not feed on themselves. Inputs are
/// the lags of ``RidgeAutoregression`` and the phase, relative to the last value; outputs are the next
/// `horizon` values relative to it. One eigendecomposition serves every step and penalty; the penalty of a
/// step minimises its generalised cross-validation error. Past the horizon the map is applied to its own
/// forecasts, block by block.
///
/// Missing values are filled on a straight line. Cost: O(n k (k + h) + k³) with k ≤ 48 columns.
///
/// - Source: Chevillon, *Direct multi-step estimation and forecasting*, J. Economic Surveys 21 (2007); the
///   linear map relative to the last value is NLinear's, Zeng et al., AAAI 2023.
public struct DirectRidge: Forecaster, Equatable {
    /// Steps in the shortest season, 1 when there is none.
    public var period: Int
    /// Steps in a second season, 0 when there is none.
    public var longPeriod: Int
    /// How many steps one map reaches, at least 1.
    public var horizon: Int

    /// A map reaches at most so far, and leaves at least this share of the history to learn from.
    static let longestBlock = 168
    static let leastShareOfTargets = 0.5

    /// A stored model may name no longer season.
    static let longestPeriod = 100_000

    /// The method for a series with these seasons.
    public init(period: Int = 1, longPeriod: Int = 0, horizon: Int = 1) {
        precondition(period >= 1 && longPeriod >= 0, "periods of \(period) and \(longPeriod)")
        precondition(horizon >= 1, "a horizon of \(horizon)")
        self.period = period
        self.longPeriod = longPeriod
        self.horizon = horizon
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// Solves for the map.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let y = try FilledHistory(history, atLeast: minimumHistory).values
        let count = y.count
        let period = count < 2 * self.period ? 1 : self.period
        let longPeriod = self.longPeriod <= period || count < 3 * self.longPeriod ? 0 : self.longPeriod
        let lags = RidgeAutoregression.lags(count: count, period: period, longPeriod: longPeriod)
        let first = lags[lags.count - 1]
        let most = max(1, Int(Double(count - first) * (1 - Self.leastShareOfTargets)))
        let block = min(horizon, Self.longestBlock, most)
        let rows = count - first - block + 1
        guard rows >= 2, let last = y.last else { return Model(constant: y[count - 1]) }
        let inputs = Inputs(lags: lags, period: count >= 3 * period ? period : 1)

        var design = Matrix(rows: rows, columns: inputs.columns)
        var targets = Matrix(rows: rows, columns: block)
        y.withUnsafeBufferPointer { y in
            design.withMutableElements { cells in
                for row in 0..<rows {
                    let place = UnsafeMutableBufferPointer(
                        rebasing: cells[row * inputs.columns..<(row + 1) * inputs.columns])
                    inputs.fill(
                        place, after: UnsafeBufferPointer(rebasing: y[..<(first + row)]), step: first + row)
                }
            }
            targets.withMutableElements { cells in
                for row in 0..<rows {
                    let end = first + row
                    for h in 0..<block { cells[row * block + h] = y[end + h] - y[end - 1] }
                }
            }
        }
        let scale = design.columnScales
        design.divideColumns(by: scale)
        guard let weights = RidgePath(design)?.coefficients(targets) else { return Model(constant: last) }
        let map = (0..<block).map { h in (0..<inputs.columns).map { weights[$0, h] / scale[$0] } }
        guard map.allSatisfy({ $0.allSatisfy { $0.isFinite } }) else { return Model(constant: last) }
        return Model(inputs: inputs, map: map, history: y)
    }

    /// What the map looks at: lags and the phase relative to the last value, and a constant.
    struct Inputs: Sendable, Equatable {
        let lags: [Int]
        private let phases: PhaseColumns

        init(lags: [Int], period: Int) {
            self.lags = lags
            phases = PhaseColumns(period: period)
        }

        var period: Int { phases.period }

        var longestLag: Int { lags[lags.count - 1] }
        var columns: Int { lags.count + phases.columns }

        /// Writes the inputs of the forecast that begins at `step` after `values`.
        func fill(
            _ cells: UnsafeMutableBufferPointer<Double>, after values: UnsafeBufferPointer<Double>, step: Int
        ) {
            let end = values.count
            let last = values[end - 1]
            for j in 1..<max(lags.count, 1) { cells[j - 1] = values[end - lags[j]] - last }
            let row = step % period * phases.columns
            for j in 0..<phases.columns { cells[lags.count - 1 + j] = phases.cells[row + j] }
            cells[columns - 1] = 1
        }
    }
}

extension Matrix {
    /// The root mean square of each column, 1 for a column of zeros.
    fileprivate var columnScales: [Double] {
        (0..<columns).map { j in
            let square = (0..<rows).reduce(0) { $0 + self[$1, j] * self[$1, j] } / Double(max(rows, 1))
            return square > 0 && square.isFinite ? square.squareRoot() : 1
        }
    }

    fileprivate mutating func divideColumns(by scale: [Double]) {
        let columns = columns
        withMutableElements { cells in
            for i in cells.indices { cells[i] /= scale[i % columns] }
        }
    }
}
