import Forecasting
import Numerics

/// How unusual the window around a value is among all windows, in the directions along which they vary.
///
/// All windows of L values, each place brought to mean 0 and deviation 1, have a correlation matrix with
/// eigenvalues λ and directions v; y = w·v. The rows are
/// - distance: √Σ y²/(λ + 10⁻³ mean λ), the Mahalanobis distance;
/// - residual: √Σ y² over the leading directions that hold less than a tenth of the variance together, and
///   where the first holds more than that alone, |y| along the direction of least variance: a window leaves
///   the plane in which the others lie.
///
/// The matrix follows from sums along its diagonals, O(n L); the projections are products of matrices,
/// O(n L²).
///
/// - Source: Shyu et al., *A novel anomaly detection scheme based on principal component classifier*, ICDM
///   Foundations Workshop 2003 (major and minor components); on windows: Aggarwal, *Outlier Analysis*, 2nd
///   ed., 2017, sections 3.3 and 9.3.
struct SubspaceWindows: BatchEvidence {
    let names = ["subspace-distance", "subspace-residual"]
    let summary = "The window around is unusual in the directions along which windows vary."
    let source = "Shyu et al., ICDM Foundations Workshop 2003"

    /// The least eigenvalue, as a share of the mean one.
    private static let leastEigenvalue = 1e-3
    /// The share of the variance that the leading directions of the residual stay below.
    private static let leadingShare = 0.1
    /// Added to the deviation of each place, so that one without any stays 0.
    private static let leastDeviation = 1e-9
    /// Windows projected together.
    private static let block = 256

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        let width = min(window, z.count / 4)
        let still = [Double](repeating: 0, count: z.count)
        guard width >= 2, let moments = WindowMoments(z, width: width, floor: Self.leastDeviation),
            let eigen = try? SymmetricEigen(moments.correlation)
        else { return [still, still] }
        let total = eigen.values.reduce(0, +)
        let floor = Self.leastEigenvalue * total / Double(width)
        let weights = eigen.values.map { 1 / ($0 + floor) }
        let residual = Self.residual(eigen.values, total: total)

        let count = z.count - width + 1
        var distances: [Double] = []
        var residuals: [Double] = []
        var windows = Matrix(rows: Self.block, columns: width)
        var projected = Matrix(rows: Self.block, columns: width)
        for start in stride(from: 0, to: count, by: Self.block) {
            try progress.checkpoint()
            let rows = min(Self.block, count - start)
            windows.withMutableElements { moments.write(z, start..<start + rows, into: $0) }
            Matrix.multiply(windows, eigen.vectors, into: &projected)
            projected.withElements { y in
                for row in 0..<rows {
                    let (sum, rest) = Self.energies(
                        UnsafeBufferPointer(rebasing: y[row * width..<(row + 1) * width]), weights, residual)
                    distances.append(sum.squareRoot())
                    residuals.append(rest.squareRoot())
                }
            }
        }
        return [distances, residuals].map { CentredWindow.onCentres($0, count: z.count, width: width) }
    }

    /// The directions of the residual, by their places in ascending eigenvalues.
    private static func residual(_ eigenvalues: [Double], total: Double) -> Range<Int> {
        var sum = 0.0
        var first = eigenvalues.count
        while first > 0, (sum + eigenvalues[first - 1]) / total < leadingShare {
            sum += eigenvalues[first - 1]
            first -= 1
        }
        return first < eigenvalues.count ? first..<eigenvalues.count : 0..<1
    }

    private static func energies(
        _ y: UnsafeBufferPointer<Double>, _ weights: [Double], _ residual: Range<Int>
    ) -> (weighted: Double, residual: Double) {
        let weighted = weights.withUnsafeBufferPointer { weights in
            var sum = 0.0
            for k in y.indices { sum += y[k] * y[k] * weights[k] }
            return sum
        }
        var rest = 0.0
        for k in residual { rest += y[k] * y[k] }
        return (weighted, rest)
    }
}

/// Mean and deviation of each place in the windows of a series, and the correlations between the places.
private struct WindowMoments {
    let means: [Double]
    /// 1 / (deviation + floor).
    let scales: [Double]
    /// Shape *(width, width)*.
    let correlation: Matrix

    init?(_ z: [Double], width: Int, floor: Double) {
        let count = z.count - width + 1
        let size = Double(count)
        var sum = z[..<count].reduce(0, +)
        var means = [sum / size]
        for place in 1..<width {
            sum += z[place + count - 1] - z[place - 1]
            means.append(sum / size)
        }
        // Each diagonal of Σ z(t+i) z(t+j) follows from its first element: one product comes, one goes.
        var products = Matrix(rows: width, columns: width)
        products.withMutableElements { g in
            z.withUnsafeBufferPointer { z in
                for lag in 0..<width {
                    var sum = BLAS.dot(
                        UnsafeBufferPointer(rebasing: z[..<count]),
                        UnsafeBufferPointer(rebasing: z[lag..<lag + count]))
                    for i in 0..<width - lag {
                        let j = i + lag
                        if i > 0 { sum += z[i + count - 1] * z[j + count - 1] - z[i - 1] * z[j - 1] }
                        g[i * width + j] = sum / size - means[i] * means[j]
                        g[j * width + i] = g[i * width + j]
                    }
                }
            }
        }
        let scales = (0..<width).map { 1 / (max(products[$0, $0], 0).squareRoot() + floor) }
        products.withMutableElements { g in
            for i in 0..<width {
                for j in 0..<width { g[i * width + j] *= scales[i] * scales[j] }
            }
        }
        guard (0..<width).contains(where: { products[$0, $0] > 0 }) else { return nil }
        self.means = means
        self.scales = scales
        correlation = products
    }

    /// Writes standardised windows, one a row.
    func write(_ z: [Double], _ windows: Range<Int>, into rows: UnsafeMutableBufferPointer<Double>) {
        let width = means.count
        z.withUnsafeBufferPointer { z in
            means.withUnsafeBufferPointer { means in
                scales.withUnsafeBufferPointer { scales in
                    for window in windows {
                        let row = (window - windows.lowerBound) * width
                        for place in 0..<width {
                            rows[row + place] = (z[window + place] - means[place]) * scales[place]
                        }
                    }
                }
            }
        }
    }
}
