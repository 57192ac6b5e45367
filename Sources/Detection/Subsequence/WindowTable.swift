/// What is known of every window of a series before any two are compared, column by column.
struct WindowTable {
    /// Numbers before and after those of a column, so that windows side by side may reach past the ends.
    fileprivate static let spare = 8

    private let stride: Int
    private var cells: [Double]
    private var sieve: [Float]

    /// - Parameters:
    ///   - values: In standard units.
    ///   - width: Values in a window, 1 ... `values.count`.
    ///   - leastDeviation: What the deviation of a window counts as when it is less.
    init(_ values: [Double], width: Int, leastDeviation: Double) {
        stride = values.count + 2 * Self.spare
        cells = [Double](repeating: 0, count: Columns.count * stride)
        sieve = [Float](repeating: 0, count: Sieve.count * stride)
        _ = withColumns { $0.fill(values, width: width, leastDeviation: leastDeviation) }
    }

    /// Calls `body` with the columns, writable.
    mutating func withColumns<R>(_ body: (Columns) -> R) -> R? {
        let stride = stride
        return cells.withUnsafeMutableBufferPointer { cells in
            sieve.withUnsafeMutableBufferPointer { sieve in
                guard let cells = cells.baseAddress, let sieve = sieve.baseAddress else { return nil }
                return body(Columns(cells, Sieve(sieve, stride: stride), stride: stride))
            }
        }
    }

    /// The columns in memory, indexed by the first step of a window.
    struct Columns {
        typealias Column = UnsafeMutablePointer<Double>
        fileprivate static let count = 8

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
        let sieve: Sieve

        fileprivate init(_ base: UnsafeMutablePointer<Double>, _ sieve: Sieve, stride: Int) {
            func column(_ index: Int) -> Column { base + index * stride + spare }
            series = column(0)
            mean = column(1)
            variance = column(2)
            ratio = column(3)
            scale = column(4)
            shapeLimit = column(5)
            movementLimit = column(6)
            valueLimit = column(7)
            self.sieve = sieve
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
                sieve.enter(window, variance: variance[window], ratio: ratio[window], scale: scale[window])
            }
            let windows = values.count - width + 1
            for limit in [shapeLimit, movementLimit, valueLimit] {
                limit.update(repeating: .infinity, count: windows)
            }
            sieve.close(windows)
        }
    }

    /// Enough of the columns to tell most pairs apart in single precision, with a margin for its rounding.
    struct Sieve {
        typealias Column = UnsafeMutablePointer<Float>
        fileprivate static let count = 5
        /// What distances are lowered by, relative to their parts: at least twice what rounding can do.
        private static let margin: Float = 0x1p-20

        fileprivate let variance: Column
        fileprivate let ratio: Column
        fileprivate let scale: Column
        /// At least the limits of the columns.
        let shapeLimit: Column
        let valueLimit: Column

        fileprivate init(_ base: UnsafeMutablePointer<Float>, stride: Int) {
            func column(_ index: Int) -> Column { base + index * stride + spare }
            variance = column(0)
            ratio = column(1)
            scale = column(2)
            shapeLimit = column(3)
            valueLimit = column(4)
        }

        fileprivate func enter(_ window: Int, variance: Double, ratio: Double, scale: Double) {
            self.variance[window] = Float(variance) * (1 - Self.margin)
            self.ratio[window] = Float(ratio) * (1 - Self.margin)
            self.scale[window] = Float(scale)
        }

        /// Nothing is near past the last window.
        fileprivate func close(_ windows: Int) {
            for limit in [shapeLimit, valueLimit] {
                limit.update(repeating: .infinity, count: windows)
                (limit + windows).update(repeating: -.infinity, count: spare)
            }
            for square in [variance, ratio] { (square + windows).update(repeating: .infinity, count: spare) }
        }
    }
}

// MARK: - Four by four

extension WindowTable.Columns {
    typealias Four = SIMD4<Double>

    /// What a window brings into each comparison.
    struct Window {
        let entering: Double
        let leaving: Double
        let twiceMean: Double
        let variance: Float
        let ratio: Float
        let scale: Float
        let shapeLimit: Float
        let valueLimit: Float
    }

    @inline(__always)
    func window(_ i: Int, width: Int) -> Window {
        Window(
            entering: series[i &+ width &- 1], leaving: series[i &- 1], twiceMean: 2 * mean[i],
            variance: sieve.variance[i], ratio: sieve.ratio[i], scale: sieve.scale[i],
            shapeLimit: sieve.shapeLimit[i], valueLimit: sieve.valueLimit[i])
    }

    /// Brings four products up to a window and the four from `j` on, and asks whether these may be near.
    ///
    /// A distance of values is never below that of movements, so what lies above the limit of values is near
    /// in neither.
    ///
    /// - Returns: Negative where a limit may be undercut.
    @inline(__always)
    func advance(_ product: inout Four, _ window: Window, _ j: Int, width: Int) -> SIMD4<Int32> {
        product +=
            window.entering * Self.four(series + (j &+ width &- 1)) - window.leaving
            * Self.four(series + (j &- 1))
        let covariance = SIMD4<Float>(product - window.twiceMean * Self.four(mean + j))
        let movement = (window.variance + Self.four(sieve.variance + j)) - covariance
        let shape =
            (window.ratio + Self.four(sieve.ratio + j)) - covariance * window.scale
            * Self.four(sieve.scale + j)
        let valueLimit = Self.larger(window.valueLimit, sieve.valueLimit + j)
        let shapeLimit = Self.larger(window.shapeLimit, sieve.shapeLimit + j)
        return unsafeBitCast(movement - valueLimit, to: SIMD4<Int32>.self)
            | unsafeBitCast(shape - shapeLimit, to: SIMD4<Int32>.self)
    }

    /// Squared distances of a window to four others.
    struct Distances {
        let shape: Four
        let movement: Four
        let value: Four
    }

    /// The distances of a window to the four from `j` on.
    @inline(__always)
    func distances(_ product: Four, _ i: Int, _ j: Int) -> Distances {
        let means = Self.four(mean + j)
        let covariance = product - (2 * mean[i]) * means
        let movement = (variance[i] + Self.four(variance + j)) - covariance
        let apart = mean[i] - means
        return Distances(
            shape: (ratio[i] + Self.four(ratio + j)) - covariance * scale[i] * Self.four(scale + j),
            movement: movement, value: movement + apart * apart)
    }

    /// Negative where a distance is below the limit of the one window or of the other.
    @inline(__always)
    func undercuts(_ distances: Distances, _ i: Int, _ j: Int) -> SIMD4<Int64> {
        Self.signs(distances.shape, shapeLimit, i, j) | Self.signs(distances.movement, movementLimit, i, j)
            | Self.signs(distances.value, valueLimit, i, j)
    }

    @inline(__always)
    private static func signs(_ distance: Four, _ limit: Column, _ i: Int, _ j: Int) -> SIMD4<Int64> {
        unsafeBitCast(distance - limit[i], to: SIMD4<Int64>.self)
            | unsafeBitCast(distance - four(limit + j), to: SIMD4<Int64>.self)
    }

    @inline(__always)
    static func four<Number: SIMDScalar>(_ place: UnsafeMutablePointer<Number>) -> SIMD4<Number> {
        UnsafeRawPointer(place).loadUnaligned(as: SIMD4<Number>.self)
    }

    @inline(__always)
    private static func larger(_ limit: Float, _ place: UnsafeMutablePointer<Float>) -> SIMD4<Float> {
        let other = four(place)
        return other.replacing(with: limit, where: other .< limit)
    }
}
