import Forecasting

/// The distances of every window of a series to those most like it, by all pairs.
///
/// With m values in a window, means μ, deviations σ and s = max(σ, 0.2), the squared distances a value are
/// - shape: σᵢ²/sᵢ² + σⱼ²/sⱼ² − 2c/(sᵢsⱼ), with c = wᵢ·wⱼ/m − μᵢμⱼ;
/// - movement: σᵢ² + σⱼ² − 2c;
/// - value: the same + (μᵢ − μⱼ)².
///
/// The scalar products along a diagonal j = i + k follow from each other by one value that comes and one
/// that goes. Eight diagonals go side by side; a pair costs about 20 operations, and only the few that are
/// nearer than what is known are looked at one by one.
///
/// Up to ``mostWindows`` windows all pairs are compared, O(n²). In a longer series a window is compared with
/// those up to ``reach`` steps away on each side only, so that the cost stays O(n): an anomaly that is alike to
/// something far away counts as new.
///
/// - Source: Zhu et al., *Matrix profile II: exploiting a novel algorithm and GPUs to break the one hundred
///   million barrier for time series motifs and joins*, ICDM 2016 (the recurrence).
struct NeighbourSearch {
    /// The neighbour of the greater rank that is asked for.
    static let neighbours = 5
    /// Series with more windows are searched nearby only.
    static let mostWindows = 20_000
    /// How far a window of a long series is compared with others, on each side.
    static let reach = 10_000
    /// The least deviation that a shape is divided by, in standard units: below it lies noise.
    static let leastDeviation = 0.2

    private typealias Lanes = SIMD8<Double>
    private static let lanes = Lanes.scalarCount

    /// Values in a window.
    let width: Int
    /// How many windows there are.
    let count: Int
    /// The greatest difference of places compared.
    private let mostLag: Int
    /// Columns of ``table``, each `stride` long: padded so that a lane past the end is far from everything.
    private enum Column {
        static let series = 0, mean = 1, variance = 2, ratio = 3, scale = 4
        /// The squared distances to the fifth neighbours so far, a column a measure.
        static let limit = 5
        static let all = 8
    }
    private let stride: Int
    private let table: [Double]

    /// - Parameters:
    ///   - values: In standard units.
    ///   - width: 2 ... `values.count`.
    init(_ values: [Double], width: Int, reach: Int? = nil) {
        precondition(width >= 2 && width <= values.count, "windows of \(width) in \(values.count) values")
        self.width = width
        count = values.count - width + 1
        mostLag = reach ?? (count > Self.mostWindows ? Self.reach : count - 1)
        stride = values.count + Self.lanes
        var table = [Double](repeating: 0, count: Column.all * stride)
        let size = Double(width)
        let scaled = (2 / size).squareRoot()
        var (sum, squares) = (0.0, 0.0)
        for (t, value) in values.enumerated() {
            // Products of these are 2/m times those of the values.
            table[Column.series * stride + t] = value * scaled
            sum += value
            squares += value * value
            if t >= width {
                sum -= values[t - width]
                squares -= values[t - width] * values[t - width]
            }
            guard t >= width - 1 else { continue }
            let window = t - width + 1
            let mean = sum / size
            let deviation = max(squares / size - mean * mean, 0).squareRoot()
            let floored = max(deviation, Self.leastDeviation)
            table[Column.mean * stride + window] = mean
            table[Column.variance * stride + window] = deviation * deviation
            table[Column.ratio * stride + window] = (deviation / floored) * (deviation / floored)
            table[Column.scale * stride + window] = 1 / floored
        }
        for place in count..<stride {
            table[Column.variance * stride + place] = .infinity
            table[Column.ratio * stride + place] = .infinity
        }
        for measure in 0..<3 {
            for place in 0..<stride {
                table[(Column.limit + measure) * stride + place] = place < count ? .infinity : -.infinity
            }
        }
        self.table = table
    }

    /// The distances a value (root mean squared): nearest and fifth nearest of shape, of movement, of value.
    ///
    /// - Returns: Six rows, one number a window. A window without neighbours has 0, one with fewer than five
    ///   has the nearest twice.
    func distances(_ progress: FitProgress) throws(ForecastError) -> [[Double]] {
        var table = table
        var nearest = [Double](repeating: .infinity, count: 3 * count * Self.neighbours)
        let exclusion = max(1, width / 2)
        for lag in Swift.stride(from: exclusion, through: min(mostLag, count - 1), by: Self.lanes) {
            try progress.checkpoint()
            table.withUnsafeMutableBufferPointer { table in
                nearest.withUnsafeMutableBufferPointer { nearest in
                    guard let base = table.baseAddress else { return }
                    followDiagonals(from: lag, base, nearest)
                }
            }
        }
        return (0..<6).map { row in
            (0..<count).map { window in
                let list = (row / 2 * count + window) * Self.neighbours
                let first = nearest[list]
                let last = nearest[list + Self.neighbours - 1]
                let chosen = row % 2 == 1 && last.isFinite ? last : first
                return chosen.isFinite ? max(chosen, 0).squareRoot() : 0
            }
        }
    }

    /// Goes along eight diagonals at once: a window against those `lag` ..< `lag + 8` places later.
    private func followDiagonals(
        from lag: Int, _ table: UnsafeMutablePointer<Double>, _ nearest: UnsafeMutableBufferPointer<Double>
    ) {
        let series = table + Column.series * stride
        let mean = table + Column.mean * stride
        let variance = table + Column.variance * stride
        let ratio = table + Column.ratio * stride
        let scale = table + Column.scale * stride
        let limits = (
            table + Column.limit * stride, table + (Column.limit + 1) * stride,
            table + (Column.limit + 2) * stride
        )
        var product = Lanes.zero
        for t in 0..<width - 1 { product += series[t] * Self.load(series + t + lag) }
        for i in 0..<count - lag {
            let j = i + lag
            // What comes and goes; the first window has lost nothing yet.
            if i == 0 {
                product += series[width - 1] * Self.load(series + j + width - 1)
            } else {
                product +=
                    series[i + width - 1] * Self.load(series + j + width - 1)
                    - series[i - 1] * Self.load(series + j - 1)
            }
            let means = Self.load(mean + j)
            let covariance = product - (2 * mean[i]) * means
            let shape = (ratio[i] + Self.load(ratio + j)) - covariance * scale[i] * Self.load(scale + j)
            let movement = (variance[i] + Self.load(variance + j)) - covariance
            let apart = mean[i] - means
            let value = movement + apart * apart
            let isNear =
                Self.signs(shape, below: limits.0[i], limits.0 + j)
                | Self.signs(movement, below: limits.1[i], limits.1 + j)
                | Self.signs(value, below: limits.2[i], limits.2 + j)
            guard Self.anyNegative(isNear) else { continue }
            for lane in 0..<Self.lanes where j + lane < count {
                for (measure, distance) in [shape[lane], movement[lane], value[lane]].enumerated() {
                    for window in [i, j + lane] {
                        keep(distance, of: window, measure, table, nearest)
                    }
                }
            }
        }
    }

    /// Puts a distance among the nearest of a window, if it is one of them.
    @inline(__always)
    private func keep(
        _ distance: Double, of window: Int, _ measure: Int, _ table: UnsafeMutablePointer<Double>,
        _ nearest: UnsafeMutableBufferPointer<Double>
    ) {
        let limit = table + (Column.limit + measure) * stride + window
        guard distance < limit.pointee else { return }
        let list = (measure * count + window) * Self.neighbours
        var place = list + Self.neighbours - 1
        while place > list && nearest[place - 1] > distance {
            nearest[place] = nearest[place - 1]
            place -= 1
        }
        nearest[place] = distance
        limit.pointee = nearest[list + Self.neighbours - 1]
    }

    @inline(__always)
    private static func load(_ place: UnsafeMutablePointer<Double>) -> Lanes {
        UnsafeRawPointer(place).loadUnaligned(as: Lanes.self)
    }

    /// Negative where a distance is below the limit of the first window or of the second.
    @inline(__always)
    private static func signs(
        _ distance: Lanes, below limit: Double, _ limits: UnsafeMutablePointer<Double>
    ) -> SIMD8<Int64> {
        let second = load(limits)
        return unsafeBitCast(distance - limit, to: SIMD8<Int64>.self)
            | unsafeBitCast(distance - second, to: SIMD8<Int64>.self)
    }

    @inline(__always)
    private static func anyNegative(_ lanes: SIMD8<Int64>) -> Bool {
        let four = lanes.lowHalf | lanes.highHalf
        let two = four.lowHalf | four.highHalf
        return (two.x | two.y) < 0
    }
}
