import Forecasting
import Glibc
import Numerics

/// How far the windows that contain a value are from the ten shapes that windows of the series have.
///
/// Windows of L values, as at most 63 means, brought to mean 0 and deviation 1, are clustered by twelve rounds of
/// Lloyd's algorithm on about 2,000 of them, started from ten that are evenly spaced in time, so that the answer
/// is the same every time. A value has the mean distance to the nearest centre of all windows that contain
/// it. O(n L).
///
/// - Source: Yairi, Kato & Hori, *Fault detection by mining association rules from house-keeping data*,
///   i-SAIRAS 2001 (KMeansAD); Lloyd, *Least squares quantization in PCM*, IEEE Trans. Information Theory 28
///   (1982).
struct WindowClusters: BatchEvidence {
    let names = ["clusters"]
    let summary = "The windows around have none of the usual shapes."
    let source = "Yairi, Kato & Hori, i-SAIRAS 2001"

    static let clusters = 10
    static let rounds = 12
    /// Windows clustered, about: every so many-th is one of them.
    private static let sample = 2000
    /// Means in a window: half as many again when the width is no multiple.
    private static let means = 32
    /// The least deviation that a window is divided by, in standard units of the series.
    private static let leastDeviation = 0.1

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        let width = min(window, z.count / 4)
        guard width >= 2 else { return [[Double](repeating: 0, count: z.count)] }
        let count = z.count - width + 1
        let shapes = ShapeWriter(
            z, width: width, share: max(1, width / Self.means),
            floor: Self.leastDeviation * Descriptive.populationDeviation(z) + 1e-9)
        let step = max(1, count / Self.sample)
        var lloyd = LloydClusters(
            stride(from: 0, to: count, by: step).map(shapes.shape), clusters: Self.clusters)
        for _ in 1..<Self.rounds {
            try progress.checkpoint()
            lloyd.improve()
        }
        let distances = (0..<count).map { lloyd.nearest(to: shapes.shape($0)).square.squareRoot() }
        return [CentredWindow.covering(distances, count: z.count, width: width)]
    }
}

/// The shape of each window: its means over short stretches, less their mean, in units of their deviation.
private struct ShapeWriter {
    private let z: [Double]
    private let share: Int
    private let floor: Double
    private let places: Int

    init(_ z: [Double], width: Int, share: Int, floor: Double) {
        self.z = z
        self.share = share
        self.floor = floor
        places = width / share
    }

    /// The shape of the window that starts at a step.
    func shape(_ start: Int) -> [Double] {
        z.withUnsafeBufferPointer { z in
            [Double](unsafeUninitializedCapacity: places) { shape, filled in
                var total = 0.0
                for place in 0..<places {
                    var sum = 0.0
                    for t in 0..<share { sum += z[start + place * share + t] }
                    let mean = sum / Double(share)
                    shape.initializeElement(at: place, to: mean)
                    total += mean
                }
                let mean = total / Double(places)
                var squares = 0.0
                for place in 0..<places {
                    shape[place] -= mean
                    squares += shape[place] * shape[place]
                }
                let deviation = max((squares / Double(places)).squareRoot(), floor)
                for place in 0..<places { shape[place] /= deviation }
                filled = places
            }
        }
    }
}

/// Clusters of points by Lloyd's algorithm.
struct LloydClusters {
    private typealias Lanes = SIMD8<Double>

    private let points: [[Double]]
    /// One a cluster; as long as a point.
    private(set) var centres: [[Double]]

    /// - Parameter points: At least one, all of one length. The first centres are evenly spaced among them.
    init(_ points: [[Double]], clusters: Int) {
        precondition(!points.isEmpty && clusters > 1, "\(clusters) clusters of \(points.count) points")
        self.points = points
        let last = points.count - 1
        let spacing = Double(last) / Double(clusters - 1)
        centres = (0..<clusters).map { points[min(Int(Double($0) * spacing), last)] }
    }

    /// Moves each centre to the mean of the points that it is nearest to.
    ///
    /// A centre without points moves to a point of its own, spread by a prime.
    mutating func improve() {
        let places = points[0].count
        var counts = [Int](repeating: 0, count: centres.count)
        var sums = [[Double]](repeating: [Double](repeating: 0, count: places), count: centres.count)
        for point in points {
            let cluster = nearest(to: point).cluster
            counts[cluster] += 1
            sums[cluster].withUnsafeMutableBufferPointer { sum in
                for place in 0..<places { sum[place] += point[place] }
            }
        }
        for (cluster, count) in counts.enumerated() {
            centres[cluster] =
                count > 0
                ? sums[cluster].map { $0 / Double(count) } : points[cluster * 7919 % points.count]
        }
    }

    /// The nearest centre, the first of several, and the squared distance to it.
    func nearest(to point: [Double]) -> (cluster: Int, square: Double) {
        var best = (cluster: 0, square: Double.infinity)
        for (cluster, centre) in centres.enumerated() {
            let square = Self.square(point, centre)
            if square < best.square { best = (cluster, square) }
        }
        return best
    }

    private static func square(_ a: [Double], _ b: [Double]) -> Double {
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                let count = a.count / 8
                let whole = count - count % Lanes.scalarCount
                var lanes = Lanes.zero
                for place in stride(from: 0, to: whole, by: Lanes.scalarCount) {
                    let apart =
                        a.loadUnaligned(fromByteOffset: 8 * place, as: Lanes.self)
                        - b.loadUnaligned(fromByteOffset: 8 * place, as: Lanes.self)
                    lanes += apart * apart
                }
                var sum = lanes.sum()
                for place in whole..<count {
                    let apart =
                        a.load(fromByteOffset: 8 * place, as: Double.self)
                        - b.load(fromByteOffset: 8 * place, as: Double.self)
                    sum += apart * apart
                }
                return sum
            }
        }
    }
}
