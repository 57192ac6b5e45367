import CLAPACKE

/// A tall matrix as *QR*: least squares without squaring the condition number.
///
/// For a matrix that may be rank-deficient see ``Matrix/leastSquares(_:cutoff:)``.
///
/// - Source: LAPACK `dgeqrf` (Householder, no pivoting).
public struct QR: Sendable {
    /// The number of rows of the matrix.
    public let rows: Int
    /// The number of columns of the matrix, at most `rows`.
    public let columns: Int
    /// R and the reflectors as LAPACK leaves them, by columns: row *j* here is column *j* of the matrix.
    private let factors: Matrix
    /// The scalars of the reflectors.
    private let scalars: [Double]

    /// Factorises a matrix with at least as many rows as columns.
    ///
    /// - Parameter matrix: Shape *(m, n)*, *m ≥ n*; either may be 0.
    /// - Throws: ``NumericsError/notFinite(_:)``; ``NumericsError/rankDeficient(rank:columns:)`` when the
    ///   diagonal of *R* has entries below *m·ε* times its largest. `rank` counts the others: an estimate.
    /// - Precondition: `matrix.rows >= matrix.columns`.
    /// - Complexity: O(*mn²*).
    public init(_ matrix: Matrix) throws(NumericsError) {
        precondition(matrix.rows >= matrix.columns, "QR of a wide matrix, \(matrix.rows)x\(matrix.columns)")
        guard matrix.isFinite else { throw .notFinite("matrix of a QR factorisation") }
        let (m, n) = (matrix.rows, matrix.columns)
        rows = m
        columns = n
        var factors = matrix.transposed()
        var scalars = [Double](repeating: 0, count: n)
        if n > 0 {
            BLAS.useOneThread()
            let info = factors.withMutableElements {
                LAPACKE_dgeqrf(LAPACK_COL_MAJOR, lapack(m), lapack(n), $0.baseAddress, lapack(m), &scalars)
            }
            precondition(info == 0, "dgeqrf of \(m)x\(n) answered \(info)")
        }
        self.factors = factors
        self.scalars = scalars

        let diagonal = (0..<n).map { abs(factors[$0, $0]) }
        let threshold = Double(m) * Double.ulpOfOne * (diagonal.max() ?? 0)
        let rank = diagonal.count { $0 > threshold }
        guard rank == n else { throw .rankDeficient(rank: rank, columns: n) }
    }

    /// *R*, upper triangular, shape *(n, n)*. Its diagonal may be negative.
    public var upper: Matrix {
        var r = Matrix(rows: columns, columns: columns)
        for i in 0..<columns {
            for j in i..<columns { r[i, j] = factors[j, i] }
        }
        return r
    }

    /// The *x* that minimises ‖*Ax − b*‖₂.
    ///
    /// - Parameter b: *m* values; `nan` in, `nan` out.
    /// - Returns: *n* values.
    /// - Precondition: `b` has *m* values.
    /// - Complexity: O(*mn*).
    public func solve(_ b: [Double]) -> [Double] {
        precondition(b.count == rows, "\(b.count) values for \(rows)x\(columns)")
        guard columns > 0 else { return [] }
        // LAPACKE answers nan with an error code instead of passing it on.
        guard allFinite(b) else { return [Double](repeating: .nan, count: columns) }
        BLAS.useOneThread()
        var x = b
        let (m, n) = (lapack(rows), lapack(columns))
        factors.withElements { factors in
            let info = LAPACKE_dormqr(
                LAPACK_COL_MAJOR, Letter.left, Letter.transposed, m, 1, n, factors.baseAddress, m, scalars,
                &x, m)
            precondition(info == 0, "dormqr for \(rows)x\(columns) answered \(info)")
        }
        x.removeSubrange(columns...)
        // Back substitution with R.
        for i in stride(from: columns - 1, through: 0, by: -1) {
            var sum = x[i]
            for j in i + 1..<max(columns, i + 1) { sum -= factors[j, i] * x[j] }
            x[i] = sum / factors[i, i]
        }
        return x
    }
}
