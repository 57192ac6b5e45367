import CLAPACKE

/// A matrix as *U·diag(s)·Vᵀ* in the thin form.
///
/// - Source: LAPACK `dgesdd` (divide and conquer).
public struct SVD: Sendable {
    /// *U*: orthonormal columns, shape *(m, k)* with *k = min(m, n)*.
    public let left: Matrix
    /// *s*: *k* singular values, largest first, none negative.
    public let values: [Double]
    /// *Vᵀ*: orthonormal rows, shape *(k, n)*.
    public let rightTransposed: Matrix

    /// Factorises a matrix.
    ///
    /// - Parameter matrix: Shape *(m, n)*; either may be 0.
    /// - Throws: ``NumericsError/notFinite(_:)``, ``NumericsError/notConverged(_:)``.
    /// - Complexity: O(*mn·k*), with *k = min(m, n)*.
    public init(_ matrix: Matrix) throws(NumericsError) {
        guard matrix.isFinite else { throw .notFinite("matrix of a singular value decomposition") }
        let (m, n) = (matrix.rows, matrix.columns)
        let k = min(m, n)
        var u = Matrix(rows: m, columns: k)
        var vt = Matrix(rows: k, columns: n)
        var s = [Double](repeating: 0, count: k)
        if k > 0 {
            BLAS.useOneThread()
            // By columns our matrix reads as its transpose, V·diag(s)·Uᵀ, and LAPACK's V and Uᵀ by columns
            // are our Vᵀ and U by rows: the two results change places, and nothing is turned around.
            var work = matrix
            let info = work.withMutableElements { a in
                u.withMutableElements { u in
                    vt.withMutableElements { vt in
                        LAPACKE_dgesdd(
                            LAPACK_COL_MAJOR, Letter.thin, lapack(n), lapack(m), a.baseAddress, lapack(n), &s,
                            vt.baseAddress, lapack(n), u.baseAddress, lapack(k))
                    }
                }
            }
            guard info == 0 else { throw .notConverged("dgesdd of \(m)x\(n) answered \(info)") }
        }
        left = u
        values = s
        rightTransposed = vt
    }

    /// How many singular values exceed `cutoff` times the largest.
    ///
    /// - Parameter cutoff: Relative, 0 ..< 1; by default *max(m, n)·ε*.
    public func rank(cutoff: Double? = nil) -> Int {
        let size = max(left.rows, rightTransposed.columns)
        let threshold = (cutoff ?? Double(size) * Double.ulpOfOne) * (values.first ?? 0)
        return values.count { $0 > threshold }
    }
}
