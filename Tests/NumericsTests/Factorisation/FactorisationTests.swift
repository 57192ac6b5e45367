import Glibc
import Numerics
import Testing

/// A symmetric positive definite matrix of order `size`.
private func positiveDefinite(_ size: Int, seed: UInt64) -> Matrix {
    var a = seededMatrix(size + 3, size, seed: seed).gram()
    for i in 0..<size { a[i, i] += 0.1 }
    return a
}

/// The determinant by Gaussian elimination with pivoting.
private func slowDeterminant(_ matrix: Matrix) -> Double {
    var a = matrix
    var determinant = 1.0
    for k in 0..<a.rows {
        let pivot = (k..<a.rows).max { abs(a[$0, k]) < abs(a[$1, k]) } ?? k
        if pivot != k {
            let (upper, lower) = (a.row(k), a.row(pivot))
            a.setRow(k, to: lower)
            a.setRow(pivot, to: upper)
            determinant = -determinant
        }
        determinant *= a[k, k]
        for i in k + 1..<max(a.rows, k + 1) {
            let factor = a[i, k] / a[k, k]
            for j in k..<a.rows { a[i, j] -= factor * a[k, j] }
        }
    }
    return determinant
}

private func isOrthonormal(_ columns: Matrix) -> Bool {
    largestDifference(columns.gram(), .identity(columns.columns)) < 1e-12
}

@Suite struct CholeskyTests {
    @Test(arguments: [0, 1, 2, 5, 33, 100])
    func `the factor multiplies back to the matrix and solves it`(size: Int) throws {
        let a = positiveDefinite(size, seed: 1)
        let cholesky = try Cholesky(a)
        let l = cholesky.lower
        for i in 0..<size {
            #expect(l[i, i] > 0)
            for j in i + 1..<max(size, i + 1) { #expect(l[i, j] == 0) }
        }
        #expect(largestDifference(slowProduct(l, l.transposed()), a) < 1e-12)

        let x = seededValues(size, seed: 2)
        #expect(largestDifference(cholesky.solve(a.times(x)), x) < 1e-9)
        let many = seededMatrix(size, 4, seed: 3)
        #expect(largestDifference(cholesky.solve(a * many), many) < 1e-9)
    }

    @Test(arguments: [0, 1, 2, 6])
    func `the log-determinant agrees with elimination`(size: Int) throws {
        let a = positiveDefinite(size, seed: 4)
        let determinant = try Cholesky(a).logDeterminant
        #expect(abs(determinant - log(slowDeterminant(a))) < 1e-10)
    }

    @Test func `the upper triangle is not read`() throws {
        var a = positiveDefinite(4, seed: 5)
        let want = try Cholesky(a).lower
        a[0, 3] = 1e6
        #expect(try Cholesky(a).lower == want)
    }

    @Test func `an indefinite or bad matrix is refused with the facts`() {
        let indefinite = Matrix(rows: 3, columns: 3, elements: [1, 0, 0, 0, -1, 0, 0, 0, 1])
        #expect(throws: NumericsError.notPositiveDefinite(minor: 2)) { try Cholesky(indefinite) }
        let bad = Matrix(rows: 1, columns: 1, elements: [.nan])
        #expect(throws: NumericsError.notFinite("matrix of a Cholesky factorisation")) { try Cholesky(bad) }
    }
}

@Suite struct QRTests {
    @Test(arguments: [(0, 0), (3, 0), (1, 1), (5, 5), (17, 5), (100, 30)])
    func `least squares satisfies the normal equations`(rows: Int, columns: Int) throws {
        let a = seededMatrix(rows, columns, seed: 6)
        let b = seededValues(rows, seed: 7)
        let qr = try QR(a)
        let x = qr.solve(b)
        #expect(x.count == columns)
        let residuals = zip(b, a.times(x)).map { $0 - $1 }
        let gradient = a.transposeTimes(residuals)
        #expect(gradient.allSatisfy { abs($0) < 1e-11 })
        #expect(largestDifference(qr.upper.gram(), a.gram()) < 1e-11)
    }

    @Test func `dependent columns are reported`() {
        let a = Matrix(rows: 4, columns: 2, elements: [1, 2, 2, 4, 3, 6, 4, 8])
        #expect(throws: NumericsError.rankDeficient(rank: 1, columns: 2)) { try QR(a) }
        #expect(throws: NumericsError.rankDeficient(rank: 0, columns: 2)) {
            try QR(Matrix(rows: 4, columns: 2))
        }
    }

    @Test func `a bad right-hand side gives nan and a bad matrix is refused`() throws {
        let qr = try QR(seededMatrix(4, 2, seed: 8))
        let x = qr.solve([1, .nan, 0, 0])
        #expect(x.count == 2 && x.allSatisfy(\.isNaN))
        let bad = Matrix(rows: 1, columns: 1, elements: [.infinity])
        #expect(throws: NumericsError.notFinite("matrix of a QR factorisation")) { try QR(bad) }
    }
}

@Suite struct SVDTests {
    @Test(arguments: [(0, 0), (3, 0), (0, 3), (1, 1), (1, 6), (6, 1), (17, 5), (5, 17), (40, 40)])
    func `the factors are orthonormal and multiply back`(rows: Int, columns: Int) throws {
        let a = seededMatrix(rows, columns, seed: 9)
        let svd = try SVD(a)
        #expect(svd.values.count == min(rows, columns))
        #expect(zip(svd.values, svd.values.dropFirst()).allSatisfy { $0 >= $1 && $1 >= 0 })
        #expect(isOrthonormal(svd.left))
        #expect(isOrthonormal(svd.rightTransposed.transposed()))
        let product = slowProduct(slowProduct(svd.left, .diagonal(svd.values)), svd.rightTransposed)
        #expect(largestDifference(product, a) < 1e-12)
        #expect(svd.rank() == min(rows, columns))
    }

    @Test func `the rank of a product of thin factors is their width`() throws {
        let a = seededMatrix(20, 3, seed: 10) * seededMatrix(3, 15, seed: 11)
        #expect(try SVD(a).rank() == 3)
        #expect(throws: NumericsError.notFinite("matrix of a singular value decomposition")) {
            try SVD(Matrix(rows: 1, columns: 2, elements: [1, .nan]))
        }
    }
}

@Suite struct SymmetricEigenTests {
    @Test(arguments: [0, 1, 2, 5, 33, 80])
    func `eigenvectors are orthonormal and scaled by the matrix`(size: Int) throws {
        let half = seededMatrix(size, size, seed: 12)
        var a = half
        for i in 0..<size {
            for j in 0..<size { a[i, j] = half[i, j] + half[j, i] }
        }
        let eigen = try SymmetricEigen(a)
        #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(isOrthonormal(eigen.vectors))
        let scaled = slowProduct(eigen.vectors, .diagonal(eigen.values))
        #expect(largestDifference(slowProduct(a, eigen.vectors), scaled) < 1e-11)
    }

    @Test func `a known matrix has its known eigenvalues`() throws {
        let eigen = try SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [2, 1, 1, 2]))
        #expect(largestDifference(eigen.values, [1, 3]) < 1e-14)
        #expect(abs(abs(eigen.vectors[0, 1]) - 0.5.squareRoot()) < 1e-14)
        #expect(abs(eigen.vectors[0, 1] - eigen.vectors[1, 1]) < 1e-14)
    }

    @Test(arguments: [0.0, 0.01, 100])
    func `ridge by eigenvalues agrees with Cholesky`(penalty: Double) throws {
        let a = seededMatrix(40, 6, seed: 13)
        let target = a.transposeTimes(seededValues(40, seed: 14))
        var g = a.gram()
        let eigen = try SymmetricEigen(g)
        for i in 0..<6 { g[i, i] += penalty }
        let want = try Cholesky(g).solve(target)
        #expect(largestDifference(eigen.solve(target, shift: penalty), want) < 1e-12)
    }

    @Test func `a bad matrix is refused`() {
        #expect(throws: NumericsError.notFinite("matrix of an eigenvalue problem")) {
            try SymmetricEigen(Matrix(rows: 1, columns: 1, elements: [.nan]))
        }
    }
}

@Suite struct LeastSquaresTests {
    @Test(arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (17, 5), (5, 17), (30, 30)])
    func `any shape is solved, with the least norm when many solve it`(rows: Int, columns: Int) throws {
        let a = seededMatrix(rows, columns, seed: 15)
        let b = seededValues(rows, seed: 16)
        let solution = try a.leastSquares(b)
        #expect(solution.rank == min(rows, columns))
        #expect(solution.coefficients.count == columns)
        #expect(largestDifference(solution.singularValues, try SVD(a).values) < 1e-12)
        // The pseudo-inverse, written out: x = V diag(1/s) Uᵀ b.
        let svd = try SVD(a)
        let rotated = zip(svd.left.transposeTimes(b), svd.values).map { $0 / $1 }
        let want = svd.rightTransposed.transposeTimes(rotated)
        // A rounding error of A moves x by the condition number times as much.
        let condition = (svd.values.first ?? 1) / (svd.values.last ?? 1)
        let size = want.reduce(1) { max($0, abs($1)) }
        #expect(largestDifference(solution.coefficients, want) < 1e-14 * condition * size)
    }

    @Test func `dependent columns share their coefficient`() throws {
        let a = Matrix(rows: 3, columns: 2, elements: [1, 1, 2, 2, 3, 3])
        let solution = try a.leastSquares([2, 4, 6])
        #expect(solution.rank == 1)
        #expect(largestDifference(solution.coefficients, [1, 1]) < 1e-13)
    }

    @Test func `bad input is refused and named`() {
        let a = Matrix(rows: 1, columns: 1, elements: [1])
        #expect(throws: NumericsError.notFinite("right-hand side of a least-squares problem")) {
            try a.leastSquares([.nan])
        }
        #expect(throws: NumericsError.notFinite("matrix of a least-squares problem")) {
            try Matrix(rows: 1, columns: 1, elements: [.nan]).leastSquares([1])
        }
    }
}
