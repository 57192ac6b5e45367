import Numerics
import Testing

@Suite struct ProductTests {
    static let shapes = [
        (1, 1, 1), (17, 5, 9), (0, 3, 2), (3, 0, 2), (3, 2, 0), (0, 0, 0), (1, 40, 1), (64, 33, 31),
    ]

    @Test(arguments: shapes)
    func `the product agrees with its definition`(m: Int, k: Int, n: Int) {
        let a = seededMatrix(m, k, seed: 1)
        let b = seededMatrix(k, n, seed: 2)
        #expect(largestDifference(a * b, slowProduct(a, b)) < 1e-13)
    }

    @Test(arguments: shapes)
    func `transposed factors, scale and accumulation agree with their definition`(m: Int, k: Int, n: Int) {
        for (left, right) in [(false, false), (true, false), (false, true), (true, true)] {
            let a = left ? seededMatrix(k, m, seed: 3) : seededMatrix(m, k, seed: 3)
            let b = right ? seededMatrix(n, k, seed: 4) : seededMatrix(k, n, seed: 4)
            let product = slowProduct(left ? a.transposed() : a, right ? b.transposed() : b)
            let old = seededMatrix(m, n, seed: 5)

            var c = old
            Matrix.multiply(
                a, b, into: &c, transposeLeft: left, transposeRight: right, scale: -2, accumulate: true)
            let want = zip(old.elements, product.elements).map { $0 - 2 * $1 }
            #expect(largestDifference(c.elements, want) < 1e-13)

            var d = Matrix(rows: m, columns: n, elements: [Double](repeating: .nan, count: m * n))
            Matrix.multiply(a, b, into: &d, transposeLeft: left, transposeRight: right)
            #expect(largestDifference(d, product) < 1e-13)
        }
    }

    @Test(arguments: [(0, 0), (0, 3), (3, 0), (1, 1), (17, 5), (5, 17), (65, 33)])
    func `products with vectors and the Gram matrix agree with their definition`(rows: Int, columns: Int) {
        let a = seededMatrix(rows, columns, seed: 6)
        let x = seededValues(columns, seed: 7)
        let y = seededValues(rows, seed: 8)
        let ax = slowProduct(a, Matrix(rows: columns, columns: 1, elements: x))
        let aty = slowProduct(a.transposed(), Matrix(rows: rows, columns: 1, elements: y))
        #expect(largestDifference(a.times(x), ax.elements) < 1e-13)
        #expect(largestDifference(a.transposeTimes(y), aty.elements) < 1e-13)

        var sum = y
        a.multiply(x, into: &sum, scale: 3, accumulate: true)
        #expect(largestDifference(sum, zip(y, ax.elements).map { $0 + 3 * $1 }) < 1e-13)

        #expect(largestDifference(a.gram(), slowProduct(a.transposed(), a)) < 1e-13)
    }

    @Test func `the result may share its elements with a factor`() {
        var a = seededMatrix(6, 6, seed: 9)
        let b = a
        let want = slowProduct(a, b)
        Matrix.multiply(b, b, into: &a)
        #expect(largestDifference(a, want) < 1e-13)
        #expect(b == seededMatrix(6, 6, seed: 9))
    }

    @Test(arguments: [0, 1, 2, 7, 100])
    func `dot, axpy and norm agree with their definition`(count: Int) {
        let x = seededValues(count, seed: 10)
        let y = seededValues(count, seed: 11)
        let dot = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(BLAS.dot(x, y) - dot) < 1e-13)
        var sum = y
        BLAS.axpy(0.5, x, onto: &sum)
        #expect(largestDifference(sum, zip(x, y).map { 0.5 * $0 + $1 }) < 1e-15)
        #expect(abs(BLAS.norm(x) - x.reduce(0) { $0 + $1 * $1 }.squareRoot()) < 1e-13)
    }
}
