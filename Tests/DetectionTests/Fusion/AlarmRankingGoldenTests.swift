import TestSupport
import Testing

@testable import Detection

/// The alarm stream against the vectors of its prototype.
@Suite struct AlarmRankingGoldenTests {
    private static let names = [
        "KPI_1c6d7a26", "MSCLOUD_api-01", "NAB_artificialWithAnomaly_art_daily_flatmiddle",
        "NAB_realTweets_Twitter_volume_AMZN", "SKAB_other_11", "UCR_BIDMC1",
    ]

    @Test(
        .enabled(if: SharedData.has("golden-detection"), "needs the golden vectors beside the repository"),
        arguments: names)
    func `alarms are those of the prototype`(name: String) throws {
        let golden = try SharedData.object("golden-detection/\(name).json")
        var ranking = AlarmRanking<1024, 256, 512, Double>()
        let raw = golden.numbers("C_raw")
        let scores = golden.numbers("C")
        var worst = (raw: 0.0, score: 0.0)
        for (step, value) in golden.numbers("x").enumerated() {
            let alarm = ranking.push(value)
            worst.raw = max(worst.raw, abs(alarm.raw - raw[step]))
            worst.score = max(worst.score, abs(alarm.score - scores[step]))
        }
        #expect(worst.raw < 1e-6 && worst.score < 1e-6, "\(name): \(worst)")
    }
}
