import COpenBLAS

/// Products of vectors by OpenBLAS, and the one place from which OpenBLAS is reached.
///
/// Parallelism here is over series, not inside a product, so OpenBLAS runs with one thread. Every call below
/// sees to that itself; nobody has to call ``useOneThread()`` first.
public enum BLAS {
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// Makes OpenBLAS compute on the calling thread only. Takes effect once; later calls cost about 1 ns.
    public static func useOneThread() {
        _ = oneThread
    }

    /// The family of processors whose kernels OpenBLAS chose, such as `Haswell` or `SkylakeX`.
    public static var coreName: String { String(cString: openblas_get_corename()) }

    /// The scalar product Σ xᵢyᵢ; 0 for empty vectors.
    ///
    /// - Precondition: Both have the same count.
    public static func dot(_ x: [Double], _ y: [Double]) -> Double {
        x.withUnsafeBufferPointer { x in y.withUnsafeBufferPointer { y in dot(x, y) } }
    }

    /// The scalar product Σ xᵢyᵢ; 0 for empty vectors.
    ///
    /// - Precondition: Both have the same count.
    public static func dot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
        precondition(x.count == y.count, "the dot product of \(x.count) and \(y.count) values")
        useOneThread()
        return cblas_ddot(blasint(x.count), x.baseAddress, 1, y.baseAddress, 1)
    }

    /// Adds `scale` times `x` to `y`: y ← y + αx.
    ///
    /// - Precondition: Both have the same count.
    public static func axpy(_ scale: Double, _ x: [Double], onto y: inout [Double]) {
        x.withUnsafeBufferPointer { x in y.withUnsafeMutableBufferPointer { axpy(scale, x, onto: $0) } }
    }

    /// Adds `scale` times `x` to `y`: y ← y + αx.
    ///
    /// - Precondition: Both have the same count.
    public static func axpy(
        _ scale: Double, _ x: UnsafeBufferPointer<Double>, onto y: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(x.count == y.count, "\(x.count) values onto \(y.count)")
        useOneThread()
        cblas_daxpy(blasint(x.count), scale, x.baseAddress, 1, y.baseAddress, 1)
    }

    /// The Euclidean norm √Σ xᵢ², without overflow in the squares.
    public static func norm(_ x: [Double]) -> Double {
        useOneThread()
        return cblas_dnrm2(blasint(x.count), x, 1)
    }
}

// MARK: - The calls behind Matrix: row-major, leading dimensions at least 1

extension BLAS {
    /// C ← α·op(A)·op(B) + β·C, where op(A) is *(rows, inner)* and op(B) is *(inner, columns)*.
    static func multiply(
        rows: Int, columns: Int, inner: Int, scale: Double,
        _ a: UnsafePointer<Double>?, stride aStride: Int, transposed aTransposed: Bool,
        _ b: UnsafePointer<Double>?, stride bStride: Int, transposed bTransposed: Bool,
        beta: Double, into c: UnsafeMutablePointer<Double>?
    ) {
        useOneThread()
        cblas_dgemm(
            CblasRowMajor, aTransposed ? CblasTrans : CblasNoTrans, bTransposed ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner),
            scale, a, blasint(max(aStride, 1)), b, blasint(max(bStride, 1)),
            beta, c, blasint(max(columns, 1)))
    }

    /// y ← α·op(A)·x + β·y, where A is *(rows, columns)*.
    ///
    /// BLAS leaves y alone when A is empty, so that case is done here.
    static func multiply(
        rows: Int, columns: Int, scale: Double, _ a: UnsafePointer<Double>?, transposed: Bool,
        _ x: UnsafePointer<Double>?, beta: Double, into y: UnsafeMutableBufferPointer<Double>
    ) {
        guard rows > 0 && columns > 0 else {
            for i in y.indices { y[i] = beta == 0 ? 0 : beta * y[i] }
            return
        }
        useOneThread()
        cblas_dgemv(
            CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, blasint(rows), blasint(columns),
            scale, a, blasint(max(columns, 1)), x, 1, beta, y.baseAddress, 1)
    }

    /// The upper triangle of C ← AᵀA, where A is *(rows, columns)*.
    static func gramUpper(
        rows: Int, columns: Int, _ a: UnsafePointer<Double>?, into c: UnsafeMutablePointer<Double>?
    ) {
        useOneThread()
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, blasint(columns), blasint(rows),
            1, a, blasint(max(columns, 1)), 0, c, blasint(max(columns, 1)))
    }

    /// Which of the two triangular systems is solved.
    enum Triangle {
        /// L x = b.
        case lower
        /// Lᵀ x = b, with L stored.
        case lowerTransposed
    }

    /// B ← op(L)⁻¹·B, where L is *(size, size)* and B is *(size, columns)*.
    static func solve(
        _ triangle: Triangle, size: Int, columns: Int, _ l: UnsafePointer<Double>?,
        into b: UnsafeMutablePointer<Double>?
    ) {
        guard size > 0 && columns > 0 else { return }
        useOneThread()
        cblas_dtrsm(
            CblasRowMajor, CblasLeft, CblasLower, triangle == .lower ? CblasNoTrans : CblasTrans,
            CblasNonUnit, blasint(size), blasint(columns), 1, l, blasint(size), b, blasint(columns))
    }
}
