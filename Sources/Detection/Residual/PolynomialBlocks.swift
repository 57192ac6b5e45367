import Forecasting
import Numerics

/// How far values are from the curve through what lies before and after their block.
///
/// The series is cut into blocks of L values. A polynomial of degree 4 is fitted to the max(5L, 50) values on
/// each side of a block, the block itself left out, and the rows say how far each value of the block is from
/// it. The fit is solved in Legendre polynomials over the range of what is fitted, so that the normal
/// equations are well conditioned. O(n).
///
/// - Source: Li, Ma & Mei, *A unifying method for outlier and change detection from data streams based on
///   local polynomial fitting*, PAKDD 2007; with blocks left out, POLY of the TSB-UAD collection (Paparrizos et
///   al., PVLDB 15, 2022).
struct PolynomialBlocks: BatchEvidence {
    let names = ["polynomial"]
    let summary = "The value is far from the curve through what lies around its block."
    let source = "Li, Ma & Mei, PAKDD 2007"

    static let degree = 4
    /// Values on each side of a block: this many blocks, and at least ``leastReach`` values.
    private static let blocksReached = 5
    private static let leastReach = 50

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        let width = max(2, window)
        let reach = max(Self.blocksReached * width, Self.leastReach)
        var distances = [Double](repeating: 0, count: z.count)
        for start in stride(from: 0, to: z.count, by: width) {
            let block = start..<min(z.count, start + width)
            let around = max(0, start - reach)..<min(z.count, block.upperBound + reach)
            guard let curve = Self.curve(through: z, around, without: block) else { continue }
            for t in block { distances[t] = abs(z[t] - curve(t)) }
        }
        return [distances]
    }

    /// The fitted polynomial; `nil` for fewer than twice as many values as it has coefficients.
    private static func curve(
        through z: [Double], _ around: Range<Int>, without block: Range<Int>
    ) -> ((Int) -> Double)? {
        let parts = [around.lowerBound..<block.lowerBound, block.upperBound..<around.upperBound]
        let terms = degree + 1
        guard parts[0].count + parts[1].count >= 2 * terms else { return nil }
        let first = parts[0].isEmpty ? block.upperBound : around.lowerBound
        let last = parts[1].isEmpty ? block.lowerBound - 1 : around.upperBound - 1
        let centre = Double(first + last) / 2
        let half = Double(last - first) / 2

        var gram = Matrix(rows: terms, columns: terms)
        var right = [Double](repeating: 0, count: terms)
        gram.withMutableElements { gram in
            for part in parts {
                for t in part {
                    let basis = Legendre((Double(t) - centre) / half)
                    for i in 0..<terms {
                        right[i] += basis.values[i] * z[t]
                        for j in 0...i { gram[i * terms + j] += basis.values[i] * basis.values[j] }
                    }
                }
            }
        }
        guard let coefficients = (try? Cholesky(gram))?.solve(right) else { return nil }
        return { t in
            let basis = Legendre((Double(t) - centre) / half)
            var sum = 0.0
            for i in 0..<terms { sum += coefficients[i] * basis.values[i] }
            return sum
        }
    }

    /// The Legendre polynomials up to degree 4 at a place: orthogonal over −1 ... 1.
    private struct Legendre {
        let values: InlineArray<5, Double>

        init(_ u: Double) {
            let square = u * u
            values = [
                1, u, (3 * square - 1) / 2, u * (5 * square - 3) / 2,
                ((35 * square - 30) * square + 3) / 8,
            ]
        }
    }
}
