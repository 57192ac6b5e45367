import TestSupport
import Testing

@testable import Forecasting

/// The automatic forecast against the vectors of its prototype.
@Suite struct AutoGoldenTests {
    private static let names = [
        "infra_5min", "infra_hourly", "m3_monthly", "m3_quarterly", "m3_yearly", "m4_hourly", "m4_weekly",
        "tourism_monthly",
    ]

    /// The largest difference relative to the size of the golden values.
    private func difference(_ a: [Double], _ b: [Double]) -> Double {
        guard a.count == b.count else { return .infinity }
        let size = b.reduce(1e-9) { max($0, abs($1)) }
        return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / size) }
    }

    @Test(
        .enabled(if: SharedData.has("golden-auto"), "the golden vectors lie beside the repository"),
        arguments: names)
    func `every stage is that of the prototype`(name: String) throws {
        let golden = try SharedData.object("golden-auto/\(name).json")
        let y = golden.numbers("y")
        let steps = Int(golden.number("h"))
        let parameters = PrototypeParameters(
            try SharedData.object("../methods/prototype-forecast/auto_params.json"))
        let evidence = PrototypeEvidence(
            y, period: Int(golden.number("m")), longPeriod: Int(golden.number("M")), steps: steps)
        let combination = PrototypeCombination(evidence, parameters: parameters)
        let path = combination.path(evidence.forecasts)
        let quantiles = PrototypeQuantiles(y, evidence, combination, path: path).paths
        for (k, want) in golden.rows("candidate_forecasts").enumerated() {
            #expect(
                difference(evidence.forecasts[k], want) < 1e-6,
                "\(name) \(CandidatePool.names[k]) \(difference(evidence.forecasts[k], want))")
        }
        for (i, want) in golden.numbers("features").enumerated() {
            #expect(
                difference([evidence.features[i]], [want]) < 1e-6,
                "\(name) \(AutoFeatures.names[i]): \(evidence.features[i]) for \(want)")
        }
        #expect(
            difference(evidence.errors, golden.numbers("val_log_err")) < 1e-6,
            "\(name) \(evidence.errors) \(golden.numbers("val_log_err"))")
        #expect(difference(evidence.distances, golden.numbers("disagreement")) < 1e-6)
        #expect(difference([evidence.scale], [golden.number("Q")]) < 1e-6)
        #expect(difference(combination.weights, golden.numbers("weights")) < 1e-6)
        #expect(difference(path, golden.numbers("forecast")) < 1e-6)
        #expect(difference(quantiles[1], golden.numbers("lo80")) < 1e-6)
        #expect(difference(quantiles[9], golden.numbers("hi80")) < 1e-6)
        #expect(difference(quantiles[0], golden.numbers("lo95")) < 1e-6)
        #expect(difference(quantiles[10], golden.numbers("hi95")) < 1e-6)
    }
}
