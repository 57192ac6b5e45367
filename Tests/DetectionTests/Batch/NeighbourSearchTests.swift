import Forecasting
import TestSupport
import Testing

@testable import Detection

@Suite struct NeighbourSearchTests {
    /// All pairs by the definition, with sorting.
    private func slowTwin(_ values: [Double], width: Int, reach: Int) -> [[Double]] {
        let windows = (0...values.count - width).map { Array(values[$0..<$0 + width]) }
        let size = Double(width)
        func mean(_ window: [Double]) -> Double { window.reduce(0, +) / size }
        func shape(_ window: [Double], _ least: Double) -> [Double] {
            let mean = mean(window)
            let square = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size
            return window.map { ($0 - mean) / max(square.squareRoot(), least) }
        }
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / size).squareRoot()
        }
        let measured = [
            windows.map { shape($0, NeighbourSearch.leastDeviation) },
            windows.map { window in window.map { $0 - mean(window) } },
            windows,
        ]
        return measured.flatMap { windows in
            let sorted = windows.indices.map { i in
                windows.indices.filter { abs($0 - i) >= max(1, width / 2) && abs($0 - i) <= reach }
                    .map { distance(windows[i], windows[$0]) }.sorted()
            }
            return [
                sorted.map { $0.first ?? 0 },
                sorted.map { $0.count < NeighbourSearch.neighbours ? $0.first ?? 0 : $0[4] },
            ]
        }
    }

    @Test(arguments: [
        (8, 2, 100), (40, 8, 100), (100, 9, 1000), (123, 30, 1000), (120, 16, 25), (7, 7, 10), (90, 64, 90),
    ])
    func `neighbours are those of all pairs`(count: Int, width: Int, reach: Int) throws {
        var random = SeededSeries(seed: UInt64(count))
        // Quiet noise beside a spike: sizes so far apart strain single precision.
        var spiked = random.noise(count).map { $0 * 1e-3 }
        spiked[count / 2] = 20
        for values in [random.autoregression(count, 0.9), random.noise(count).map { $0 + 3 }, spiked] {
            let got = try NeighbourSearch.distances(values, width: width, reach: reach, progress: .ignored)
            let want = slowTwin(values, width: width, reach: reach)
            #expect(got.count == 6)
            for (row, wanted) in zip(got, want) {
                #expect(row.count == wanted.count)
                let worst = zip(row, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(worst < 1e-6)
            }
        }
    }

    @Test func `a long series has the neighbours of its parts`() throws {
        var random = SeededSeries(seed: 9)
        let values = random.noise(4_300)
        let whole = try NeighbourSearch.distances(values, width: 8, reach: 24, progress: .ignored)
        let part = try NeighbourSearch.distances(
            Array(values[4_000...]), width: 8, reach: 24, progress: .ignored)
        for (a, b) in zip(whole, part) {
            // Windows near the cut have lost neighbours.
            for window in 24..<b.count { #expect(abs(a[4_000 + window] - b[window]) < 1e-6) }
        }
    }

    @Test func `repeats are found although their distance is rounding`() throws {
        let values = (0..<96).map { Double($0 * $0 % 24) }
        let rows = try NeighbourSearch.distances(values, width: 12, progress: .ignored)
        for row in rows.indices where row % 2 == 0 {
            #expect(rows[row].allSatisfy { $0 < 1e-5 })
        }
    }

    @Test func `a window that overlaps by more than half is no neighbour`() throws {
        // Apart from the bump all is flat, and half a window away the bump is seen by both.
        var values = [Double](repeating: 0, count: 60)
        values[30] = 5
        let rows = try NeighbourSearch.distances(values, width: 8, progress: .ignored)
        #expect(rows[4][27] > 1)
        #expect(rows[4][10] == 0)
    }

    @Test func `nobody wants the neighbours any more`() {
        #expect(throws: ForecastError.cancelled) {
            try NeighbourSearch.distances(
                (0..<100).map { Double($0 % 7) }, width: 8, progress: FitProgress(while: { false }))
        }
    }
}
