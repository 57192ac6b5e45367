import Numerics

/// Means over windows around each value, and scores of windows given to values.
enum CentredWindow {
    /// The mean of the `width` values around each one; the first and the last value go on beyond the ends.
    ///
    /// An even window reaches one value further back than ahead.
    ///
    /// - Parameters:
    ///   - values: Finite.
    ///   - width: At least 1.
    /// - Complexity: O(n).
    static func means(of values: [Double], width: Int) -> [Double] {
        precondition(width >= 1, "a window of \(width)")
        guard width > 1, let first = values.first, let last = values.last else { return values }
        let count = values.count
        let before = width / 2
        var sums = [Double](repeating: 0, count: count + width)
        return values.withUnsafeBufferPointer { values in
            var sum = 0.0
            for i in 0..<count + width - 1 {
                let place = i - before
                sum += place < 0 ? first : place < count ? values[place] : last
                sums[i + 1] = sum
            }
            return (0..<count).map { (sums[$0 + width] - sums[$0]) / Double(width) }
        }
    }

    /// Gives the score of each window to the value in its middle; the first and last scores are held.
    ///
    /// - Parameters:
    ///   - scores: One a window, by its first value; not empty.
    ///   - count: Values of the series.
    ///   - width: Values in a window.
    static func onCentres(_ scores: [Double], count: Int, width: Int) -> [Double] {
        let before = width / 2
        let last = scores.count - 1
        return (0..<count).map { scores[min(max($0 - before, 0), last)] }
    }

    /// Gives each value the mean score of the windows that contain it.
    ///
    /// - Parameters: As ``onCentres(_:count:width:)``.
    static func covering(_ scores: [Double], count: Int, width: Int) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(scores.count + 1)
        var sum = 0.0
        for score in scores {
            sum += score
            sums.append(sum)
        }
        return (0..<count).map { step in
            let first = max(0, step - width + 1)
            let last = min(scores.count - 1, step)
            return (sums[last + 1] - sums[first]) / Double(last - first + 1)
        }
    }
}
