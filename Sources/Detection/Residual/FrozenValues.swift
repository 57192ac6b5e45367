import Forecasting

/// How much more often than usual the values around one repeat the one before them: a sensor that hangs.
///
/// The share of repeats among the max(5, L/2) values around, less their share in the whole series, at
/// least 0. O(n).
///
/// - Source: the stuck-value test of real-time quality control, U.S. IOOS, *Manual for Real-Time Quality
///   Control of In-situ Temperature and Salinity Data* (QARTOD), *flat line test*; here as a rate.
struct FrozenValues: BatchEvidence {
    let names = ["frozen"]
    let summary = "The values around repeat each other more than usual."
    let source = "U.S. IOOS, QARTOD manual for temperature and salinity data, flat line test"

    /// In standard units: a smaller change is none.
    private static let leastChange = 1e-12

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        guard let first = z.first else { return [[]] }
        var previous = first + 1
        let repeats = z.map { value in
            defer { previous = value }
            return abs(value - previous) < Self.leastChange ? 1.0 : 0
        }
        let usual = repeats.reduce(0, +) / Double(repeats.count)
        return [CentredWindow.means(of: repeats, width: max(5, window / 2)).map { max($0 - usual, 0) }]
    }
}
