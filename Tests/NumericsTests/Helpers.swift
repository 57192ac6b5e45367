import Numerics
import TestSupport

/// Values in -1 ..< 1 that only the seed decides.
func seededValues(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Double.random(in: -1..<1, using: &generator) }
}

func seededMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: seededValues(rows * columns, seed: seed))
}

/// The largest absolute difference; infinite when the counts differ or a value is `nan`.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { worst, pair in
        let difference = abs(pair.0 - pair.1)
        return difference.isNaN ? .infinity : max(worst, difference)
    }
}

func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
    a.rows == b.rows && a.columns == b.columns ? largestDifference(a.elements, b.elements) : .infinity
}

/// The relative error of `got`, absolute when `want` is 0; infinite for `nan` and for a wrong infinity.
func relativeError(_ got: Double, _ want: Double) -> Double {
    if got == want { return 0 }
    let error = abs(got - want) / (want == 0 ? 1 : abs(want))
    return error.isNaN ? .infinity : error
}

/// The product by its definition.
func slowProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
    var c = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
        for j in 0..<b.columns {
            for k in 0..<a.columns { c[i, j] += a[i, k] * b[k, j] }
        }
    }
    return c
}
