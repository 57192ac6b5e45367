import Detection
import TestSupport
import Testing

@testable import Evaluation

/// How well the ranking of the light tier finds known anomalies, on recorded series of about a thousand values.
@Suite struct StreamRankingQualityTests {
    /// The mean VUS-PR of two development sets, as an independent implementation of the same definitions in Python
    /// with NumPy and Numba found them; all 161 series: 0.5023.
    @Test(.enabled(if: SharedData.has(DevelopmentSeries.file), "the development series are not here"))
    func `it finds what its prototype found`() throws {
        let stream = try #require(EvaluatedDetectors.all.first { $0.name == "stream" })
        #expect(stream.mode == .causal && stream.stateBytes.map { $0 <= 4_096 } == true)
        let development = try DevelopmentSeries()
        for (dataset, volume) in [("MSCLOUD", 0.610), ("SKAB", 0.659)] {
            let series = try development.series(of: dataset)
            let mean = try DevelopmentSeries.meanVolume(stream, series)
            #expect(abs(mean - volume) < 0.0015, "\(dataset): \(mean)")
        }
    }
}
