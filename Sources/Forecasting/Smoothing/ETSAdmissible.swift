extension ETS {
    /// What is left of a beginning may grow by this factor a step: threefold over 1,000 steps.
    private static let largestRoot = 1.001

    /// Whether errors of long ago are forgotten: what the state owes to its beginning does not grow.
    ///
    /// Without a season, or without a trend beside it, the usual bounds of the weights are enough. With both,
    /// the roots of the characteristic polynomial must be inside the unit circle, or nearly so: a season of
    /// small weight has roots beside it, on either side. O(m²).
    ///
    /// - Source: Hyndman, Akram & Archibald, *The admissible parameter space for exponential smoothing
    ///   models*, Annals of the Institute of Statistical Mathematics 60 (2008).
    static func isAdmissible(_ weights: ETSState.Weights, form: Form, period: Int) -> Bool {
        guard form.trend != .none, form.season != .none, period > 1 else { return true }
        let (alpha, beta, gamma, phi) = (weights.level, weights.trend, weights.season, weights.damping)
        // Coefficients of 1, z, …, z^(m+1), the last of them 1; the terms of a short season fall together.
        var polynomial = [Double](repeating: 0, count: period + 2)
        polynomial[0] += phi * (1 - alpha - gamma)
        polynomial[1] += alpha + beta - alpha * phi + gamma * phi - 1
        for i in 2..<max(period, 2) { polynomial[i] += alpha + beta - alpha * phi }
        polynomial[period] += alpha + beta - phi
        polynomial[period + 1] += 1
        return UnitCircle.holds(rootsOf: polynomial, radius: largestRoot)
    }
}
