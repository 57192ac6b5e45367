import Forecasting
import Glibc
import Numerics

/// Level, width and movement of the values around each one, against their medians over the whole series.
///
/// With m(x, w) the mean of x over the w values around a step, d the squared differences and L the season:
/// - variance-short, variance-season: |q − median q| of q = ln(m(d, w) + 10⁻⁶ mean d), w = L/4 and L;
/// - window-variance: the same of q = ln(m(z², L) − m(z, L)² + 10⁻⁴);
/// - amplitude: |z − median z|;
/// - mean-short, mean-long: |q − median q| of q = m(z, w), w = L/2 and 2L;
/// - difference: |z(t) − z(t−1)|.
/// No window is narrower than four values. O(n).
///
/// - Source: the statistics of Inclán & Tiao, *Use of cumulative sums of squares for retrospective detection
///   of changes of variance*, JASA 89 (1994), and of Page, *Continuous inspection schemes*, Biometrika 41
///   (1954), on moving windows.
struct CentredShift: BatchEvidence {
    let names = [
        "variance-short", "variance-season", "window-variance", "amplitude", "mean-short", "mean-long",
        "difference",
    ]
    let summary = "Level, width or movement of the values around differ from their usual ones."
    let source = "Inclán & Tiao, JASA 89 (1994); Page, Biometrika 41 (1954)"

    /// The narrowest window.
    private static let narrowest = 4
    /// Added to the mean squared difference, as a share of its usual one.
    private static let leastMovement = 1e-6
    /// Added to the variance, in squared standard units.
    private static let leastVariance = 1e-4

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        let least = Self.narrowest
        var previous = z.first ?? 0
        let changes = z.map { value in
            defer { previous = value }
            return value - previous
        }
        let squares = changes.map { $0 * $0 }
        // The last summand keeps the logarithm finite, whatever the series.
        let movement = Self.leastMovement * Descriptive.mean(squares) + 1e-12
        let movements = [window / 4, window].map { width in
            CentredWindow.means(of: squares, width: max(least, width)).map { log($0 + movement) }
        }
        let season = max(least, window)
        let moments = (
            first: CentredWindow.means(of: z, width: season),
            second: CentredWindow.means(of: z.map { $0 * $0 }, width: season)
        )
        let variances = zip(moments.first, moments.second).map { mean, square in
            log(max(square - mean * mean, 0) + Self.leastVariance)
        }
        let means = [window / 2, 2 * window].map { CentredWindow.means(of: z, width: max(least, $0)) }
        return [
            Self.fromMedian(movements[0]), Self.fromMedian(movements[1]), Self.fromMedian(variances),
            Self.fromMedian(z), Self.fromMedian(means[0]), Self.fromMedian(means[1]), changes.map(abs),
        ]
    }

    private static func fromMedian(_ values: [Double]) -> [Double] {
        let median = Descriptive.median(values)
        return values.map { abs($0 - median) }
    }
}
