import Numerics
import Testing

@Suite struct MatrixTests {
    @Test func `a copy does not see what is written to the other`() {
        var a = Matrix(rows: 2, columns: 2, elements: [1, 2, 3, 4])
        let b = a
        a[0, 1] = 9
        #expect(a.elements == [1, 9, 3, 4])
        #expect(b.elements == [1, 2, 3, 4])

        var c = a
        c.withMutableElements { $0[0] = -1 }
        #expect(a[0, 0] == 1)
        #expect(c[0, 0] == -1)
    }

    @Test func `elements start on a cache line`() {
        for size in 0...9 {
            Matrix(rows: size, columns: 3).withElements { elements in
                #expect(Int(bitPattern: elements.baseAddress) % 64 == 0)
                #expect(elements.count == size * 3)
                #expect(elements.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func `rows, columns and elements agree`() {
        let a = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
        #expect(a.row(1) == [4, 5, 6])
        #expect(a.column(2) == [3, 6])
        #expect(a[1, 0] == 4)
        var b = a
        b.setRow(0, to: [7, 8, 9])
        #expect(b.elements == [7, 8, 9, 4, 5, 6])
        b.fill(2)
        #expect(b.elements == [Double](repeating: 2, count: 6))
    }

    @Test(arguments: [(0, 0), (0, 3), (1, 1), (1, 7), (17, 5), (33, 40)])
    func `the transpose swaps indices and undoes itself`(rows: Int, columns: Int) {
        let a = seededMatrix(rows, columns, seed: 3)
        let t = a.transposed()
        #expect(t.rows == columns && t.columns == rows)
        for i in 0..<rows {
            for j in 0..<columns { #expect(t[j, i] == a[i, j]) }
        }
        #expect(t.transposed() == a)
    }

    @Test func `the identity changes nothing`() {
        let a = seededMatrix(4, 4, seed: 8)
        #expect(Matrix.identity(4) * a == a)
        #expect(Matrix.identity(0).elements.isEmpty)
        #expect(Matrix.diagonal([2, 3]).elements == [2, 0, 0, 3])
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a single bad value makes a matrix not finite`(value: Double) {
        var a = seededMatrix(5, 5, seed: 1)
        #expect(a.isFinite)
        a[4, 3] = value
        #expect(!a.isFinite)
    }

    @Test func `an error thrown by the body passes through with its type`() {
        let a = Matrix(rows: 1, columns: 1)
        #expect(throws: NumericsError.notFinite("x")) {
            try a.withElements { _ throws(NumericsError) in throw NumericsError.notFinite("x") }
        }
    }
}
