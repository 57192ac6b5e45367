import CLAPACKE
import Glibc

/// A symmetric positive definite matrix as *LLᵀ*: the cheapest way to solve with it.
///
/// - Source: LAPACK `dpotrf`.
public struct Cholesky: Sendable {
    /// *L*, lower triangular with a positive diagonal and zeros above it.
    public let lower: Matrix

    /// Factorises a matrix, of which only the lower triangle is read.
    ///
    /// - Parameter matrix: Symmetric positive definite, shape *(n, n)*; *n* may be 0.
    /// - Throws: ``NumericsError/notFinite(_:)`` when any element is not finite,
    ///   ``NumericsError/notPositiveDefinite(minor:)``.
    /// - Precondition: `matrix` is square.
    /// - Complexity: O(*n³*/3).
    public init(_ matrix: Matrix) throws(NumericsError) {
        precondition(matrix.rows == matrix.columns, "Cholesky of \(matrix.rows)x\(matrix.columns)")
        guard matrix.isFinite else { throw .notFinite("matrix of a Cholesky factorisation") }
        let size = matrix.rows
        var factor = matrix
        BLAS.useOneThread()
        // Our lower triangle, read by columns, is the upper one of the same matrix: no copy is turned around.
        let info = factor.withMutableElements {
            size == 0
                ? 0
                : LAPACKE_dpotrf(LAPACK_COL_MAJOR, Letter.upper, lapack(size), $0.baseAddress, lapack(size))
        }
        guard info == 0 else { throw .notPositiveDefinite(minor: Int(info)) }
        factor.withMutableElements { elements in
            for i in 0..<size {
                for j in i + 1..<max(size, i + 1) { elements[i * size + j] = 0 }
            }
        }
        lower = factor
    }

    /// The solution *x* of *Ax = b*.
    ///
    /// - Parameter b: *n* values; `nan` in, `nan` out.
    /// - Precondition: `b` has *n* values.
    /// - Complexity: O(*n²*).
    public func solve(_ b: [Double]) -> [Double] {
        precondition(b.count == lower.rows, "\(b.count) values for order \(lower.rows)")
        var x = b
        x.withUnsafeMutableBufferPointer { solve(columns: 1, $0.baseAddress) }
        return x
    }

    /// The solution *X* of *AX = B*.
    ///
    /// - Parameter b: Shape *(n, m)*.
    /// - Returns: Shape *(n, m)*.
    /// - Precondition: `b` has *n* rows.
    /// - Complexity: O(*n²m*).
    public func solve(_ b: Matrix) -> Matrix {
        precondition(b.rows == lower.rows, "\(b.rows)x\(b.columns) for order \(lower.rows)")
        var x = b
        let columns = b.columns
        x.withMutableElements { solve(columns: columns, $0.baseAddress) }
        return x
    }

    private func solve(columns: Int, _ b: UnsafeMutablePointer<Double>?) {
        lower.withElements { l in
            BLAS.solve(.lower, size: lower.rows, columns: columns, l.baseAddress, into: b)
            BLAS.solve(.lowerTransposed, size: lower.rows, columns: columns, l.baseAddress, into: b)
        }
    }

    /// The natural logarithm of the determinant of *A*; 0 for an empty matrix.
    public var logDeterminant: Double {
        (0..<lower.rows).reduce(0) { $0 + 2 * log(lower[$1, $1]) }
    }
}
