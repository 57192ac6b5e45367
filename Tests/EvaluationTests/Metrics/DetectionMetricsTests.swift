import TestSupport
import Testing

@testable import Evaluation

private func expectClose(_ got: Double, _ want: Double, _ what: String) {
    #expect(abs(got - want) <= 1e-9 * max(1, abs(want)), "\(what): \(got) for \(want)")
}

/// Scores with ties and windows here and there, the first and the last value sometimes among them.
struct LabelledScores {
    let scores: [Double]
    let windows: [ClosedRange<Int>]
    let labels: [Bool]

    init(seed: UInt64, count: Int? = nil) {
        var random = SeededGenerator(seed: seed)
        let count = count ?? Int.random(in: 2...160, using: &random)
        let levels = [3, 40, 100_000][Int(seed % 3)]
        var labels = [Bool](repeating: false, count: count)
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let first = Int.random(in: 0..<count, using: &random)
            let length = Int.random(in: 1...max(1, count / 8), using: &random)
            for place in first..<min(first + length, count) { labels[place] = true }
        }
        scores = labels.map { isAnomalous in
            let score = Double(Int.random(in: 0..<levels, using: &random)) / Double(levels)
            return isAnomalous && seed % 2 == 0 ? score + 0.3 : score
        }
        self.labels = labels
        windows = AnomalyWindows.runs(of: labels)
    }
}

@Suite struct DetectionMetricsTests {
    static let shared = "detection-metrics-golden.json"

    @Test(.enabled(if: SharedData.has(shared), "the golden cases are not here"))
    func `every metric of a series agrees with the reference`() throws {
        let cases = try SharedData.object(Self.shared).objects("point_cases")
        #expect(cases.count == 8)
        for golden in cases {
            let name = golden.text("name")
            let scores = golden.numbers("score")
            let windows = golden.rows("windows_inclusive").map { Int($0[0])...Int($0[1]) }
            let volume = VolumeUnderSurface(scores: scores, windows: windows, length: Int(golden.number("L")))
            expectClose(volume.pr, golden.number("vus_pr"), "\(name) VUS-PR")
            expectClose(volume.roc, golden.number("vus_roc"), "\(name) VUS-ROC")
            let points = PointRanking(scores: scores, windows: windows)
            expectClose(points.aucPR, golden.number("auc_pr"), "\(name) AUC-PR")
            expectClose(points.aucROC, golden.number("auc_roc"), "\(name) AUC-ROC")
            expectClose(points.bestF1, golden.number("best_f1"), "\(name) F1")
            expectClose(
                EventF1.of(scores: scores, windows: windows), golden.number("event_f1"), "\(name) event F1")
            let hit = UCRAccuracy.isHit(
                scores: scores, windows: windows, trainPrefix: Int(golden.number("ucr_train")))
            #expect(hit == golden.optionalNumber("ucr_hit").map { $0 == 1 }, "\(name)")
        }
    }

    @Test(.enabled(if: SharedData.has(shared), "the golden cases are not here"))
    func `the length of patterns is that of the reference`() throws {
        for golden in try SharedData.object(Self.shared).objects("find_length") {
            #expect(
                WindowLength.of(golden.numbers("series")) == Int(golden.number("period_found")),
                "\(golden.text("name"))")
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `points are ranked as by counting at every threshold`(seed: UInt64) {
        let made = LabelledScores(seed: seed)
        let points = PointRanking(scores: made.scores, windows: made.windows)
        let positives = made.labels.count { $0 }
        let (all, some) = (made.scores, zip(made.scores, made.labels).filter { $0.1 }.map(\.0))
        var (area, f1, last) = (0.0, 0.0, 0.0)
        for threshold in Set(all).sorted(by: >) {
            let found = Double(some.count { $0 >= threshold })
            let precision = found / Double(all.count { $0 >= threshold })
            let recall = found / Double(positives)
            area += (recall - last) * precision
            f1 = max(f1, 2 * precision * recall / (precision + recall + 1e-5))
            last = recall
        }
        expectClose(points.aucPR, area, "seed \(seed)")
        expectClose(points.bestF1, f1, "seed \(seed)")
        var pairs = 0.0
        for (a, isAnomalous) in zip(all, made.labels) where isAnomalous {
            for (b, isOther) in zip(all, made.labels) where !isOther {
                pairs += a > b ? 1 : a == b ? 0.5 : 0
            }
        }
        if positives < all.count {
            expectClose(points.aucROC, pairs / Double(positives * (all.count - positives)), "seed \(seed)")
        } else {
            #expect(points.aucROC.isNaN)
        }
        let (low, high) = (all.min() ?? 0, all.max() ?? 0)
        var event = 0.0
        for step in 0..<100 {
            let threshold = step == 99 ? high : low + Double(step) * ((high - low) / 99)
            let flagged = Double(all.count { $0 > threshold })
            let precision = flagged > 0 ? Double(some.count { $0 > threshold }) / flagged : 0
            let touched = made.windows.count { window in window.contains { all[$0] > threshold } }
            let recall = Double(touched) / Double(made.windows.count)
            event = max(event, 2 * recall * precision / (recall + precision + 1e-15))
        }
        expectClose(EventF1.of(scores: all, windows: made.windows), event, "seed \(seed)")
    }

    @Test func `small cases are as by hand`() {
        let points = PointRanking(scores: [0.9, 0.8, 0.7, 0.6], windows: [0...0, 2...2])
        #expect(points.aucPR == 0.5 + 0.5 * (2.0 / 3) && points.aucROC == 0.75)
        #expect(abs(points.bestF1 - 0.8) < 1e-5)
        let event = EventF1.of(scores: [0, 1, 0, 0.2, 0.2], windows: [1...2, 4...4])
        #expect(abs(event - 2 * (2.0 / 3) / (1 + 2.0 / 3)) < 1e-12, "above 0 both are found, by 2 of 3")
        #expect(PointRanking(scores: [1, 2], windows: []).aucPR.isNaN)
        #expect(EventF1.of(scores: [1, 2], windows: []).isNaN)
        #expect(PointRanking(scores: [1, 2], windows: [0...1]).aucROC.isNaN)
    }

    @Test func `what is no number counts as no evidence, infinity as much`() {
        let odd = PointRanking(scores: [.nan, .infinity, -.infinity, 1], windows: [1...1])
        #expect(odd == PointRanking(scores: [0, 9, 0, 1], windows: [1...1]))
        let low = PointRanking(scores: [.nan, -.infinity, -1], windows: [0...1])
        #expect(low == PointRanking(scores: [0, 0, -1], windows: [0...1]))
        #expect(EventF1.of(scores: [.infinity, 0, 0], windows: [0...0]) > 0.99)
    }

    @Test func `one place is named of a series with one anomaly`() {
        var scores = [Double](repeating: 0, count: 1000)
        scores[10] = 9
        scores[399] = 5
        scores[400] = 5
        #expect(UCRAccuracy.isHit(scores: scores, windows: [500...510], trainPrefix: 100) == false)
        scores[401] = 6
        #expect(UCRAccuracy.isHit(scores: scores, windows: [500...510], trainPrefix: 100) == true)
        #expect(UCRAccuracy.isHit(scores: scores, windows: [500...510], trainPrefix: 0) == false)
        #expect(UCRAccuracy.isHit(scores: scores, windows: [601...801], trainPrefix: 100) == true)
        #expect(UCRAccuracy.isHit(scores: scores, windows: [5...6, 8...9], trainPrefix: 0) == nil)
        #expect(UCRAccuracy.isHit(scores: scores, windows: [5...6], trainPrefix: 1000) == nil)
    }

    @Test func `runs of labels are windows`() {
        #expect(AnomalyWindows.runs(of: []) == [])
        #expect(AnomalyWindows.runs(of: [true]) == [0...0])
        #expect(AnomalyWindows.runs(of: [true, true, false, true]) == [0...1, 3...3])
        #expect(AnomalyWindows.runs(of: [false, false]) == [])
    }

    @Test func `the length of patterns is that of the season, where there is one`() {
        var random = SeededSeries(seed: 4)
        #expect(WindowLength.of(random.season(2000, period: 48)) == 48)
        #expect(WindowLength.of([]) == 125 && WindowLength.of([1, 2, 3]) == 125)
        #expect(WindowLength.of(Array(repeating: 5, count: 500)) == 125)
        #expect(WindowLength.of((0..<500).map { Double($0) }) == 125, "no peak")
        var holes = random.season(2000, period: 48)
        for place in stride(from: 7, to: 2000, by: 31) { holes[place] = .nan }
        #expect(WindowLength.of(holes) == 48)
        #expect(WindowLength.of([.nan, .nan]) == 125)
    }
}
