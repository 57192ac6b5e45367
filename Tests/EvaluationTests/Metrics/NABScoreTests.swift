import TestSupport
import Testing

@testable import Evaluation

/// The definition: the raw score at one threshold, file by file.
private func slowRaw(_ files: [NABCorpus.File], _ weights: [Double], threshold: Double) -> Double {
    var raw = 0.0
    for file in files {
        let probation = NABWorth.probation(of: file.scores.count)
        let worth = NABWorth.of(count: file.scores.count, windows: file.windows)
        for place in probation..<file.scores.count
        where file.scores[place] >= threshold && worth[place].window == nil {
            raw += worth[place].value * weights[1]
        }
        for window in file.windows where window.upperBound >= probation {
            let found = window.filter { $0 >= probation && file.scores[$0] >= threshold }
            raw += found.map { worth[$0].value * weights[0] }.max() ?? -weights[2]
        }
    }
    return raw
}

@Suite struct NABScoreTests {
    static let shared = "detection-metrics-golden.json"

    @Test(.enabled(if: SharedData.has(shared), "the golden cases are not here"))
    func `the score of a corpus agrees with the reference in every profile`() throws {
        let golden = try SharedData.object(Self.shared).object("nab")
        let files = golden.objects("files").map { file in
            NABCorpus.File(
                scores: file.numbers("scores"),
                windows: file.rows("windows_inclusive").map { Int($0[0])...Int($0[1]) })
        }
        let corpus = NABCorpus(files)
        let names = ["standard", "reward_low_FP_rate", "reward_low_FN_rate"]
        for (name, profile) in zip(names, NABProfile.all) {
            for (key, threshold) in [("results", nil), ("results_at_threshold_0_9", 0.9)] {
                let want = golden.object(key).object(name)
                let got = corpus.score(profile, threshold: threshold)
                #expect(abs(got.raw - want.number("raw")) < 1e-9, "\(name): \(got.raw)")
                #expect(abs(got.normalised - want.number("norm")) < 1e-7, "\(name): \(got.normalised)")
                #expect(got.threshold == want.number("threshold"))
            }
        }
        let worth = NABWorth.of(count: files[0].scores.count, windows: files[0].windows)
        for (row, want) in zip(worth, golden.numbers("sweep_standard_file0")) {
            let got = row.window == nil ? row.value * 0.11 : row.value
            #expect(abs(got - want) < 1e-12, "\(got) for \(want)")
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `one sweep is the best of all thresholds`(seed: UInt64) {
        let files = (0..<3).map { place in
            let made = LabelledScores(seed: 3 * seed + UInt64(place))
            return NABCorpus.File(scores: made.scores, windows: made.windows)
        }
        let corpus = NABCorpus(files)
        let weights = [[1, 0.11, 1], [1, 0.22, 1], [1, 0.11, 2]]
        let thresholds = [NABCorpus.nothing + 1] + Set(files.flatMap(\.scores))
        for (profile, weights) in zip(NABProfile.all, weights) {
            let raws = thresholds.map { slowRaw(files, weights, threshold: $0) }
            let best = raws.max() ?? 0
            let got = corpus.score(profile)
            #expect(abs(got.raw - best) < 1e-9, "seed \(seed): \(got.raw) for \(best)")
            let windows = Double(files.reduce(0) { $0 + $1.windows.count })
            let want = 100 * (best - raws[0]) / (windows - raws[0])
            #expect(abs(got.normalised - want) < 1e-9, "seed \(seed)")
            #expect(abs(slowRaw(files, weights, threshold: got.threshold) - best) < 1e-9 || best == raws[0])
            for threshold in [0.2, 0.7] {
                let fixed = corpus.score(profile, threshold: threshold).raw
                #expect(abs(fixed - slowRaw(files, weights, threshold: threshold)) < 1e-9, "seed \(seed)")
            }
        }
    }

    @Test func `early is worth more than late, and nothing is 0`() {
        func score(at place: Int) -> NABScore {
            var scores = [Double](repeating: 0, count: 200)
            scores[place] = 1
            return NABCorpus([.init(scores: scores, windows: [100...119])]).score(.standard)
        }
        #expect(abs(score(at: 100).normalised - 100) < 1e-9 && score(at: 100).threshold == 1)
        #expect(score(at: 110).normalised < 99 && score(at: 110).normalised > score(at: 118).normalised)
        let late = score(at: 150)
        #expect(late.normalised == 0 && late.threshold == NABCorpus.nothing && late.raw == -1)
        #expect(score(at: 29).normalised == 0, "probation")
        #expect(NABCorpus([.init(scores: [0, 1], windows: [])]).score(.standard).normalised.isNaN)
        #expect(NABWorth.probation(of: 100_000) == 750 && NABWorth.probation(of: 10) == 1)
    }
}
