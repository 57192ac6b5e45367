extension Matrix {
    /// The product of two matrices.
    ///
    /// - Parameters:
    ///   - a: Left factor, shape *(m, k)*.
    ///   - b: Right factor, shape *(k, n)*.
    /// - Returns: A matrix of shape *(m, n)*.
    /// - Precondition: `a.columns == b.rows`.
    /// - Complexity: O(*m·k·n*), one call of `cblas_dgemm`.
    public static func * (a: Matrix, b: Matrix) -> Matrix {
        var c = Matrix(uninitializedRows: a.rows, columns: b.columns)
        multiply(a, b, into: &c)
        return c
    }

    /// Writes a product into a matrix the caller keeps: c ← α·op(a)·op(b), or c ← c + α·op(a)·op(b).
    ///
    /// - Parameters:
    ///   - a: Left factor; op(a) has shape *(m, k)*.
    ///   - b: Right factor; op(b) has shape *(k, n)*.
    ///   - c: The result, shape *(m, n)*. Not allocated anew, unless another copy shares its elements.
    ///   - transposeLeft: Whether op(a) is aᵀ.
    ///   - transposeRight: Whether op(b) is bᵀ.
    ///   - scale: α.
    ///   - accumulate: Whether the product is added to `c`; otherwise the old values, even `nan`, are gone.
    /// - Precondition: The shapes fit.
    /// - Complexity: O(*m·k·n*), one call of `cblas_dgemm`.
    public static func multiply(
        _ a: Matrix, _ b: Matrix, into c: inout Matrix,
        transposeLeft: Bool = false, transposeRight: Bool = false,
        scale: Double = 1, accumulate: Bool = false
    ) {
        let (m, k) = transposeLeft ? (a.columns, a.rows) : (a.rows, a.columns)
        let (inner, n) = transposeRight ? (b.columns, b.rows) : (b.rows, b.columns)
        precondition(k == inner, "\(m)x\(k) times \(inner)x\(n)")
        precondition(c.rows == m && c.columns == n, "\(m)x\(n) into \(c.rows)x\(c.columns)")
        a.withElements { pa in
            b.withElements { pb in
                c.withMutableElements { pc in
                    BLAS.multiply(
                        rows: m, columns: n, inner: k, scale: scale,
                        pa.baseAddress, stride: a.columns, transposed: transposeLeft,
                        pb.baseAddress, stride: b.columns, transposed: transposeRight,
                        beta: accumulate ? 1 : 0, into: pc.baseAddress)
                }
            }
        }
    }

    /// The product with a vector, *Ax*.
    ///
    /// - Parameter x: `columns` values.
    /// - Returns: `rows` values.
    /// - Complexity: O(*rows · columns*), one call of `cblas_dgemv`.
    public func times(_ x: [Double]) -> [Double] {
        var y = [Double](repeating: 0, count: rows)
        multiply(x, into: &y)
        return y
    }

    /// The product of the transpose with a vector, *Aᵀy*.
    ///
    /// - Parameter y: `rows` values.
    /// - Returns: `columns` values.
    /// - Complexity: O(*rows · columns*), one call of `cblas_dgemv`.
    public func transposeTimes(_ y: [Double]) -> [Double] {
        var x = [Double](repeating: 0, count: columns)
        multiply(y, into: &x, transpose: true)
        return x
    }

    /// Writes a product with a vector into an array the caller keeps: y ← α·op(A)·x, or y ← y + α·op(A)·x.
    ///
    /// - Parameters:
    ///   - x: As many values as op(A) has columns.
    ///   - y: The result, as many values as op(A) has rows.
    ///   - transpose: Whether op(A) is Aᵀ.
    ///   - scale: α.
    ///   - accumulate: Whether the product is added to `y`.
    /// - Precondition: The counts fit.
    public func multiply(
        _ x: [Double], into y: inout [Double],
        transpose: Bool = false, scale: Double = 1, accumulate: Bool = false
    ) {
        let (outputs, inputs) = transpose ? (columns, rows) : (rows, columns)
        precondition(x.count == inputs, "\(outputs)x\(inputs) times \(x.count) values")
        precondition(y.count == outputs, "\(outputs) values into \(y.count)")
        withElements { a in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeMutableBufferPointer { y in
                    BLAS.multiply(
                        rows: rows, columns: columns, scale: scale, a.baseAddress, transposed: transpose,
                        x.baseAddress, beta: accumulate ? 1 : 0, into: y)
                }
            }
        }
    }

    /// The Gram matrix *AᵀA*: symmetric, both triangles filled, shape *(columns, columns)*.
    ///
    /// - Complexity: O(*rows · columns²*), half of what the plain product costs; one call of `cblas_dsyrk`.
    public func gram() -> Matrix {
        var result = Matrix(rows: columns, columns: columns)
        let (rows, size) = (rows, columns)
        withElements { a in
            result.withMutableElements { g in
                BLAS.gramUpper(rows: rows, columns: size, a.baseAddress, into: g.baseAddress)
                for i in 0..<size {
                    for j in 0..<i { g[i * size + j] = g[j * size + i] }
                }
            }
        }
        return result
    }
}

extension Matrix {
    /// The product with a vector, *Ax*; see ``times(_:)``.
    public static func * (a: Matrix, x: [Double]) -> [Double] {
        a.times(x)
    }
}
