extension ETS.Model {
    /// The variances of the next `steps` values around ``mean(steps:)``, if the model is true.
    ///
    /// Exact for an additive error, and for a multiplicative one without a multiplicative season; beside one,
    /// to the first order in what the errors do to the factors. O(steps²).
    ///
    /// - Returns: In the squared unit of the series; `inf` where a value is too large for its square.
    /// - Source: Hyndman, Koehler, Ord & Snyder, *Forecasting with Exponential Smoothing*, 2008, section 6.3
    ///   (classes 1 and 2).
    func variances(steps: Int) -> [Double] {
        let period = state.season.count
        let (alpha, beta, gamma) = (weights.level, weights.trend, weights.season)
        // c(j): what an error moves the mean j steps later by.
        var slope = 0.0
        var power = 1.0
        let moves = (1..<max(steps, 1)).map { j -> Double in
            power *= weights.damping
            slope += power
            let season = form.season == .additive && period > 0 && j % period == 0 ? gamma : 0
            return alpha + beta * slope + season
        }
        guard form.error == .multiplicative else {
            var sum = 1.0
            return (0..<steps).map { step in
                if step > 0 { sum += moves[step - 1] * moves[step - 1] }
                return variance * sum
            }
        }
        let isSeasonal = form.season == .multiplicative
        var level = state
        if isSeasonal { level.season = [] }
        let means = level.mean(steps: steps, weights)
        // θ(h) = E μ(h)², of the part without factors.
        var squares: [Double] = []
        return (0..<steps).map { step in
            var square = means[step] * means[step]
            for j in 0..<step { square += variance * moves[j] * moves[j] * squares[step - 1 - j] }
            squares.append(square)
            let mean = means[step] * means[step]
            guard isSeasonal, period > 0 else { return (1 + variance) * square - mean }
            // An error moves the factor of its phase too, by γ: the same error that moved the level.
            for j in stride(from: period, through: step, by: period) {
                let reach = gamma * means[step]
                let move = moves[j - 1] * squares[step - j].squareRoot()
                square += variance * (2 * move * abs(reach) + reach * reach)
            }
            let factor = state.season[(state.phase + step) % period]
            return factor * factor * ((1 + variance) * square - mean)
        }
    }
}
