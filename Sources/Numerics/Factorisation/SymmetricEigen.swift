import CLAPACKE

/// A symmetric matrix as *Q·diag(λ)·Qᵀ*.
///
/// With the Gram matrix *AᵀA* it gives the ridge solutions for every penalty at the price of one
/// factorisation: *x(α) = Q·diag(1/(λ+α))·Qᵀ·Aᵀy*, which is ``solve(_:shift:)``.
///
/// - Source: LAPACK `dsyevd` (divide and conquer).
public struct SymmetricEigen: Sendable {
    /// The *n* eigenvalues, smallest first.
    public let values: [Double]
    /// The eigenvectors: column *j*, of length 1, belongs to `values[j]`; shape *(n, n)*.
    public let vectors: Matrix

    /// Factorises a matrix, of which only the lower triangle is read.
    ///
    /// - Parameter matrix: Symmetric, shape *(n, n)*; *n* may be 0.
    /// - Throws: ``NumericsError/notFinite(_:)`` when any element is not finite,
    ///   ``NumericsError/notConverged(_:)``.
    /// - Precondition: `matrix` is square.
    /// - Complexity: O(*n³*).
    public init(_ matrix: Matrix) throws(NumericsError) {
        precondition(matrix.rows == matrix.columns, "eigenvalues of \(matrix.rows)x\(matrix.columns)")
        guard matrix.isFinite else { throw .notFinite("matrix of an eigenvalue problem") }
        let size = matrix.rows
        var work = matrix
        var values = [Double](repeating: 0, count: size)
        if size > 0 {
            BLAS.useOneThread()
            let info = work.withMutableElements {
                LAPACKE_dsyevd(
                    LAPACK_COL_MAJOR, Letter.vectors, Letter.upper, lapack(size), $0.baseAddress,
                    lapack(size),
                    &values)
            }
            guard info == 0 else { throw .notConverged("dsyevd of order \(size) answered \(info)") }
        }
        self.values = values
        vectors = work.transposed()
    }

    /// The solution *x* of *(A + shift·I)x = b*.
    ///
    /// - Parameters:
    ///   - b: *n* values.
    ///   - shift: Added to every eigenvalue; no sum may be 0, or the result is not finite.
    /// - Precondition: `b` has *n* values.
    /// - Complexity: O(*n²*).
    public func solve(_ b: [Double], shift: Double = 0) -> [Double] {
        var rotated = vectors.transposeTimes(b)
        for i in rotated.indices { rotated[i] /= values[i] + shift }
        return vectors.times(rotated)
    }
}
