extension ETS {
    /// Whether errors of long ago are forgotten: what the state owes to its beginning does not grow.
    ///
    /// Without a season, or without a trend beside it, the usual bounds of the weights are enough. With both,
    /// the roots of the characteristic polynomial must be inside the unit circle, or nearly so: a season of
    /// small weight has roots beside it, on either side. The Schur–Cohn recursion decides that in O(m²).
    ///
    /// - Source: Hyndman, Akram & Archibald, *The admissible parameter space for exponential smoothing
    ///   models*, Annals of the Institute of Statistical Mathematics 60 (2008); Schur, *Über Potenzreihen, die
    ///   im Innern des Einheitskreises beschränkt sind*, 1917.
    static func isAdmissible(_ weights: ETSState.Weights, form: Form, period: Int) -> Bool {
        guard form.trend != .none, form.season != .none, period > 1 else { return true }
        let (alpha, beta, gamma, phi) = (weights.level, weights.trend, weights.season, weights.damping)
        // Coefficients of 1, z, …, z^(m+1), the last of them 1.
        let middle = alpha + beta - alpha * phi
        var polynomial = [Double](repeating: middle, count: period + 2)
        polynomial[0] = phi * (1 - alpha - gamma)
        polynomial[1] = middle + gamma * phi - 1
        polynomial[period] = alpha + beta - phi
        polynomial[period + 1] = 1
        var power = 1.0
        for i in polynomial.indices {
            polynomial[i] *= power
            power *= largestRoot
        }
        return hasRootsInsideUnitCircle(&polynomial)
    }

    /// What is left of a beginning may grow by this factor a step: threefold over 1,000 steps.
    private static let largestRoot = 1.001

    /// Whether all roots of a polynomial, its lowest coefficient first, are inside the unit circle.
    private static func hasRootsInsideUnitCircle(_ coefficients: inout [Double]) -> Bool {
        var degree = coefficients.count - 1
        while degree > 0 {
            let reflection = coefficients[0] / coefficients[degree]
            guard abs(reflection) < 1 else { return false }
            // (p(z) − k zⁿp(1/z)) / z has one root less, and the others stay on their side.
            var low = 0
            var high = degree
            while low <= high {
                let (a, b) = (coefficients[low], coefficients[high])
                coefficients[low] = a - reflection * b
                coefficients[high] = b - reflection * a
                low += 1
                high -= 1
            }
            for i in 0..<degree { coefficients[i] = coefficients[i + 1] }
            degree -= 1
        }
        return true
    }
}
