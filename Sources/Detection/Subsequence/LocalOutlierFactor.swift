import Forecasting
import Numerics

/// How much sparser the windows around a value lie than the windows nearest to them.
///
/// With d(p, o) the distance and k(o) that to the k-th neighbour of o: reach(p, o) = max(k(o), d(p, o)), the
/// density of p is 1 / mean reach to its neighbours, and its factor the mean density of its neighbours over
/// its own. Neighbours are looked for among at most 2,000 windows, evenly spaced; those that overlap by more
/// than a half are no neighbours, as they are alike in any series. A value has the mean factor of the windows
/// that contain it, less 1. O(2,000 n) at most.
///
/// - Source: Breunig, Kriegel, Ng & Sander, *LOF: identifying density-based local outliers*, SIGMOD 2000.
struct LocalOutlierFactor: BatchEvidence {
    let names = ["local-outlier-factor"]
    let summary = "The windows around lie where windows are sparser than around their neighbours."
    let source = "Breunig, Kriegel, Ng & Sander, LOF, SIGMOD 2000"

    /// Within the range that the paper recommends, from 10 on, and the default of scikit-learn.
    static let neighbours = 20
    /// Windows that neighbours are looked for among, at most.
    static let sample = 2_000
    /// Distances a mean below this, in standard units, are rounding or noise.
    static let leastDistance = 0.01
    /// Windows that are compared together.
    private static let block = 256

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        guard let windows = WindowMeans(z, window: window) else { return [z.map { _ in 0 }] }
        let known = windows.sample(Self.sample)
        let points = OutlierFactors(
            windows.rows(known), places: known, apart: max(1, windows.places / 2),
            neighbours: Self.neighbours,
            leastDistance: Self.leastDistance * Double(windows.places).squareRoot())
        var factors: [Double] = []
        factors.reserveCapacity(windows.count)
        for start in stride(from: 0, to: windows.count, by: Self.block) {
            try progress.checkpoint()
            let places = Array(start..<min(start + Self.block, windows.count))
            factors += points.factors(of: windows.rows(places), places: places)
        }
        return [windows.covering(factors.map { max($0 - 1, 0) }, values: z.count)]
    }
}

/// Points that the local outlier factors of others are told by.
struct OutlierFactors: Sendable {
    /// Added to the mean reach, so that the density of equal points is finite; that of scikit-learn.
    private static let leastReach = 1e-10

    /// Shape *(points, coordinates)*.
    private let points: Matrix
    private let squares: [Double]
    /// Where each point lies in time, ascending.
    private let places: [Int]
    private let apart: Int
    private let neighbours: Int
    private let leastDistance: Double
    /// The distance of each point to its k-th neighbour; ∞ for one without any.
    private var reach: [Double] = []
    private var density: [Double] = []

    /// - Parameters:
    ///   - points: Shape *(points, coordinates)*; finite.
    ///   - places: Where each lies in time, ascending.
    ///   - apart: Points nearer in time than this are no neighbours; 1 for a point itself alone.
    ///   - neighbours: k, at least 1.
    ///   - leastDistance: What lies nearer lies so far.
    init(_ points: Matrix, places: [Int], apart: Int = 1, neighbours: Int, leastDistance: Double = 0) {
        precondition(points.rows == places.count, "\(places.count) places of \(points.rows) points")
        self.points = points
        self.places = places
        self.apart = apart
        self.neighbours = neighbours
        self.leastDistance = leastDistance
        squares = Self.squares(of: points)
        let nearest = nearest(to: points, places: places)
        reach = nearest.map { $0.last?.distance ?? .infinity }
        density = nearest.map(density)
    }

    /// The factor of each point: about 1 inside a cluster, more outside; 1 without neighbours.
    ///
    /// - Parameters:
    ///   - others: Shape *(others, coordinates)*; finite.
    ///   - places: Where each lies in time.
    func factors(of others: Matrix, places: [Int]) -> [Double] {
        nearest(to: others, places: places).map { own in
            guard !own.isEmpty else { return 1 }
            let around = own.reduce(0) { $0 + density[$1.point] } / Double(own.count)
            return around / density(own)
        }
    }

    private struct Neighbour {
        let distance: Double
        let point: Int
    }

    private func density(_ nearest: [Neighbour]) -> Double {
        guard !nearest.isEmpty else { return 0 }
        let sum = nearest.reduce(0) { $0 + max($1.distance, reach[$1.point]) }
        return 1 / (sum / Double(nearest.count) + Self.leastReach)
    }

    /// The nearest points to each of some others, ascending; the first in time of equally near ones.
    private func nearest(to others: Matrix, places otherPlaces: [Int]) -> [[Neighbour]] {
        var products = Matrix(rows: others.rows, columns: points.rows)
        Matrix.multiply(others, points, into: &products, transposeRight: true)
        let otherSquares = Self.squares(of: others)
        return products.withElements { products in
            (0..<others.rows).map { other in
                nearest(
                    UnsafeBufferPointer(rebasing: products[other * points.rows..<(other + 1) * points.rows]),
                    square: otherSquares[other], place: otherPlaces[other])
            }
        }
    }

    private func nearest(
        _ products: UnsafeBufferPointer<Double>, square: Double, place: Int
    ) -> [Neighbour] {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: neighbours) { best in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: neighbours) { owners in
                var count = 0
                for point in products.indices where abs(places[point] - place) >= apart {
                    let apart = square + squares[point] - 2 * products[point]
                    guard count < neighbours || apart < best[count - 1] else { continue }
                    var i = count < neighbours ? count : count - 1
                    while i > 0 && best[i - 1] > apart {
                        best[i] = best[i - 1]
                        owners[i] = owners[i - 1]
                        i -= 1
                    }
                    best[i] = apart
                    owners[i] = point
                    count = min(count + 1, neighbours)
                }
                return (0..<count).map {
                    Neighbour(
                        distance: max(max(best[$0], 0).squareRoot(), leastDistance), point: owners[$0])
                }
            }
        }
    }

    private static func squares(of points: Matrix) -> [Double] {
        points.withElements { cells in
            (0..<points.rows).map { row in
                var sum = 0.0
                for i in row * points.columns..<(row + 1) * points.columns { sum += cells[i] * cells[i] }
                return sum
            }
        }
    }
}
