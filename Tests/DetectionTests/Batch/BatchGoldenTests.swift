import Forecasting
import TestSupport
import Testing

@testable import Detection

/// The batch ranking against the vectors of its prototype.
@Suite struct BatchGoldenTests {
    /// Without optimisation a series of 3,000 values takes ten seconds, so one of 1,190 must do there.
    #if DEBUG
        private static let names = ["SKAB_other_11"]
    #else
        private static let names = [
            "SKAB_other_11", "KPI_1c6d7a26", "MSCLOUD_api-01",
            "NAB_artificialWithAnomaly_art_daily_flatmiddle", "NAB_realTweets_Twitter_volume_AMZN",
            "UCR_BIDMC1",
        ]
    #endif

    /// The network of the prototype: its learned numbers as they are, in the form of this program.
    static func network() throws -> FusionNetwork {
        try FusionNetwork(
            Repository.text("Tests/DetectionTests/Prototype/fusion-batch.txt"),
            features: BatchForm.first.features)
    }

    private func difference(_ a: [Double], _ b: [Double]) -> Double {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test(
        .enabled(if: SharedData.has("golden-detection"), "the golden vectors lie beside the repository"),
        arguments: names)
    func `sum and network are those of the prototype`(name: String) throws {
        let golden = try SharedData.object("golden-detection/\(name).json")
        let z = StandardSeries(golden.numbers("x")).values
        let period = BatchBank.period(of: z)
        let rows = try BatchBank.rows(of: z, period: period, progress: .ignored)
        let sum = difference(
            BatchFusion(network: nil, form: .first).scores(of: rows, period: period), golden.numbers("B0"))
        #expect(sum < 1e-6, "\(name): \(sum)")
        let fused = difference(
            try BatchFusion(network: Self.network(), form: .first).scores(of: rows, period: period),
            golden.numbers("B"))
        #expect(fused < 1e-6, "\(name): \(fused)")
    }
}
