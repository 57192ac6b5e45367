import Detection
import TestSupport
import Testing

@testable import Evaluation

/// How well each evidence by itself finds known anomalies, so that a change that makes one blind is seen.
@Suite struct CatalogueQualityTests {
    /// The mean VUS-PR on the 17 series of SKAB, which are short, by name and mode, as found when an evidence was
    /// added; no constant was chosen by these.
    private static let volumes = [
        "forecast-residual causal": 0.713,
        "autoregression causal": 0.616,
        "leverage causal": 0.656,
        "seasonal-autoregression causal": 0.563,
        "seasonal-neighbour causal": 0.504,
        "direct-autoregression causal": 0.621,
        "robust-location-scale causal": 0.567,
        "amplitude causal": 0.745,
        "level-shift causal": 0.682,
        "variance-shift causal": 0.520,
        "frozen causal": 0.421,
        "left-matrix-profile causal": 0.528,
        "random-cut-forest causal": 0.563,
        "half-space-trees causal": 0.564,
        "two-sided-autoregression batch": 0.515,
        "spectral-residual batch": 0.769,
        "polynomial batch": 0.443,
        "level-shift batch": 0.789,
        "variance-shift batch": 0.356,
        "amplitude batch": 0.739,
        "frozen batch": 0.401,
        "matrix-profile batch": 0.455,
        "subspace batch": 0.578,
        "clusters batch": 0.373,
        "local-outlier-factor batch": 0.528,
        "isolation-forest batch": 0.699,
        "autoencoder batch": 0.651,
    ]

    @Test func `every evidence by itself has a figure`() {
        let tiers = Set(RankingMethod.tiers.map(\.name))
        let titles = RankingMethod.all.filter { !tiers.contains($0.name) }.map { "\($0.name) \($0.mode)" }
        #expect(Set(titles) == Set(Self.volumes.keys))
    }

    @Test(.enabled(if: SharedData.has(DevelopmentSeries.file), "the development series are not here"))
    func `every evidence finds what it found`() throws {
        let series = try DevelopmentSeries().series(of: "SKAB")
        #expect(series.count == 17)
        for detector in EvaluatedDetectors.all {
            guard let want = Self.volumes["\(detector.name) \(detector.mode)"] else { continue }
            let mean = try DevelopmentSeries.meanVolume(detector, series)
            // Other processors round otherwise in what is learned or cut at random.
            #expect(abs(mean - want) < 0.01, "\(detector.name) \(detector.mode): \(mean)")
        }
    }
}
