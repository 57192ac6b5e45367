import TimeSeries

/// A history between its first and last known values, gaps filled on straight lines.
struct KnownHistory {
    /// The values without a gap.
    let values: [Double]
    /// The step of the first.
    let first: Int
    /// How many missing steps follow the last.
    let trailing: Int

    /// - Throws: ``ForecastError/historyTooShort(needed:got:)`` counting steps,
    ///   ``ForecastError/noFiniteValues``.
    init(_ history: Series, atLeast minimum: Int) throws(ForecastError) {
        let filled = try FilledHistory(history, atLeast: minimum)
        let missing = filled.wasMissing
        let first = missing.firstIndex(of: false) ?? 0
        let last = missing.lastIndex(of: false) ?? first
        values = Array(filled.values[first...last])
        self.first = first
        trailing = missing.count - 1 - last
    }

    /// The values without what the phases of each season add.
    func withoutProfiles(_ profiles: [[Double]]) -> [Double] {
        var levels = values
        for profile in profiles {
            for t in levels.indices { levels[t] -= profile[(first + t) % profile.count] }
        }
        return levels
    }

    /// The expected errors of a model given all `levels`, of which the differences use up the first.
    func shocks(of levels: [Double], _ recursion: ARIMARecursion) -> [Double] {
        let mean = recursion.mean
        let deviations = recursion.differences.applied(to: levels).map { $0 - mean }
        guard !deviations.isEmpty else { return [] }
        // Without a stationary start everything before counts as expected.
        let map = ARMAWhitening(recursion.values, recursion.errors, count: deviations.count)
        return map.map { Array($0.whiten(deviations).prefix(deviations.count)) }
            ?? ARMAWhitening.errors(of: deviations, recursion.values, recursion.errors, from: 0)
    }

    /// The model of an estimate at the end of the history.
    ///
    /// - Parameter profiles: What the phases of each season add, taken off the values first.
    func model(_ estimate: ARMAEstimate, profiles: [[Double]] = []) -> ARIMAModel {
        let levels = withoutProfiles(profiles)
        let recursion = ARIMARecursion(estimate.order, estimate.coefficients, mean: estimate.mean)
        let window = Array(levels.suffix(ARIMA.longestEstimation + estimate.order.lost))
        var model = ARIMAModel(
            estimate, levels: levels, shocks: shocks(of: window, recursion), profiles: profiles,
            steps: first + levels.count)
        for _ in 0..<trailing { model.observe(.nan) }
        return model
    }
}
