/// What is known of every window of a series before any two are compared, column by column.
struct WindowTable {
    /// Numbers of a column in use are followed, and those of the series led, by as many spare ones, so that
    /// eight windows side by side may reach past the ends.
    private static let spare = 8
    private static let columns = 8

    private let stride: Int
    private var cells: [Double]

    /// - Parameters:
    ///   - values: In standard units.
    ///   - width: Values in a window, 1 ... `values.count`.
    ///   - leastDeviation: What the deviation of a window counts as when it is less.
    init(_ values: [Double], width: Int, leastDeviation: Double) {
        stride = values.count + 2 * Self.spare
        cells = [Double](repeating: 0, count: Self.columns * stride)
        let stride = stride
        cells.withUnsafeMutableBufferPointer { cells in
            guard let base = cells.baseAddress else { return }
            Columns(base, stride: stride).fill(values, width: width, leastDeviation: leastDeviation)
        }
    }

    /// Calls `body` with the columns, writable.
    mutating func withColumns<R>(_ body: (Columns) -> R) -> R? {
        let stride = stride
        return cells.withUnsafeMutableBufferPointer { cells in
            cells.baseAddress.map { body(Columns($0, stride: stride)) }
        }
    }

    /// The columns in memory, indexed by the first step of a window.
    struct Columns {
        typealias Column = UnsafeMutablePointer<Double>

        /// The values times √(2/m): products of these, summed over a window, are twice the mean product. 0
        /// before the first one.
        let series: Column
        let mean: Column
        let variance: Column
        /// The variance as a share of the squared deviation that shapes are divided by.
        let ratio: Column
        /// One over that deviation.
        let scale: Column
        /// The squared distances to the furthest neighbours kept so far; ∞ while there are too few.
        let shapeLimit: Column
        let movementLimit: Column
        let valueLimit: Column

        fileprivate init(_ base: UnsafeMutablePointer<Double>, stride: Int) {
            func column(_ index: Int) -> Column { base + index * stride + spare }
            series = column(0)
            mean = column(1)
            variance = column(2)
            ratio = column(3)
            scale = column(4)
            shapeLimit = column(5)
            movementLimit = column(6)
            valueLimit = column(7)
        }

        fileprivate func fill(_ values: [Double], width: Int, leastDeviation: Double) {
            let size = Double(width)
            let unit = (2 / size).squareRoot()
            var (sum, squares) = (0.0, 0.0)
            for (t, value) in values.enumerated() {
                series[t] = value * unit
                sum += value
                squares += value * value
                if t >= width {
                    sum -= values[t - width]
                    squares -= values[t - width] * values[t - width]
                }
                guard t >= width - 1 else { continue }
                let window = t - width + 1
                mean[window] = sum / size
                let deviation = max(squares / size - mean[window] * mean[window], 0).squareRoot()
                let floored = max(deviation, leastDeviation)
                variance[window] = deviation * deviation
                ratio[window] = (deviation / floored) * (deviation / floored)
                scale[window] = 1 / floored
            }
            let count = values.count - width + 1
            for limit in [shapeLimit, movementLimit, valueLimit] {
                limit.update(repeating: .infinity, count: count)
                // Past the end nothing is near.
                (limit + count).update(repeating: -.infinity, count: spare)
            }
            for square in [variance, ratio] { (square + count).update(repeating: .infinity, count: spare) }
        }
    }
}

// MARK: - Two by two

extension WindowTable.Columns {
    typealias Pair = SIMD2<Double>

    /// What a window brings into each comparison.
    struct Window {
        let entering: Double
        let leaving: Double
        let twiceMean: Double
        let variance: Double
        let ratio: Double
        let scale: Double
        let shapeLimit: Double
        let valueLimit: Double
    }

    @inline(__always)
    func window(_ i: Int, width: Int) -> Window {
        Window(
            entering: series[i &+ width &- 1], leaving: series[i &- 1], twiceMean: 2 * mean[i],
            variance: variance[i], ratio: ratio[i], scale: scale[i], shapeLimit: shapeLimit[i],
            valueLimit: valueLimit[i])
    }

    /// Brings two products up to a window and the two from `j` on, and asks whether these may be near.
    ///
    /// A distance of values is never below that of movements, so what lies above the limit of values is near
    /// in neither.
    ///
    /// - Returns: Negative where a limit is undercut.
    @inline(__always)
    func advance(_ product: inout Pair, _ window: Window, _ j: Int, width: Int) -> SIMD2<Int64> {
        product +=
            window.entering * Self.pair(series + (j &+ width &- 1)) - window.leaving
            * Self.pair(series + (j &- 1))
        let covariance = product - window.twiceMean * Self.pair(mean + j)
        let movement = (window.variance + Self.pair(variance + j)) - covariance
        let shape = (window.ratio + Self.pair(ratio + j)) - covariance * window.scale * Self.pair(scale + j)
        return unsafeBitCast(movement - Self.larger(window.valueLimit, valueLimit + j), to: SIMD2<Int64>.self)
            | unsafeBitCast(shape - Self.larger(window.shapeLimit, shapeLimit + j), to: SIMD2<Int64>.self)
    }

    @inline(__always)
    static func pair(_ place: Column) -> Pair {
        UnsafeRawPointer(place).loadUnaligned(as: Pair.self)
    }

    @inline(__always)
    private static func larger(_ limit: Double, _ place: Column) -> Pair {
        let other = pair(place)
        return other.replacing(with: limit, where: other .< limit)
    }
}
