import Foundation
import TestSupport
import Testing

@testable import Detection

/// The causal ranking against the vectors of its prototype.
@Suite struct CausalRankingGoldenTests {
    private static let names = [
        "KPI_1c6d7a26", "MSCLOUD_api-01", "NAB_artificialWithAnomaly_art_daily_flatmiddle",
        "NAB_realTweets_Twitter_volume_AMZN", "SKAB_other_11", "UCR_BIDMC1",
    ]

    /// The numbers that the prototype learned.
    private func network() throws -> FusionNetwork {
        let file = Repository.root.appendingPathComponent("Tests/DetectionTests/Prototype/fusion-causal.txt")
        return try FusionNetwork(String(contentsOf: file, encoding: .utf8), features: 88)
    }

    @Test(
        .enabled(if: SharedData.has("golden-detection"), "needs the golden vectors beside the repository"),
        arguments: names)
    func `ranks are those of the prototype`(name: String) throws {
        let golden = try SharedData.object("golden-detection/\(name).json")
        let network = try network()
        var ranking = CausalRanking<1024, 256, 512, Double>()
        let sums = golden.numbers("A0")
        let fused = golden.numbers("A")
        var periods: [[Double]] = []
        var worst = (sum: 0.0, fused: 0.0)
        for (step, value) in golden.numbers("x").enumerated() {
            let rank = ranking.push(value, network: network)
            worst.sum = max(worst.sum, abs(rank.sum - sums[step]))
            worst.fused = max(worst.fused, abs(rank.fused - fused[step]))
            if [0, 256, 512, 1024].contains(step) { periods.append([Double(step), Double(ranking.period)]) }
        }
        #expect(periods == golden.rows("period_by_epoch"), "\(name)")
        // Where windows repeat exactly, the root of a rounding error is divided by the floor of the scale.
        let tolerance = name.contains("art_daily") ? 5e-6 : 1e-6
        #expect(worst.sum < tolerance && worst.fused < tolerance, "\(name): \(worst)")
    }
}
