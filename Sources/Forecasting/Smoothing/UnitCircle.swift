/// Where the roots of a polynomial are.
enum UnitCircle {
    /// Whether all roots are inside the circle around 0 of this radius: O(n²) by the Schur–Cohn recursion.
    ///
    /// - Parameters:
    ///   - coefficients: Of 1, z, z², …; the last not 0.
    ///   - radius: Above 0.
    /// - Source: Schur, *Über Potenzreihen, die im Innern des Einheitskreises beschränkt sind*, Journal für
    ///   die reine und angewandte Mathematik 147 (1917).
    static func holds(rootsOf coefficients: [Double], radius: Double = 1) -> Bool {
        var polynomial = coefficients
        var power = 1.0
        for i in polynomial.indices {
            polynomial[i] *= power
            power *= radius
        }
        return polynomial.withUnsafeMutableBufferPointer { polynomial in
            var degree = polynomial.count - 1
            while degree > 0 {
                let reflection = polynomial[0] / polynomial[degree]
                guard abs(reflection) < 1 else { return false }
                // (p(z) − k zⁿp(1/z)) / z has one root less, and the others stay on their side.
                var low = 0
                var high = degree
                while low <= high {
                    let (a, b) = (polynomial[low], polynomial[high])
                    polynomial[low] = a - reflection * b
                    polynomial[high] = b - reflection * a
                    low += 1
                    high -= 1
                }
                for i in 0..<degree { polynomial[i] = polynomial[i + 1] }
                degree -= 1
            }
            return true
        }
    }
}
