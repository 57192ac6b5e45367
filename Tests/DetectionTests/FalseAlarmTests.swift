import TestSupport
import Testing

@testable import Detection

@Suite struct FalseAlarmTests {
    /// Three series of 2,000 values a family; the rate is that of the values that have a score.
    @Test(arguments: Family.allCases, [DetectionMode.causal, .batch])
    func `quiet series are seldom flagged`(family: Family, mode: DetectionMode) throws {
        let alpha = 1e-3
        var flagged = 0
        var scored = 0
        for seed in 0..<3 as Range<UInt64> {
            let scores = try scores(of: family.values(2_000, seed: 100 + seed), mode, alpha: alpha)
            flagged += scores.isAnomaly.count { $0 }
            scored += scores.score.count { $0.isFinite }
        }
        let rate = Double(flagged) / Double(scored)
        print("false alarms \(family.rawValue) \(mode.rawValue): \(rate / alpha) alpha")
        #expect(rate <= 6 * alpha)
        if family == .white { #expect(rate >= alpha / 20) }
    }
}
