import Forecasting
import Foundation
import Numerics
import TestSupport
import Testing

@testable import Detection

/// The autoencoder of windows, and the windows themselves.
@Suite struct WindowAutoencoderTests {
    @Test(arguments: [(8, 4), (50, 12), (400, 100), (403, 70), (1_300, 303)])
    func `windows are means over a thirty-second of the season`(count: Int, window: Int) throws {
        var random = SeededSeries(seed: 121)
        let z = random.noise(count)
        let windows = try #require(WindowMeans(z, window: window))
        let width = min(window, count / 4)
        #expect(windows.share == max(1, width / 32) && windows.places <= 63)
        #expect(windows.width <= width && windows.width > width - windows.share)
        let rows = windows.rows(0..<windows.count)
        for number in [0, windows.count / 2, windows.count - 1] {
            for place in 0..<windows.places {
                let start = (number + place) * windows.share
                let mean = z[start..<start + windows.share].reduce(0, +) / Double(windows.share)
                #expect(abs(rows[number, place] - mean) < 1e-12)
            }
        }
        #expect(windows.sample(7).count <= 7 && windows.sample(100_000).count == windows.count)
        let covered = windows.covering((0..<windows.count).map(Double.init), values: count)
        #expect(covered.count == count && zip(covered, covered.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 })
        #expect(WindowMeans([1, 2, 3, 4, 5, 6, 7], window: 9) == nil)
    }

    @Test func `errors are those of the network row by row`() {
        var random = SeededSeries(seed: 122)
        let network = DenseNetwork(sizes: [6, 3, 6], activation: .gelu, seed: 3)
        let rows = Matrix(rows: 5, columns: 6, elements: random.noise(30))
        let got = WindowAutoencoder.errors(of: network, on: rows)
        for row in 0..<5 {
            let input = (0..<6).map { rows[row, $0] }
            let apart = zip(input, network.predict(input)).map { ($0 - $1) * ($0 - $1) }
            #expect(abs(got[row] - (apart.reduce(0, +) / 6).squareRoot()) < 1e-12)
        }
    }

    @Test func `usual windows are learned, and one unlike them is drawn badly`() throws {
        var random = SeededSeries(seed: 123)
        var values = random.season(1_500, period: 24, noise: 0.3)
        for step in 700..<724 { values[step] = 50 - (values[step] - 50) }
        let z = StandardSeries(values).values
        let row = try WindowAutoencoder().rows(of: z, window: 24, progress: .ignored)[0]
        let best = row.indices.max { row[$0] < row[$1] } ?? 0
        #expect((685..<740).contains(best))
        // In standard units an ignorant answer would be wrong by about 1.
        #expect(Descriptive.median(row) < 0.2 && row[best] > 0.5)
        let again = try WindowAutoencoder().rows(of: z, window: 24, progress: .ignored)[0]
        #expect(bits(again) == bits(row))
    }
}
