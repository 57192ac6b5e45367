import Forecasting
import TestSupport
import TimeSeries
import Testing

@testable import Detection

@Suite struct CancellationTests {
    @Test(arguments: DetectionMode.allCases)
    func `scores that nobody wants any more are not made`(mode: DetectionMode) {
        let series = Series(values: (0..<5000).map { Double($0 % 24) + Double($0 % 7) })
        let detector = SeriesDetector(DetectionSettings(mode: mode, method: "holt-winters", season: [24]))
        #expect(throws: ForecastError.cancelled) {
            try detector.scores(of: series, progress: FitProgress(while: { false }))
        }
    }

    @Test func `progress of scoring rises to the length of the series`() throws {
        let series = Series(values: (0..<5000).map { Double($0 % 24) + Double($0 % 7) })
        let seen = Recorder()
        let detector = SeriesDetector(
            DetectionSettings(mode: .causal, method: "seasonal-naive", season: [24]))
        _ = try detector.scores(
            of: series,
            progress: FitProgress { done, total in
                seen.add(done)
                return total == 5000
            })
        #expect(seen.values == seen.values.sorted())
        #expect(seen.values.count >= 4)
    }
}

/// Collects numbers; used by one thread at a time.
private final class Recorder: @unchecked Sendable {
    private(set) var values: [Int] = []
    func add(_ value: Int) { values.append(value) }
}
