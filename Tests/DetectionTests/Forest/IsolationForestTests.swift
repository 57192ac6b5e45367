import Forecasting
import Foundation
import Numerics
import TestSupport
import Testing

@testable import Detection

/// Isolation trees against scikit-learn and against the recursion of the paper.
@Suite struct IsolationForestTests {
    private func points() throws -> (golden: GoldenObject, rows: [[Double]], matrix: Matrix) {
        let golden = try GoldenFile("Tests/DetectionTests/Golden/outliers.json").cases[0]
        let rows = golden.rows("points")
        return (golden, rows, Matrix(rows: rows.count, columns: 3, elements: rows.flatMap { $0 }))
    }

    @Test func `the mean path is that of a reference implementation`() throws {
        for path in try points().golden.rows("paths") {
            #expect(abs(IsolationTree.meanPath(of: Int(path[0])) - path[1]) < 1e-12)
        }
    }

    @Test func `scores are near those of a reference implementation`() throws {
        let (golden, rows, matrix) = try points()
        var generator = Xoshiro256StarStar(seed: 91)
        let trees = (0..<2_000).map { _ in
            let chosen = RandomSample.of(32, below: rows.count, &generator)
            return IsolationTree(
                Matrix(rows: 32, columns: 3, elements: chosen.flatMap { rows[$0] }), &generator)
        }
        let scores = IsolationForest.scores(of: matrix, trees, sample: 32)
        // Two thousand random trees each: the deviation of a score is 0.004.
        for (got, want) in zip(scores, golden.numbers("isolation")) { #expect(abs(got - want) < 0.02) }
    }

    /// The path of each point, by the recursion of the paper with the same draws.
    private func slow(
        _ rows: [[Double]], depth: Int, most: Int, _ generator: inout Xoshiro256StarStar,
        _ found: inout [[Double]: Double]
    ) {
        let places = rows[0].indices.filter { place in Set(rows.map { $0[place] }).count > 1 }
        guard depth < most, rows.count > 1, !places.isEmpty else {
            for row in rows { found[row] = Double(depth) + IsolationTree.meanPath(of: rows.count) }
            return
        }
        let place = places[Int.random(in: 0..<places.count, using: &generator)]
        let values = rows.map { $0[place] }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let height = low + (high - low) * Double.random(in: 0..<1, using: &generator)
        slow(rows.filter { $0[place] < height }, depth: depth + 1, most: most, &generator, &found)
        slow(rows.filter { $0[place] >= height }, depth: depth + 1, most: most, &generator, &found)
    }

    @Test(arguments: [1, 2, 3, 17, 60])
    func `paths are those of the paper's recursion`(count: Int) throws {
        let rows = Array(try points().rows.prefix(count))
        var generator = Xoshiro256StarStar(seed: 92)
        for _ in 0..<20 {
            var twin = generator
            let tree = IsolationTree(
                Matrix(rows: count, columns: 3, elements: rows.flatMap { $0 }), &generator)
            var want: [[Double]: Double] = [:]
            let most = Int(log2(Double(max(count, 2))).rounded(.up))
            slow(rows, depth: 0, most: most, &twin, &want)
            for row in rows { #expect(row.withUnsafeBufferPointer { tree.path(of: $0) } == want[row]) }
            #expect(twin == generator)
        }
    }

    @Test func `equal points are one leaf`() {
        var generator = Xoshiro256StarStar(seed: 93)
        let tree = IsolationTree(
            Matrix(rows: 9, columns: 2, elements: .init(repeating: 4, count: 18)), &generator)
        #expect([4.0, 4].withUnsafeBufferPointer { tree.path(of: $0) } == IsolationTree.meanPath(of: 9))
    }

    @Test(arguments: [(10, 10), (10, 4), (1_000, 256), (3, 0)])
    func `a sample is of different numbers`(count: Int, most: Int) {
        var generator = Xoshiro256StarStar(seed: 94)
        let sample = RandomSample.of(most, below: count, &generator)
        #expect(sample.count == min(most, count) && Set(sample).count == sample.count)
        #expect(sample.allSatisfy { (0..<count).contains($0) } && sample == sample.sorted())
    }

    @Test func `a season unlike the others is isolated`() throws {
        var random = SeededSeries(seed: 95)
        var values = random.season(1_500, period: 24, noise: 0.3)
        for step in 700..<724 { values[step] += 25 }
        let row = try IsolationForest().rows(
            of: StandardSeries(values).values, window: 24, progress: .ignored)[0]
        let best = row.indices.max { row[$0] < row[$1] } ?? 0
        #expect((690..<735).contains(best) && row.allSatisfy { $0 > 0 && $0 < 1 })
    }
}
