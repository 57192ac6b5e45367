/// A linear regression estimated value by value in single precision: what ``PackedLeastSquares`` estimates, in little
/// more than half of the bytes, for the light tier.
///
/// P is kept as U D Uᵀ, where U has ones on its diagonal and zeros below it, and D is diagonal. No rounding can make D
/// negative; P itself would lose its sign in single precision, as soon as a smooth series makes its inputs nearly equal.
/// With f = Uᵀu, g = D f, and α the sums of f g from λ on, one column after the other:
///
///     d' = d α₋ / (α λ);  column' = column − b f / α₋;  b += g column;  and in the end w += e b / α
///
/// where α₋ and b are what they were before the column. α − λ is the leverage: how far the inputs are from those seen
/// before (Mahalanobis). The error that teaches may be clipped. O(width²).
///
/// The first input is a 1. Behind the others its column would hold what they say of it: −1 / c for a series that stands at
/// c, and P would be large where nothing is uncertain. Rounding may let an element of D grow by one digit in its last
/// place more than by 1 / λ.
///
/// - Source: Bierman, *Factorization Methods for Discrete Sequential Estimation*, 1977, section V.3; the forgetting is
///   that of Ljung & Söderström, *Theory and Practice of Recursive Identification*, 1983, section 2.2.
///
/// `padded` is the width up to a multiple of four. `cells` is for the columns of every four rows, without the first of
/// them: 32 for 7 inputs, 48 for 9, 96 for 13.
struct FactoredLeastSquares<let width: Int, let padded: Int, let cells: Int>: BitwiseCopyable, Sendable {
    /// The inputs, and zeros behind the last.
    typealias Inputs = InlineArray<padded, Float>

    /// D at the start: the weights are as good as unknown.
    private static var ignorance: Float { 1_000 }
    /// What nothing is learned of would become more and more uncertain without end. Each element of D is bounded, so that
    /// what is known stays known; ``PackedLeastSquares`` makes all of P smaller.
    private static var mostUncertain: Float { 1e6 / Float(width) }

    // Floats, and not fours of them: those would lie at multiples of 16 bytes, and leave bytes of no field before them.

    /// U: four rows after four rows, column by column, without the first column of each, which is a single 1.
    private var factor = InlineArray<cells, Float>(repeating: 0)
    private var diagonal = Inputs(repeating: 0)
    private var weights = Inputs(repeating: 0)

    /// What one step found.
    struct Step {
        var error: Double
        /// The error that was learned from.
        var lesson: Double
        var leverage: Double
    }

    /// - Parameter first: The weight at the start of the first input behind the 1.
    init(first: Float) {
        precondition(padded == (width + 3) / 4 * 4, "\(padded) places of \(width) inputs")
        weights[1] = first
        var place = 0
        for row in stride(from: 0, to: width, by: 4) {
            for column in row..<width {
                diagonal[column] = Self.ignorance
                guard column > row else { continue }
                if column < row + 4 { factor[place + column - row] = 1 }
                place += 4
            }
        }
        precondition(place == cells, "\(cells) cells where \(place) are needed")
    }

    /// Compares a value with its expectation, then learns from the difference.
    ///
    /// - Parameter clip: The largest error that teaches; `nil` for any.
    @inline(__always)
    mutating func step(_ value: Double, _ inputs: borrowing Inputs, forgetting: Float, clip: Double?) -> Step
    {
        var products = weights.quad(at: 0) * inputs.quad(at: 0)
        var row = 4
        while row < width {
            products += weights.quad(at: row) * inputs.quad(at: row)
            row &+= 4
        }
        let error = value - Double(products.sum())
        let lesson = clip.map { min(max(error, -$0), $0) } ?? error
        var alpha = forgetting
        let columns = scaleColumns(projections(of: inputs), forgetting, &alpha)
        let rate = Float(lesson) / alpha
        var place = 0
        row = 0
        while row < width {
            var sums = SIMD4(columns.gains[unchecked: row], 0, 0, 0)
            var column = row &+ 1
            while column < width {
                let old = factor.quad(at: place)
                factor.set(old - sums * columns.shares[unchecked: column], at: place)
                sums += old * columns.gains[unchecked: column]
                place &+= 4
                column &+= 1
            }
            weights.set(weights.quad(at: row) + sums * rate, at: row)
            row &+= 4
        }
        return Step(error: error, lesson: lesson, leverage: Double(alpha - forgetting))
    }

    // Loops count with &+: what stands in the way of unrolling them is the check of an overflow.

    /// f = Uᵀ u.
    @inline(__always)
    private mutating func projections(of inputs: borrowing Inputs) -> Inputs {
        // Four products of each column, to be summed.
        let first = inputs.quad(at: 0)
        var parts = InlineArray<width, SIMD4<Float>> { column in
            column == 0 ? SIMD4(first[0], 0, 0, 0) : factor.quad(at: 4 &* (column &- 1)) * first
        }
        var place = 4 &* (width &- 1)
        var row = 4
        while row < width {
            let rows = inputs.quad(at: row)
            parts[unchecked: row] += SIMD4(rows[0], 0, 0, 0)
            var column = row &+ 1
            while column < width {
                parts[unchecked: column] += factor.quad(at: place) * rows
                place &+= 4
                column &+= 1
            }
            row &+= 4
        }
        var projections = Inputs(repeating: 0)
        var column = 0
        while column &+ 3 < width {
            let sums = Self.sums(
                parts[unchecked: column], parts[unchecked: column &+ 1], parts[unchecked: column &+ 2],
                parts[unchecked: column &+ 3])
            projections.set(sums, at: column)
            column &+= 4
        }
        while column < width {
            projections[unchecked: column] = parts[unchecked: column].sum()
            column &+= 1
        }
        return projections
    }

    /// D', and g and f / α₋ of each column.
    @inline(__always)
    private mutating func scaleColumns(
        _ projections: borrowing Inputs, _ forgetting: Float, _ alpha: inout Float
    ) -> (gains: Inputs, shares: Inputs) {
        var columns = (gains: Inputs(repeating: 0), shares: Inputs(repeating: 0))
        let growth = 1 / forgetting
        var column = 0
        while column < width {
            let (f, d) = (projections.quad(at: column), diagonal.quad(at: column))
            let gain = d * f
            let product = gain * f
            var sums = product + SIMD4(0, product[0], product[1], product[2])
            sums += SIMD4(0, 0, sums[0], sums[1])
            let after = sums + alpha
            let before = SIMD4(alpha, after[0], after[1], after[2])
            alpha = after[3]
            let grown = d * (before / after * growth)
            let kept = grown.replacing(with: Self.mostUncertain, where: grown .> Self.mostUncertain)
            diagonal.set(kept, at: column)
            columns.gains.set(gain, at: column)
            columns.shares.set(f / before, at: column)
            column &+= 4
        }
        return columns
    }

    /// The sum of each.
    @inline(__always)
    private static func sums(
        _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>
    ) -> SIMD4<Float> {
        let ab = SIMD4(a[0], b[0], a[1], b[1]) + SIMD4(a[2], b[2], a[3], b[3])
        let cd = SIMD4(c[0], d[0], c[1], d[1]) + SIMD4(c[2], d[2], c[3], d[3])
        return SIMD4(ab[0], ab[1], cd[0], cd[1]) + SIMD4(ab[2], ab[3], cd[2], cd[3])
    }
}

extension InlineArray where Element == Float {
    /// Four elements side by side, unchecked.
    @inline(__always)
    fileprivate func quad(at place: Int) -> SIMD4<Float> {
        SIMD4(
            self[unchecked: place], self[unchecked: place &+ 1], self[unchecked: place &+ 2],
            self[unchecked: place &+ 3])
    }

    @inline(__always)
    fileprivate mutating func set(_ quad: SIMD4<Float>, at place: Int) {
        self[unchecked: place] = quad[0]
        self[unchecked: place &+ 1] = quad[1]
        self[unchecked: place &+ 2] = quad[2]
        self[unchecked: place &+ 3] = quad[3]
    }
}
