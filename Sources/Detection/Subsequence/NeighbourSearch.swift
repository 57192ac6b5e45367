import Forecasting

/// The distances of every window of a series to those most like it, by all pairs.
///
/// With m values in a window, means μ, deviations σ and s = max(σ, 0.2), the squared distances a value are
/// - shape: σᵢ²/sᵢ² + σⱼ²/sⱼ² − 2c/(sᵢsⱼ), with c = wᵢ·wⱼ/m − μᵢμⱼ;
/// - movement: σᵢ² + σⱼ² − 2c;
/// - value: the same + (μᵢ − μⱼ)².
///
/// The scalar products along a diagonal j = i + k follow from each other by one value that comes and one
/// that goes. Eight diagonals go side by side. Nearly all pairs are told apart by two comparisons in single
/// precision (``WindowTable/Sieve``); only the few that may be nearer than what is known are measured in full.
///
/// Up to ``mostWindows`` windows all pairs are compared, O(n²). In a longer series a window is compared with
/// those up to ``reach`` steps away on each side only, so that the cost stays O(n): an anomaly that is alike to
/// something far away counts as new, and a season too rare to return within the reach counts as odd.
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
    /// Windows followed through all lags before the next are taken up, so that what is read stays in the cache.
    private static let stretch = 4096

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
        for start in stride(from: 0, to: search.count, by: stretch) {
            for lag in stride(from: max(1, width / 2), through: search.mostLag, by: lanes) {
                try progress.checkpoint()
                search.followDiagonals(from: lag, windows: start..<start + stretch)
            }
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

    private mutating func followDiagonals(from lag: Int, windows: Range<Int>) {
        guard windows.lowerBound < count - lag else { return }
        let walk = DiagonalWalk(
            windows: windows.clamped(to: 0..<count - lag), width: width, count: count, lag: lag,
            mostLag: mostLag)
        nearest.withUnsafeMutableBufferPointer { nearest in
            _ = table.withColumns { walk.run($0, nearest) }
        }
    }
}

/// Eight neighbouring diagonals: each window against those `lag` ..< `lag + 8` places later.
private struct DiagonalWalk {
    private typealias Columns = WindowTable.Columns
    private typealias Four = SIMD4<Double>

    /// The first windows of the pairs.
    let windows: Range<Int>
    let width: Int
    let count: Int
    let lag: Int
    let mostLag: Int

    func run(_ columns: WindowTable.Columns, _ nearest: UnsafeMutableBufferPointer<Double>) {
        var (left, right) = (Four.zero, Four.zero)
        // The products before the first windows: what leaves comes off again.
        for t in windows.lowerBound - 1..<windows.lowerBound + width - 1 {
            left += columns.series[t] * Columns.four(columns.series + t + lag)
            right += columns.series[t] * Columns.four(columns.series + t + lag + 4)
        }
        for i in windows {
            let window = columns.window(i, width: width)
            let j = i &+ lag
            let isLeftNear = columns.advance(&left, window, j, width: width)
            let isRightNear = columns.advance(&right, window, j &+ 4, width: width)
            guard Self.isAny(isLeftNear | isRightNear) else { continue }
            if Self.isAny(isLeftNear) { compare(i, j, left, columns, nearest) }
            if Self.isAny(isRightNear) { compare(i, j + 4, right, columns, nearest) }
        }
    }

    /// Whether a lane is negative; as one wide number, since asking lane by lane undoes the vectors before it.
    @inline(__always)
    private static func isAny(_ near: SIMD4<Int32>) -> Bool {
        unsafeBitCast(near & SIMD4(repeating: .min), to: UInt128.self) != 0
    }

    @inline(__always)
    private static func isAny(_ near: SIMD4<Int64>) -> Bool {
        let halves = near.lowHalf | near.highHalf
        return unsafeBitCast(halves & SIMD2(repeating: .min), to: UInt128.self) != 0
    }

    /// Keeps the distances of a window to the four from `j` on, of which the products are known.
    @inline(never)
    private func compare(
        _ i: Int, _ j: Int, _ products: SIMD4<Double>, _ columns: WindowTable.Columns,
        _ nearest: UnsafeMutableBufferPointer<Double>
    ) {
        let distances = columns.distances(products, i, j)
        let isNear = columns.undercuts(distances, i, j)
        guard Self.isAny(isNear) else { return }
        let last = min(count - 1, i + mostLag) - j
        for lane in 0..<4 where isNear[lane] < 0 && lane <= last {
            let (shape, movement) = (distances.shape[lane], distances.movement[lane])
            keep(shape, movement, distances.value[lane], of: i, columns, nearest)
            keep(shape, movement, distances.value[lane], of: j + lane, columns, nearest)
        }
    }

    @inline(__always)
    private func keep(
        _ shape: Double, _ movement: Double, _ value: Double, of window: Int, _ columns: WindowTable.Columns,
        _ nearest: UnsafeMutableBufferPointer<Double>
    ) {
        if shape < columns.shapeLimit[window] {
            columns.shapeLimit[window] = insert(shape, of: window, 0, nearest)
            columns.sieve.shapeLimit[window] = columns.shapeLimit[window].roundedUp
        }
        if movement < columns.movementLimit[window] {
            columns.movementLimit[window] = insert(movement, of: window, 1, nearest)
        }
        if value < columns.valueLimit[window] {
            columns.valueLimit[window] = insert(value, of: window, 2, nearest)
            columns.sieve.valueLimit[window] = columns.valueLimit[window].roundedUp
        }
    }

    /// Puts a distance among the nearest of a window and answers with the furthest of them.
    @inline(__always)
    private func insert(
        _ distance: Double, of window: Int, _ measure: Int, _ nearest: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        let list = (measure &* count &+ window) &* NeighbourSearch.neighbours
        let last = list &+ NeighbourSearch.neighbours &- 1
        var place = last
        while place > list && nearest[place &- 1] > distance {
            nearest[place] = nearest[place &- 1]
            place &-= 1
        }
        nearest[place] = distance
        return nearest[last]
    }
}

extension Double {
    /// At least this much, in single precision.
    fileprivate var roundedUp: Float { Float(self).nextUp }
}
