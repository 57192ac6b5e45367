import Forecasting

/// How far the window around a value is from the windows most like it: discords.
///
/// The rows are distances to the nearest and to the fifth nearest other window, each with three measures: of
/// shape (windows brought to mean 0 and deviation 1), of the movement (mean 0) and of the values themselves.
/// A window's score belongs to the value in its middle. The fifth neighbour finds an anomaly that occurs up
/// to four times more; neighbours may overlap each other, not the window.
///
/// - Source: Yeh et al., *Matrix profile I: all pairs similarity joins for time series*, ICDM 2016; the k-th
///   neighbour: Huang et al., *J-distance discord: an improved time series discord definition and discovery
///   method*, ICDM Workshops 2015.
struct MatrixProfile: BatchEvidence {
    /// What a window holds.
    enum Span: String, Sendable {
        /// A season, in about 32 means.
        case season
        /// A third of a season, 8 to 64 values as they are.
        case part
    }

    let span: Span

    var names: [String] {
        ["shape", "movement", "value"].flatMap { measure in
            ["nearest", "fifth"].map { "\(span.rawValue)-\(measure)-\($0)" }
        }
    }

    var summary: String {
        span == .season
            ? "No other season is like the one around." : "No other stretch is like the one around."
    }

    let source = "Yeh et al., Matrix profile I, ICDM 2016"

    /// Means in a season, about.
    private static let seasonMeans = 32

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        let share = span == .season ? max(1, (window + Self.seasonMeans / 2) / Self.seasonMeans) : 1
        let means = Self.means(of: z, each: share)
        let wished = span == .season ? max(8, window / share) : min(64, max(8, window / 3))
        // Four windows must fit, or there is nothing to compare.
        let width = min(wished, means.count / 4)
        guard width >= 2 else {
            return names.map { _ in [Double](repeating: 0, count: z.count) }
        }
        return try NeighbourSearch.distances(means, width: width, progress: progress).map { distances in
            let centred = CentredWindow.onCentres(distances, count: means.count, width: width)
            return z.indices.map { centred[min($0 / share, means.count - 1)] }
        }
    }

    /// The means of neighbouring values; a rest at the end is left out.
    private static func means(of z: [Double], each share: Int) -> [Double] {
        guard share > 1 else { return z }
        return (0..<z.count / share).map { block in
            z[block * share..<(block + 1) * share].reduce(0, +) / Double(share)
        }
    }
}
