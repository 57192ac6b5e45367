/// A small square matrix by rows, for the states of ARMA models: too small for the calls of BLAS to pay,
/// and singular where BLAS expects it not to be.
struct SquareMatrix: Sendable {
    /// Rows, and columns.
    let size: Int
    private var cells: [Double]

    /// Zeros.
    init(size: Int) {
        self.size = size
        cells = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        @inline(__always) get { cells[row * size + column] }
        @inline(__always) set { cells[row * size + column] = newValue }
    }

    /// What is left of a diagonal element, as a share of it, when a row depends on those before.
    private static let dependence = 1e-13

    /// The upper triangular U with UᵀU = this matrix, positive semidefinite, whose upper triangle is read.
    ///
    /// A row that depends on the ones before becomes 0. O(r³/3).
    func semidefiniteFactor() -> SquareMatrix {
        var factor = self
        let size = size
        factor.cells.withUnsafeMutableBufferPointer { u in
            for k in 0..<size {
                let row = k * size
                for j in 0..<k { u[row + j] = 0 }
                let pivot = u[row + k]
                guard pivot > Self.dependence * self[k, k] else {
                    for j in k..<size { u[row + j] = 0 }
                    continue
                }
                let root = pivot.squareRoot()
                u[row + k] = root
                for j in (k + 1)..<max(size, k + 1) { u[row + j] /= root }
                for i in (k + 1)..<max(size, k + 1) {
                    let weight = u[row + i]
                    guard weight != 0 else { continue }
                    for j in i..<size { u[i * size + j] -= weight * u[row + j] }
                }
            }
        }
        return factor
    }

    /// U G Uᵀ for this upper triangular U and a symmetric G; its upper triangle only. O(r³).
    func congruence(_ symmetric: SquareMatrix) -> SquareMatrix {
        let size = size
        var transposed = SquareMatrix(size: size)
        for i in 0..<size {
            for j in i..<size { transposed[j, i] = self[i, j] }
        }
        var product = SquareMatrix(size: size)
        var row = [Double](repeating: 0, count: size)
        row.withUnsafeMutableBufferPointer { row in
            product.cells.withUnsafeMutableBufferPointer { product in
                symmetric.cells.withUnsafeBufferPointer { g in
                    transposed.cells.withUnsafeBufferPointer { l in
                        for i in 0..<size {
                            for j in 0..<size { row[j] = 0 }
                            for k in i..<size {
                                let weight = l[k * size + i]
                                guard weight != 0 else { continue }
                                for j in i..<size { row[j] += weight * g[k * size + j] }
                            }
                            for k in i..<size {
                                let weight = row[k]
                                for j in i...k { product[i * size + j] += weight * l[k * size + j] }
                            }
                        }
                    }
                }
            }
        }
        return product
    }

    /// U x for this upper triangular U.
    func times(_ x: [Double]) -> [Double] {
        (0..<size).map { i in
            var sum = 0.0
            for j in i..<size { sum += self[i, j] * x[j] }
            return sum
        }
    }

    /// Uᵀ x for this upper triangular U.
    func transposeTimes(_ x: [Double]) -> [Double] {
        var product = [Double](repeating: 0, count: size)
        for i in 0..<size {
            for j in i..<size { product[j] += self[i, j] * x[i] }
        }
        return product
    }

    /// The x of UᵀU x = b for this upper triangular U with a positive diagonal.
    func solve(_ b: [Double]) -> [Double] {
        var x = b
        for i in 0..<size {
            x[i] /= self[i, i]
            for j in (i + 1)..<max(size, i + 1) { x[j] -= self[i, j] * x[i] }
        }
        for i in stride(from: size - 1, through: 0, by: -1) {
            var sum = x[i]
            for j in (i + 1)..<max(size, i + 1) { sum -= self[i, j] * x[j] }
            x[i] = sum / self[i, i]
        }
        return x
    }
}
