import TestSupport
import Testing

@testable import Detection

/// The alarm stream against the vectors of its prototype.
@Suite struct AlarmRankingGoldenTests {
    private static let names = [
        "KPI_1c6d7a26", "MSCLOUD_api-01", "NAB_artificialWithAnomaly_art_daily_flatmiddle",
        "NAB_realTweets_Twitter_volume_AMZN", "SKAB_other_11", "UCR_BIDMC1",
    ]

    /// A bank is slow where it is not optimised: two series are judged to their end, of the others what comes up to a
    /// while after the last search for the season. All agree to 10⁻¹¹ to their end.
    private func length(_ name: String) -> Int {
        name.contains("art_daily") || name.contains("KPI") ? 3_000 : 1_100
    }

    @Test(
        .enabled(if: SharedData.has("golden-detection"), "needs the golden vectors beside the repository"),
        arguments: names)
    func `alarms are those of the prototype`(name: String) throws {
        let golden = try SharedData.object("golden-detection/\(name).json")
        var ranking = AlarmRanking<1024, 256, 512, Double>()
        let raw = golden.numbers("C_raw")
        let scores = golden.numbers("C")
        var worst = (raw: 0.0, score: 0.0)
        for (step, value) in golden.numbers("x").prefix(length(name)).enumerated() {
            let alarm = ranking.push(value)
            worst.raw = max(worst.raw, abs(alarm.raw - raw[step]))
            worst.score = max(worst.score, abs(alarm.score - scores[step]))
        }
        #expect(worst.raw < 1e-6 && worst.score < 1e-6, "\(name): \(worst)")
    }
}
