import CLAPACKE

/// The answer of a least-squares problem.
public struct LeastSquaresSolution: Sendable, Equatable {
    /// The *x* of least norm among those that minimise ‖*Ax − b*‖₂; *n* values.
    public var coefficients: [Double]
    /// How many singular values counted as not 0.
    public var rank: Int
    /// The *min(m, n)* singular values of *A*, largest first.
    public var singularValues: [Double]
}

extension Matrix {
    /// Minimises ‖*Ax − b*‖₂; of all minimisers the one of least norm, so any shape and rank will do.
    ///
    /// - Parameters:
    ///   - b: `rows` values.
    ///   - cutoff: Singular values up to this fraction of the largest count as 0; by default *max(m, n)·ε*.
    /// - Throws: ``NumericsError/notFinite(_:)``, ``NumericsError/notConverged(_:)``.
    /// - Precondition: `b.count == rows`.
    /// - Complexity: O(*mn·min(m, n)*).
    /// - Source: LAPACK `dgelsd`.
    public func leastSquares(_ b: [Double], cutoff: Double? = nil) throws(NumericsError)
        -> LeastSquaresSolution
    {
        precondition(b.count == rows, "\(b.count) values for \(rows)x\(columns)")
        guard isFinite else { throw .notFinite("matrix of a least-squares problem") }
        guard allFinite(b) else { throw .notFinite("right-hand side of a least-squares problem") }
        let (m, n) = (rows, columns)
        var solution = LeastSquaresSolution(
            coefficients: [Double](repeating: 0, count: n), rank: 0,
            singularValues: [Double](repeating: 0, count: min(m, n)))
        guard m > 0 && n > 0 else { return solution }

        BLAS.useOneThread()
        var work = self
        // LAPACK reads b from, and writes x to, the same max(m, n) places.
        var x = b + [Double](repeating: 0, count: max(n - m, 0))
        var rank: Int32 = 0
        let info = work.withMutableElements {
            LAPACKE_dgelsd(
                LAPACK_ROW_MAJOR, lapack(m), lapack(n), 1, $0.baseAddress, lapack(n), &x, 1,
                &solution.singularValues, cutoff ?? Double(max(m, n)) * Double.ulpOfOne, &rank)
        }
        guard info == 0 else { throw .notConverged("dgelsd of \(m)x\(n) answered \(info)") }
        solution.coefficients = Array(x.prefix(n))
        solution.rank = Int(rank)
        return solution
    }
}
