/// How far the latest window of a stream is from the nearest earlier one among the last `capacity` values.
///
/// Three distances share one dot product a pair: of windows standardised by their own mean and spread (the left
/// matrix profile), of windows without their mean, and of windows as they are. The last two are in standard units
/// and judge size as well as shape. Dot products run along diagonals: QT(i, j) = QT(i−1, j−1) + xᵢxⱼ − xᵢ₋ₘxⱼ₋ₘ; one
/// diagonal a step is computed anew, so that rounding does not add up. O(capacity) a value.
///
/// - Source: Yeh et al., *Matrix Profile I*, ICDM 2016; left profiles: Zhu, Imamura, Nikovski & Keogh,
///   *Matrix Profile VII: Time Series Chains*, ICDM 2017; a bounded memory: Yeh et al., *Matrix Profile XXIV:
///   matrix profile for streaming with X-lag-amnesic*, KDD 2022.
struct LeftMatrixProfile<
    let capacity: Int, Sample: BinaryFloatingPoint & BitwiseCopyable & Sendable
>: BitwiseCopyable, Sendable {
    /// A window whose spread is below this share of the usual one is taken to have that.
    private static var leastSpread: Double { 0.2 }
    /// So many windows are seen before there is an answer.
    private static var warmUp: Int { 4 }

    /// Values in a window.
    let window: Int
    /// By lag, the longest first: the dot product of the latest window and the one `reach − place` before.
    private var products = InlineArray<capacity, Sample>(repeating: 0)
    /// Of the windows that end at each value.
    private var means = InlineArray<capacity, Sample>(repeating: 0)
    private var spreads = InlineArray<capacity, Sample>(repeating: 0)
    private var sum = 0.0
    private var squares = 0.0

    /// The distances of the latest window, 0 during the warm-up.
    struct Distances: BitwiseCopyable, Sendable {
        var standardised = 0.0
        var centred = 0.0
        var raw = 0.0
    }

    /// - Parameter window: At least 8, and less than half of `capacity`.
    init(window: Int) {
        precondition(window >= 2 && 2 * window < capacity, "a window of \(window) in \(capacity)")
        self.window = window
    }

    /// The windows that are compared with begin at most so many values before the latest.
    private var reach: Int { capacity - window - 1 }

    /// Takes the last value of `recent`, which holds at least `capacity` of them, and compares the window that it ends.
    ///
    /// - Parameter variance: The slow variance of the series.
    mutating func push<let kept: Int>(
        _ recent: inout RecentValues<kept, Sample>, variance: Double
    ) -> Distances {
        let index = recent.count - 1
        let value = recent[0]
        sum += value
        squares += value * value
        var leaving = 0.0
        if index >= window {
            leaving = recent[window]
            sum -= leaving
            squares -= leaving * leaving
        }
        guard index >= window - 1 else { return Distances() }
        let mean = sum / Double(window)
        let spread = max(squares / Double(window) - mean * mean, 0).squareRoot()
        defer {
            means[index % capacity] = Sample(mean)
            spreads[index % capacity] = Sample(spread)
        }
        let first = max(window - 1, index - reach)
        guard first < index else { return Distances() }
        let latest = Latest(
            value: value, leaving: leaving, mean: mean, spread: spread,
            floor: Self.leastSpread * variance.squareRoot() + 1e-9, isFirst: index - reach <= window - 1)
        let distances = compare(latest, &recent, index: index, first: first)
        return index >= Self.warmUp * window ? distances : Distances()
    }

    private struct Latest {
        let value: Double
        let leaving: Double
        let mean: Double
        let spread: Double
        let floor: Double
        /// Whether the earliest window has no diagonal yet.
        let isFirst: Bool
    }

    private mutating func compare<let kept: Int>(
        _ latest: Latest, _ recent: inout RecentValues<kept, Sample>, index: Int, first: Int
    ) -> Distances {
        let count = index - first
        let place = reach - count
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: 5 * count) { all in
            let entering = Self.part(all, 0, count)
            let left = Self.part(all, 1, count)
            let dots = Self.part(all, 2, count)
            let mean = Self.part(all, 3, count)
            let spread = Self.part(all, 4, count)
            recent.copy(from: index - first, into: entering)
            // Windows that began with the stream have nothing before them; their dot products are computed anew.
            if first >= window {
                recent.copy(from: index - first + window, into: left)
            } else {
                left.initialize(repeating: 0)
                let known = UnsafeMutableBufferPointer(rebasing: left[(window - first)...])
                recent.copy(from: index, into: known)
            }
            RingCells.unroll(means.span, from: first % capacity, into: mean)
            RingCells.unroll(spreads.span, from: first % capacity, into: spread)
            RingCells.unroll(products.span, from: place, into: dots)
            for i in 0..<count { dots[i] = dots[i] + latest.value * entering[i] - latest.leaving * left[i] }
            let anew = latest.isFirst ? 0 : index % count
            dots[anew] = recent.product(window: window, lag: index - first - anew)
            var cells = products.mutableSpan
            for i in 0..<count { cells[unchecked: place &+ i] = Sample(dots[i]) }
            let compared = index - max(1, window / 2) - first + 1
            return Self.nearest(
                latest, dots, mean, spread, count: max(min(compared, count), 0), size: Double(window))
        }
    }

    private static func part(
        _ all: UnsafeMutableBufferPointer<Double>, _ number: Int, _ count: Int
    ) -> UnsafeMutableBufferPointer<Double> {
        UnsafeMutableBufferPointer(rebasing: all[number * count..<(number + 1) * count])
    }

    /// The smallest of each distance over the first `count` windows.
    private static func nearest(
        _ latest: Latest, _ dots: UnsafeMutableBufferPointer<Double>,
        _ means: UnsafeMutableBufferPointer<Double>, _ spreads: UnsafeMutableBufferPointer<Double>,
        count: Int, size: Double
    ) -> Distances {
        let ownSquare = latest.spread * latest.spread
        let own = max(latest.spread, latest.floor)
        let ownShare = ownSquare / (own * own)
        let inverse = 1 / size
        let doubled = 2 / own
        var least = (
            SIMD4(repeating: Double.infinity), SIMD4(repeating: Double.infinity),
            SIMD4(repeating: Double.infinity)
        )
        let floor = SIMD4(repeating: latest.floor)
        let raw = (
            UnsafeRawPointer(dots.baseAddress), UnsafeRawPointer(means.baseAddress),
            UnsafeRawPointer(spreads.baseAddress)
        )
        var i = 0
        if let dot = raw.0, let mean = raw.1, let spread = raw.2 {
            while i + 4 <= count {
                let at = i * MemoryLayout<Double>.stride
                let theirMean = mean.loadUnaligned(fromByteOffset: at, as: SIMD4<Double>.self)
                let theirs = spread.loadUnaligned(fromByteOffset: at, as: SIMD4<Double>.self)
                let product = dot.loadUnaligned(fromByteOffset: at, as: SIMD4<Double>.self)
                let covariance = product * inverse - theirMean * latest.mean
                let bounded = theirs.replacing(with: floor, where: theirs .< floor)
                let squares = theirs * theirs
                let apart = theirMean - latest.mean
                // One division for both: divisions are what this takes its time with.
                let share = 1 / bounded
                let standardised = (squares * share - covariance * doubled) * share + ownShare
                let centred = squares + ownSquare - 2 * covariance
                let whole = centred + apart * apart
                least.0.replace(with: standardised, where: standardised .< least.0)
                least.1.replace(with: centred, where: centred .< least.1)
                least.2.replace(with: whole, where: whole .< least.2)
                i += 4
            }
        }
        var smallest = (least.0.min(), least.1.min(), least.2.min())
        while i < count {
            let covariance = dots[i] * inverse - latest.mean * means[i]
            let bounded = max(spreads[i], latest.floor)
            let square = spreads[i] * spreads[i]
            let centred = square + ownSquare - 2 * covariance
            let apart = latest.mean - means[i]
            smallest.0 = min(
                smallest.0, (square / bounded - covariance * doubled) / bounded + ownShare)
            smallest.1 = min(smallest.1, centred)
            smallest.2 = min(smallest.2, centred + apart * apart)
            i += 1
        }
        guard count > 0 else { return Distances() }
        return Distances(
            standardised: max(smallest.0, 0).squareRoot(), centred: max(smallest.1, 0).squareRoot(),
            raw: max(smallest.2, 0).squareRoot())
    }
}

extension RecentValues {
    /// The dot product of the last `window` values and those `lag` steps before them.
    mutating func product(window: Int, lag: Int) -> Double {
        var sum = 0.0
        for i in 0..<window { sum += self[i] * self[lag + i] }
        return sum
    }
}
