import Foundation
import Synchronization
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct MultilayerPerceptronTests {
    private func sine(_ count: Int, noise: Double = 0.3) -> [Double] {
        var random = SeededSeries(seed: 8)
        return random.season(count, period: 12, noise: noise)
    }

    private func method(seed: UInt64) -> MultilayerPerceptron {
        MultilayerPerceptron(settings: MethodSettings(season: [12], horizon: 12, seed: seed))
    }

    @Test func `the seed decides the network`() throws {
        let history = Series(values: sine(120))
        let one = try method(seed: 1).fit(history).mean(steps: 12)
        #expect(try bits(method(seed: 1).fit(history).mean(steps: 12)) == bits(one))
        #expect(try bits(method(seed: 2).fit(history).mean(steps: 12)) != bits(one))
    }

    @Test func `progress counts the epochs`() throws {
        let seen = Mutex<[Int]>([])
        let progress = FitProgress { done, total in
            #expect(total == 60)
            seen.withLock { $0.append(done) }
            return true
        }
        _ = try method(seed: 1).fit(Series(values: sine(120)), progress: progress)
        let counts = seen.withLock { $0 }
        #expect(counts == Array(counts.indices) && counts.count > 3)
    }

    @Test func `a caller may cancel`() {
        let progress = FitProgress { done, _ in done < 2 }
        #expect(throws: ForecastError.cancelled) {
            _ = try method(seed: 1).fit(Series(values: sine(120)), progress: progress)
        }
        #expect(throws: ForecastError.cancelled) {
            _ = try ForecasterCatalog.fit(
                "mlp", to: Series(values: sine(120)), settings: MethodSettings(), progress: progress)
        }
    }

    @Test func `it learns a sine`() throws {
        let values = sine(324)
        let history = Series(values: Array(values[..<300]))
        let future = Array(values[300...])
        let error = { (mean: [Double]) in zip(mean, future).reduce(0) { $0 + abs($1.0 - $1.1) } / 24 }
        let ours = error(try method(seed: 1).fit(history).mean(steps: 24))
        let naive = error(try SeasonalNaive(period: 1).fit(history).mean(steps: 24))
        #expect(ours < 0.15 * naive, "\(ours) against \(naive)")
    }
}
