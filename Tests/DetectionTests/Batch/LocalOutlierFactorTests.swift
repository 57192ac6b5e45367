import Forecasting
import Numerics
import TestSupport
import Testing

@testable import Detection

/// The local outlier factor against scikit-learn and against its definition, written out slowly.
@Suite struct LocalOutlierFactorTests {
    private func matrix(_ rows: [[Double]]) -> Matrix {
        Matrix(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
    }

    private func worst(_ a: [Double], _ b: [Double]) -> Double {
        a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) } : .infinity
    }

    @Test func `factors are those of a reference implementation`() throws {
        let golden = try GoldenFile("Tests/DetectionTests/Golden/outliers.json").cases[0]
        let rows = golden.rows("points")
        let places = Array(rows.indices)
        for neighbours in [5, 20] {
            let points = OutlierFactors(matrix(rows), places: places, neighbours: neighbours)
            let factors = points.factors(of: matrix(rows), places: places)
            #expect(worst(factors, golden.numbers("factors\(neighbours)")) < 1e-9, "\(neighbours)")
        }
        let known = OutlierFactors(matrix(Array(rows[..<50])), places: Array(0..<50), neighbours: 5)
        let others = known.factors(of: matrix(Array(rows[50...])), places: Array(50..<rows.count))
        #expect(worst(others, golden.numbers("novelty")) < 1e-9)
    }

    /// By the definition: all pairs, sorted.
    private func slow(_ z: [Double], window: Int) -> [Double] {
        let width = min(window, z.count / 4)
        let share = max(1, width / 32)
        let places = width / share
        let means = (0..<z.count / share).map { block in
            z[block * share..<(block + 1) * share].reduce(0, +) / Double(share)
        }
        let windows = (0...means.count - places).map { Array(means[$0..<$0 + places]) }
        let step = max(1, (windows.count + 1_999) / 2_000)
        let known = Array(stride(from: 0, to: windows.count, by: step))
        let least = 0.01 * Double(places).squareRoot()
        func nearest(_ window: Int) -> [(Double, Int)] {
            let all = known.filter { abs($0 - window) >= max(1, places / 2) }.map { other in
                let square = zip(windows[window], windows[other]).reduce(0) {
                    $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
                }
                return (max(square.squareRoot(), least), other)
            }
            return Array(all.sorted { $0.0 < $1.0 || ($0.0 == $1.0 && $0.1 < $1.1) }.prefix(20))
        }
        let all = windows.indices.map(nearest)
        func density(_ window: Int) -> Double {
            let sum = all[window].reduce(0) { $0 + max($1.0, all[$1.1].last?.0 ?? .infinity) }
            return 1 / (sum / Double(all[window].count) + 1e-10)
        }
        let factors = windows.indices.map { window in
            guard !all[window].isEmpty else { return 0.0 }
            let around = all[window].reduce(0) { $0 + density($1.1) } / Double(all[window].count)
            return max(around / density(window) - 1, 0)
        }
        return z.indices.map { t in
            let starts = (0...z.count - places * share).filter { $0 <= t && t < $0 + places * share }
            return starts.reduce(0) { $0 + factors[min($1 / share, factors.count - 1)] }
                / Double(starts.count)
        }
    }

    @Test(arguments: [(8, 4), (40, 8), (130, 12), (200, 50), (700, 100)])
    func `windows have the factors of the definition`(count: Int, window: Int) throws {
        var random = SeededSeries(seed: 81)
        let z = StandardSeries(random.autoregression(count, 0.7)).values
        let row = try LocalOutlierFactor().rows(of: z, window: window, progress: .ignored)[0]
        #expect(worst(row, slow(z, window: window)) < 1e-7, "\(count), \(window)")
    }

    @Test func `a window unlike its neighbours stands out, and so it does in a long series`() throws {
        for count in [1_000, 6_000] {
            var random = SeededSeries(seed: 82)
            var values = random.season(count, period: 24, noise: 0.3)
            for step in 700..<724 { values[step] = 50 - (values[step] - 50) }
            let z = StandardSeries(values).values
            let row = try LocalOutlierFactor().rows(of: z, window: 24, progress: .ignored)[0]
            let best = row.indices.max { row[$0] < row[$1] } ?? 0
            #expect((690..<735).contains(best), "\(count): \(best)")
        }
    }
}
