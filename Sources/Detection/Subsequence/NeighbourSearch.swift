import Forecasting

/// The distances of every window of a series to those most like it, by all pairs.
///
/// With m values in a window, means μ, deviations σ and s = max(σ, 0.2), the squared distances a value are
/// - shape: σᵢ²/sᵢ² + σⱼ²/sⱼ² − 2c/(sᵢsⱼ), with c = wᵢ·wⱼ/m − μᵢμⱼ;
/// - movement: σᵢ² + σⱼ² − 2c;
/// - value: the same + (μᵢ − μⱼ)².
///
/// The scalar products along a diagonal j = i + k follow from each other by one value that comes and one
/// that goes. Eight diagonals go side by side; a pair costs about 15 operations, and only the few that may be
/// nearer than what is known are looked at one by one.
///
/// Up to ``mostWindows`` windows all pairs are compared, O(n²). In a longer series a window is compared with
/// those up to ``reach`` steps away on each side only, so that the cost stays O(n): an anomaly that is alike to
/// something far away counts as new.
///
/// - Source: Zhu et al., *Matrix profile II: exploiting a novel algorithm and GPUs to break the one hundred
///   million barrier for time series motifs and joins*, ICDM 2016 (the recurrence).
struct NeighbourSearch {
    /// The rank of the further neighbour that is asked for.
    static let neighbours = 5
    /// Series with more windows are searched nearby only.
    static let mostWindows = 20_000
    /// How far a window of a long series is compared with others, on each side.
    static let reach = 10_000
    /// The least deviation that a shape is divided by, in standard units: below it lies noise.
    static let leastDeviation = 0.2

    /// Diagonals side by side.
    private static let lanes = 8
    private static let measures = 3

    private let width: Int
    /// How many windows there are.
    private let count: Int
    /// The greatest difference of places compared.
    private let mostLag: Int
    private var table: WindowTable
    /// The squared distances to the nearest, ascending: a list a window, window by window, measure by measure.
    private var nearest: [Double]

    /// - Parameters:
    ///   - values: In standard units.
    ///   - width: 2 ... `values.count`.
    ///   - reach: How far windows may lie apart; by default as the number of windows allows.
    init(_ values: [Double], width: Int, reach: Int? = nil) {
        precondition(width >= 2 && width <= values.count, "windows of \(width) in \(values.count) values")
        self.width = width
        count = values.count - width + 1
        mostLag = min(reach ?? (count > Self.mostWindows ? Self.reach : count), count - 1)
        table = WindowTable(values, width: width, leastDeviation: Self.leastDeviation)
        nearest = [Double](repeating: .infinity, count: Self.measures * count * Self.neighbours)
    }

    /// The distances (root mean squares): nearest and fifth nearest of shape, of movement, of value.
    ///
    /// Windows that overlap by more than a half are not compared.
    ///
    /// - Returns: Six rows, one number a window. A window without neighbours has 0, one with fewer than five
    ///   has the nearest twice.
    /// - Throws: ``ForecastError/cancelled``.
    static func distances(
        _ values: [Double], width: Int, reach: Int? = nil, progress: FitProgress
    ) throws(ForecastError) -> [[Double]] {
        var search = NeighbourSearch(values, width: width, reach: reach)
        for lag in stride(from: max(1, width / 2), through: search.mostLag, by: lanes) {
            try progress.checkpoint()
            search.followDiagonals(from: lag)
        }
        return (0..<2 * measures).map { row in search.row(measure: row / 2, isFifth: row % 2 == 1) }
    }

    private func row(measure: Int, isFifth: Bool) -> [Double] {
        (0..<count).map { window in
            let list = (measure * count + window) * Self.neighbours
            let fifth = nearest[list + Self.neighbours - 1]
            let square = isFifth && fifth.isFinite ? fifth : nearest[list]
            return square.isFinite ? max(square, 0).squareRoot() : 0
        }
    }

    private mutating func followDiagonals(from lag: Int) {
        let walk = DiagonalWalk(width: width, count: count, lag: lag)
        nearest.withUnsafeMutableBufferPointer { nearest in
            _ = table.withColumns { walk.run($0, nearest) }
        }
    }
}

/// Eight neighbouring diagonals: each window against those `lag` ..< `lag + 8` places later.
private struct DiagonalWalk {
    private typealias Columns = WindowTable.Columns
    private typealias Pair = SIMD2<Double>

    let width: Int
    let count: Int
    let lag: Int

    func run(_ columns: WindowTable.Columns, _ nearest: UnsafeMutableBufferPointer<Double>) {
        // Four pairs in names of their own stay in registers.
        var (first, second, third, fourth) = (Pair.zero, Pair.zero, Pair.zero, Pair.zero)
        for t in 0..<width - 1 {
            let place = columns.series + t + lag
            first += columns.series[t] * Columns.pair(place)
            second += columns.series[t] * Columns.pair(place + 2)
            third += columns.series[t] * Columns.pair(place + 4)
            fourth += columns.series[t] * Columns.pair(place + 6)
        }
        for i in 0..<count - lag {
            let window = columns.window(i, width: width)
            let j = i &+ lag
            let near = (
                columns.advance(&first, window, j, width: width),
                columns.advance(&second, window, j &+ 2, width: width),
                columns.advance(&third, window, j &+ 4, width: width),
                columns.advance(&fourth, window, j &+ 6, width: width)
            )
            guard Self.isAny(near.0 | near.1 | near.2 | near.3) else { continue }
            if Self.isAny(near.0) { compare(i, j, first, columns, nearest) }
            if Self.isAny(near.1) { compare(i, j + 2, second, columns, nearest) }
            if Self.isAny(near.2) { compare(i, j + 4, third, columns, nearest) }
            if Self.isAny(near.3) { compare(i, j + 6, fourth, columns, nearest) }
        }
    }

    /// Whether a lane is negative; as one wide number, since asking lane by lane undoes the vectors before it.
    @inline(__always)
    private static func isAny(_ near: SIMD2<Int64>) -> Bool {
        unsafeBitCast(near, to: UInt128.self) & signs != 0
    }

    private static let signs: UInt128 = 1 << 127 | 1 << 63

    /// Measures the distances of a window to two others, of which the products are known.
    @inline(never)
    private func compare(
        _ i: Int, _ start: Int, _ products: SIMD2<Double>, _ columns: Columns,
        _ nearest: UnsafeMutableBufferPointer<Double>
    ) {
        for lane in 0..<min(2, max(count - start, 0)) {
            let j = start + lane
            let covariance = products[lane] - 2 * columns.mean[i] * columns.mean[j]
            let shape =
                columns.ratio[i] + columns.ratio[j] - covariance * columns.scale[i] * columns.scale[j]
            let movement = columns.variance[i] + columns.variance[j] - covariance
            let apart = columns.mean[i] - columns.mean[j]
            let value = movement + apart * apart
            keep(shape, of: i, 0, columns.shapeLimit, nearest)
            keep(shape, of: j, 0, columns.shapeLimit, nearest)
            keep(movement, of: i, 1, columns.movementLimit, nearest)
            keep(movement, of: j, 1, columns.movementLimit, nearest)
            keep(value, of: i, 2, columns.valueLimit, nearest)
            keep(value, of: j, 2, columns.valueLimit, nearest)
        }
    }

    /// Puts a distance among the nearest of a window, if it is one of them.
    @inline(__always)
    private func keep(
        _ distance: Double, of window: Int, _ measure: Int, _ limits: Columns.Column,
        _ nearest: UnsafeMutableBufferPointer<Double>
    ) {
        guard distance < limits[window] else { return }
        let list = (measure * count + window) * NeighbourSearch.neighbours
        var place = list + NeighbourSearch.neighbours - 1
        while place > list && nearest[place - 1] > distance {
            nearest[place] = nearest[place - 1]
            place -= 1
        }
        nearest[place] = distance
        limits[window] = nearest[list + NeighbourSearch.neighbours - 1]
    }
}
