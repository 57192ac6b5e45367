import Numerics

/// The windows of a series as points: each is the means over short stretches of L values, as they are.
///
/// A window has about 32 means, and at most 63; a long season is seen in steps of a thirty-second of it. The
/// next window begins one step later.
struct WindowMeans: Sendable {
    /// Means in a window: half as many again when the width is no multiple.
    private static let usualPlaces = 32

    /// Values in a mean; also how far windows are apart.
    let share: Int
    /// Means in a window.
    let places: Int
    /// The means of neighbouring values; a rest at the end is left out.
    private let means: [Double]

    /// The windows of a series; `nil` when there are not four that do not overlap.
    ///
    /// - Parameters:
    ///   - z: In standard units.
    ///   - window: Steps in a season, or what stands in for it.
    init?(_ z: [Double], window: Int) {
        let width = min(window, z.count / 4)
        guard width >= 2 else { return nil }
        let share = max(1, width / Self.usualPlaces)
        self.share = share
        places = width / share
        means = (0..<z.count / share).map { block in
            var sum = 0.0
            for t in block * share..<(block + 1) * share { sum += z[t] }
            return sum / Double(share)
        }
    }

    /// How many windows there are.
    var count: Int { means.count - places + 1 }

    /// Values in a window.
    var width: Int { places * share }

    /// Some windows, one a row.
    ///
    /// - Parameter windows: Their numbers, each below ``count``.
    func rows(_ windows: some Collection<Int>) -> Matrix {
        var rows = Matrix(rows: windows.count, columns: places)
        rows.withMutableElements { cells in
            var cell = 0
            for window in windows {
                for place in 0..<places {
                    cells[cell] = means[window + place]
                    cell += 1
                }
            }
        }
        return rows
    }

    /// At most so many windows, evenly spaced; all of them when there are no more.
    func sample(_ most: Int) -> [Int] {
        Array(stride(from: 0, to: count, by: max(1, (count + most - 1) / most)))
    }

    /// Gives each value the mean score of the windows that contain it.
    ///
    /// - Parameters:
    ///   - scores: One a window.
    ///   - values: In the series.
    func covering(_ scores: [Double], values: Int) -> [Double] {
        // A score stands for the steps up to the next window; the last one for the values that are left.
        let each = (0...values - width).map { scores[min($0 / share, scores.count - 1)] }
        return CentredWindow.covering(each, count: values, width: width)
    }
}
