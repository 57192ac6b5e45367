import Detection
import Numerics
import TestSupport
import Testing

@testable import Evaluation

@Suite struct EvaluatedDetectorTests {
    /// Numbers with ties, a high level and holes.
    private func values(seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        let level = seed % 2 == 0 ? 1e6 : 0
        let values = random.autoregression(400, 0.7).map { level + (seed % 3 == 0 ? $0.rounded() : $0) }
        return random.holes(in: values, share: 0.05)
    }

    private func expectClose(_ got: [Double], _ want: [Double], _ what: String) {
        #expect(got.count == want.count)
        for (a, b) in zip(got, want) {
            #expect(a.isNaN ? b.isNaN : abs(a - b) <= 1e-6 * max(1, abs(b)), "\(what): \(a) for \(b)")
        }
    }

    @Test(arguments: 1..<7 as Range<UInt64>)
    func `moving windows say what is computed anew for every value`(seed: UInt64) {
        let values = values(seed: seed)
        for window in [12, 50] {
            var (deviations, medians) = ([Double](), [Double]())
            for (place, value) in values.enumerated() {
                let known = values[..<place].filter { $0.isFinite }.suffix(window)
                guard value.isFinite, known.count >= 10 else {
                    deviations.append(.nan)
                    medians.append(.nan)
                    continue
                }
                let mean = known.reduce(0, +) / Double(known.count)
                let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
                deviations.append(abs(value - mean) / (variance.squareRoot() + 1e-9))
                let median = Descriptive.median(Array(known))
                let distances = known.map { abs($0 - median) }
                var spread = 1.482602218505602 * Descriptive.median(distances)
                if spread == 0 { spread = 1.2533141373155003 * Descriptive.mean(distances) }
                medians.append(abs(value - median) / (spread + 1e-9))
            }
            expectClose(TrailingDeviation(window: window).scores(of: values), deviations, "seed \(seed)")
            expectClose(TrailingMedianDeviation(window: window).scores(of: values), medians, "seed \(seed)")
        }
    }

    @Test func `an exponential mean forgets`() {
        let values = Array(repeating: 1.0, count: 20) + [5] + Array(repeating: 1, count: 100) + [5]
        let scores = ExponentialDeviation().scores(of: values)
        #expect(scores[9].isNaN && scores[10] == 0 && scores[20] > 1e8)
        let (mean, deviation) = (1 + 0.05 * 4, (0.95 * 0.05 * 16).squareRoot())
        #expect(abs(scores[21] - (mean - 1) / deviation) < 1e-6)
        #expect(scores[121] > scores[22])
    }

    @Test(arguments: EvaluatedDetectors.all.map { "\($0.name) \($0.mode)" })
    func `every detector answers every value, the same each time, whatever is missing`(title: String) throws {
        let detector = try #require(EvaluatedDetectors.all.first { "\($0.name) \($0.mode)" == title })
        let values = values(seed: 5)
        let series = LabelledSeries(name: "s", dataset: "d", values: values, windows: [200...210])
        let scores = try detector.scores(series)
        #expect(scores.count == values.count)
        // Nothing here stands still.
        #expect(scores.contains { $0 > 0 } || detector.name == "frozen")
        #expect(scores.allSatisfy { $0.isNaN || ($0 >= 0 && $0.isFinite) })
        let again = try detector.scores(series)
        #expect(zip(scores, again).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
        guard detector.mode == .causal else { return }
        // What is unusual later does not change what was said before.
        let spike = values.enumerated().map { $0.offset >= 390 ? 1e3 : $0.element }
        let other = LabelledSeries(name: "s", dataset: "d", values: spike, windows: [200...210])
        guard detector.name.hasSuffix("+mean") == false || other.patternLength == series.patternLength else {
            return
        }
        let early = try detector.scores(other)
        #expect(zip(scores, early).prefix(390).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    }

    @Test func `a smoothed detector is its own trailing mean`() throws {
        let plain = EvaluatedDetector("plain", .causal, stateBytes: 16) { _ in [8, .nan, 4, 0] }
        let series = LabelledSeries(name: "s", dataset: "d", values: [1, 2, 3, 4], windows: [])
        #expect(series.patternLength == 125)
        let scores = try plain.smoothed.scores(series)
        #expect(
            scores[0] == 0.5 && scores[1].isNaN && scores[2] == 0.5 + 3.5 / 16
                && plain.smoothed.stateBytes == 24)
        #expect(plain.smoothed.name == "plain+mean" && plain.smoothed.mode == .causal)
    }

    @Test func `names come once for each mode`() {
        let titles = EvaluatedDetectors.all.map { "\($0.name) \($0.mode)" }
        #expect(Set(titles).count == titles.count)
        #expect(EvaluatedDetectors.names.first == "auto" && EvaluatedDetectors.names.contains("mad500+mean"))
        let usual = EvaluatedDetectors.usualNames
        #expect(
            usual == [
                "auto", "full", "full-sum", "stream", "batch", "batch-sum", "alarm", "zscore100",
                "zscore100+mean",
                "zscore500", "zscore500+mean", "ewma_z", "ewma_z+mean", "mad500", "mad500+mean",
            ])
        #expect(EvaluatedDetectors.names.count > usual.count + 20)
    }
}
