import Detection
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct DetectionBacktestTests {
    /// Waves with a stretch of other values.
    private func series(
        _ name: String, _ dataset: String, seed: UInt64, window: ClosedRange<Int>? = 150...159
    )
        -> LabelledSeries
    {
        var random = SeededSeries(seed: seed)
        var values = random.season(240, period: 12)
        for place in window.map(Array.init) ?? [] { values[place] += 60 }
        return LabelledSeries(
            name: name, dataset: dataset, values: values, windows: window.map { [$0] } ?? [], trainPrefix: 40)
    }

    private var set: [LabelledSeries] {
        [
            series("u1", "UCR", seed: 1), series("n1", "NAB", seed: 2), series("u2", "UCR", seed: 3),
            series("n2", "NAB", seed: 4, window: nil),
        ]
    }

    private func run(_ detectors: [EvaluatedDetector], _ series: [LabelledSeries]) -> DetectionReport {
        let test = DetectionBacktest(detectors, on: series)
        return test.report(test.jobs.map { test.run($0, clock: { 0 }) })
    }

    private let distance = EvaluatedDetector("distance", .batch, stateBytes: 8) { series in
        series.values.map { abs($0) }
    }

    @Test func `a report is what the metrics say of every series`() throws {
        let set = set
        let report = run([distance], set)
        #expect(report.datasets == ["UCR", "NAB", "ALL", "MEAN"] && report.failures.isEmpty)
        #expect(report.series == 4 && report.points == 960 && report.benchmarkSeries == 2)
        let volumes = set.map {
            VolumeUnderSurface(
                scores: $0.values.map { abs($0) }, windows: $0.windows, length: $0.patternLength)
        }
        let ucr = report.rows[0]
        #expect(ucr.series == 2 && ucr.vusPR == (volumes[0].pr + volumes[2].pr) / 2 && ucr.ucrAccuracy == 1)
        #expect(ucr.nabStandard.isNaN && ucr.mode == .batch && ucr.stateBytes == 8)
        let nab = report.rows[1]
        #expect(nab.series == 1 && nab.vusROC == volumes[1].roc && nab.ucrAccuracy.isNaN && nab.isScaled)
        let files = [set[1], set[3]].map {
            NABCorpus.File(scores: DetectionScore.scaled($0.values.map { abs($0) }), windows: $0.windows)
        }
        #expect(nab.nabStandard == NABCorpus(files).score(.standard).normalised)
        let (all, mean) = (report.rows[2], report.rows[3])
        #expect(abs(all.vusPR - (ucr.vusPR + nab.vusPR) / 2) < 1e-15)
        #expect(abs(mean.vusPR - (2 * ucr.vusPR + nab.vusPR) / 3) < 1e-15 && mean.series == 3)
        #expect(mean.nabLowFN == nab.nabLowFN && all.nabLowFN == nab.nabLowFN && all.ucrAccuracy == 1)
        #expect(report.headline.map(\.dataset) == ["MEAN"])
        #expect(run([distance], [set[0]]).headline.map(\.dataset) == ["UCR"])
    }

    @Test func `calibrated scores enter the NAB score as they are`() {
        let own = EvaluatedDetector("own", .causal, isCalibrated: true) { series in
            series.values.map { $0 > 50 ? 0.4 : 0 }
        }
        let set = [series("n", "NAB", seed: 2)]
        let score = DetectionBacktest([own], on: set)
        let answer = score.run(score.jobs[0], clock: { 0 })
        #expect(answer.nab?.scores.max() == 0.4)
        #expect(run([own], set).rows.first?.isScaled == false)
        #expect(DetectionScore.scaled([3, .nan, 1]) == [1, 0, 1.0 / 3])
        #expect(DetectionScore.scaled([2, 2]) == [0, 0])
    }

    @Test func `a detector that fails is counted and named`() throws {
        struct Refusal: Error, CustomStringConvertible {
            let description = "not this one"
        }
        let picky = EvaluatedDetector("picky", .causal) { series in
            if series.name == "u2" { throw Refusal() }
            return Array(repeating: 1, count: series.name == "n2" ? 3 : series.values.count)
        }
        let short = LabelledSeries(name: "none", dataset: "UCR", values: [.nan, .nan], windows: [1...1])
        let report = run([picky] + EvaluatedDetectors.all.filter { $0.name == "auto" }, set + [short])
        let rows = report.rows.filter { $0.method == "picky" }
        #expect(rows.map(\.failed) == [1, 1, 2, 2] && rows.map(\.series) == [2, 1, 3, 3])
        #expect(rows[1].nabStandard.isNaN && rows[3].nabStandard.isNaN, "some of the files are no benchmark")
        #expect(report.failures.first?.reason == "not this one" && report.failures.first?.series == "u2")
        #expect(report.failures.contains { $0.reason == "3 scores of 240 values" })
        let automatic = report.failures.filter { $0.method == "auto" }
        #expect(automatic.map(\.mode) == [.causal, .delayed, .batch])
        #expect(automatic.allSatisfy { $0.reason == "every value is missing" && $0.series == "none" })
    }

    @Test func `the report does not depend on the order in which jobs are done`() {
        let test = DetectionBacktest(EvaluatedDetectors.all, on: set)
        var scores = [DetectionScore?](repeating: nil, count: test.jobs.count)
        for index in test.jobs.indices.reversed() { scores[index] = test.run(test.jobs[index], clock: { 0 }) }
        let forward = test.jobs.map { test.run($0, clock: { 0 }) }
        #expect(scores.compactMap { $0 } == forward)
        #expect(test.jobs.count == 4 * EvaluatedDetectors.all.count)
        #expect(test.title(of: test.jobs[0]) == ("auto", .causal, "UCR", "u1"))
    }

    @Test func `time is that of the clock a value, once warm`() {
        let now = Mutex(0.0)
        let test = DetectionBacktest([distance], on: [set[0], set[2], set[1]])
        let scores = test.jobs.map { job in
            test.run(job) {
                now.withLock { now in
                    now += 1
                    return 240 * now * now
                }
            }
        }
        let row = test.report(scores).rows[3]
        // 2² − 1², 4² − 3², 6² − 5².
        #expect(row.medianMicroseconds == 7 && row.meanMicroseconds == 7 && row.worstMicroseconds == 11)
    }

    @Test func `peers are there for the sets they were measured on, in the modes that were run`() throws {
        var report = run([distance], set)
        #expect(!report.withPeers().rows.contains { $0.isPeer })
        (report.series, report.points) = (164, 866_689)
        let rows = report.withPeers().rows
        #expect(rows.count { $0.isPeer } == 2 * 24)
        let poly = try #require(rows.first { $0.method == "POLY" && $0.dataset == "MEAN" })
        #expect(
            poly.vusPR == 0.409 && poly.mode == .batch && poly.meanMicroseconds == 2.25 && poly.series == 161)
        #expect(rows.first { $0.method == "POLY" }?.vusPR == 0.375)
        #expect(report.withPeers(modes: [.causal]).rows.count { $0.isPeer } == 2 * 10)
        // Every row here stands on three series, peers on more.
        report.rows[3].series = 161
        let compared = report.withPeers().comparable
        #expect(compared.count == 1 + 19 && !compared.contains { $0.method == "SAND" })
        report.benchmarkSeries = 58
        let nab = report.withPeers(modes: [.causal]).rows.filter { $0.isPeer && $0.dataset == "NAB" }
        #expect(nab.count == 10 && nab[0].nabLowFN == 80.4 && nab[3].nabLowFN.isNaN)
        for mode in DetectionMode.allCases {
            #expect(PeerDetectors.accuracy.rows(of: mode.rawValue).allSatisfy { $0.cells.count == 9 })
        }
    }
}
