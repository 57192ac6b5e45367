import Numerics

extension HoltWintersState {
    /// A state before the first value, from the first seasons: mean of the first cycle, slope between
    /// the first two cycles, and each phase's mean distance from the line through the cycles.
    ///
    /// - Parameter values: Without a gap; at least two seasons, or two values without a season.
    init(before values: [Double], period: Int) {
        guard period > 1, values.count >= 2 * period else {
            let span = min(values.count, 10)
            let slope = (values[span - 1] - values[0]) / Double(max(span - 1, 1))
            self.init(level: values[0] - slope, trend: slope, season: [])
            return
        }
        let cycles = min(values.count / period, 5)
        let means = (0..<cycles).map { cycle in
            values[(cycle * period)..<(cycle + 1) * period].reduce(0, +) / Double(period)
        }
        let slope = (means[cycles - 1] - means[0]) / Double((cycles - 1) * period)
        let middle = Double(period - 1) / 2
        var season = (0..<period).map { phase in
            (0..<cycles).reduce(0.0) { sum, cycle in
                sum + values[cycle * period + phase] - means[cycle] - slope * (Double(phase) - middle)
            } / Double(cycles)
        }
        let excess = season.reduce(0, +) / Double(period)
        for phase in season.indices { season[phase] -= excess }
        self.init(level: means[0] - slope * (middle + 1), trend: slope, season: season)
    }

    /// The state before `values` with the least squared error at fixed weights.
    ///
    /// The errors are linear in the initial state, so this is one least-squares problem with a column a
    /// component. A small penalty keeps each component near its present value where the data are silent.
    /// O(n m²) for m components.
    func refined(over values: [Double], _ weights: Weights) -> HoltWintersState? {
        let components = 2 + season.count
        let count = values.count
        var errors = [Double](repeating: 0, count: count)
        var state = self
        values.withUnsafeBufferPointer { values in
            state.run(over: values, weights) { step, _, error in errors[step] = error }
        }
        // Column j: how the errors change with component j, the data held at zero.
        var sensitivity = Matrix(rows: count, columns: components)
        sensitivity.withMutableElements { cells in
            for j in 0..<components {
                var unit = HoltWintersState(
                    level: j == 0 ? 1 : 0, trend: j == 1 ? 1 : 0,
                    season: season.indices.map { $0 == j - 2 ? 1 : 0 }, phase: phase)
                for step in 0..<count {
                    let present = values[step].isFinite
                    let response = present ? -unit.next(weights) : 0
                    cells[step * components + j] = response
                    unit.advance(error: response, weights)
                }
            }
        }
        var gram = sensitivity.gram()
        let penalty = 1e-8 * (0..<components).reduce(0) { max($0, gram[$1, $1]) }
        guard penalty > 0 else { return nil }
        for j in 0..<components { gram[j, j] += penalty }
        guard let factor = try? Cholesky(gram) else { return nil }
        let change = factor.solve(sensitivity.transposeTimes(errors).map { -$0 })
        guard change.allSatisfy(\.isFinite) else { return nil }
        return HoltWintersState(
            level: level + change[0], trend: trend + change[1],
            season: zip(season, change.dropFirst(2)).map { $0 + $1 }, phase: phase)
    }
}
