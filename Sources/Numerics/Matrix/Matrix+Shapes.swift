extension Matrix {
    /// The identity matrix of shape *(size, size)*.
    public static func identity(_ size: Int) -> Matrix {
        diagonal([Double](repeating: 1, count: size))
    }

    /// The square matrix with `values` on its diagonal and zeros elsewhere.
    public static func diagonal(_ values: [Double]) -> Matrix {
        var matrix = Matrix(rows: values.count, columns: values.count)
        for (i, value) in values.enumerated() { matrix[i, i] = value }
        return matrix
    }

    /// The elements in row-major order, copied.
    public var elements: [Double] {
        withElements { Array($0) }
    }

    /// Row `row`, copied; `columns` values.
    ///
    /// - Precondition: `row` lies in the matrix.
    public func row(_ row: Int) -> [Double] {
        precondition(row >= 0 && row < rows, "row \(row) of \(rows)x\(columns)")
        return withElements { Array($0[row * columns..<(row + 1) * columns]) }
    }

    /// Column `column`, copied; `rows` values.
    ///
    /// - Precondition: `column` lies in the matrix.
    public func column(_ column: Int) -> [Double] {
        precondition(column >= 0 && column < columns, "column \(column) of \(rows)x\(columns)")
        return withElements { elements in (0..<rows).map { elements[$0 * columns + column] } }
    }

    /// Replaces row `row`.
    ///
    /// - Precondition: `row` lies in the matrix and `values.count == columns`.
    public mutating func setRow(_ row: Int, to values: [Double]) {
        precondition(
            row >= 0 && row < rows && values.count == columns,
            "\(values.count) values for row \(row) of \(rows)x\(columns)")
        let start = row * columns
        withMutableElements { elements in
            for (j, value) in values.enumerated() { elements[start + j] = value }
        }
    }

    /// Replaces every element by `value`.
    public mutating func fill(_ value: Double) {
        withMutableElements { $0.update(repeating: value) }
    }

    /// The transpose, of shape *(columns, rows)*.
    ///
    /// - Complexity: O(*rows · columns*), in square tiles so that both sides stay in the cache.
    public func transposed() -> Matrix {
        var result = Matrix(uninitializedRows: columns, columns: rows)
        let (rows, columns) = (rows, columns)
        let tile = 16
        withElements { source in
            result.withMutableElements { target in
                for top in stride(from: 0, to: rows, by: tile) {
                    for left in stride(from: 0, to: columns, by: tile) {
                        for i in top..<min(top + tile, rows) {
                            for j in left..<min(left + tile, columns) {
                                target[j * rows + i] = source[i * columns + j]
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Whether no element is `nan` or infinite. O(*rows · columns*).
    public var isFinite: Bool {
        withElements { allFinite($0) }
    }
}

/// Whether no value is `nan` or infinite: an integer test of the exponents, which the compiler vectorises.
func allFinite(_ values: UnsafeBufferPointer<Double>) -> Bool {
    let exponent: UInt64 = 0x7FF0_0000_0000_0000
    var bad: UInt64 = 0
    for value in values { bad |= (value.bitPattern & exponent) == exponent ? 1 : 0 }
    return bad == 0
}

/// Whether no value is `nan` or infinite.
func allFinite(_ values: [Double]) -> Bool {
    values.withUnsafeBufferPointer { allFinite($0) }
}
