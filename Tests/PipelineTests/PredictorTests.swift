import Foundation
import TestSupport
import Testing

@testable import Analysis
@testable import Detection
@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite struct PredictorTests {
    private static let start = Timestamp(milliseconds: 1_735_689_600_000)  // 2025-01-01T00:00:00Z
    private static let hour: Int64 = 3_600_000

    private func hourly(_ count: Int, seed: UInt64 = 1) throws -> Observations {
        var random = SeededSeries(seed: seed)
        return try Observations(
            timestamps: (0..<count).map { Self.start.advanced(byMilliseconds: Int64($0) * Self.hour) },
            values: random.season(count, period: 24))
    }

    private func predict(
        _ observations: Observations, _ change: (inout PredictionRequest) -> Void = { _ in }
    ) throws -> Prediction {
        var request = PredictionRequest()
        change(&request)
        return try Predictor(request).predict(observations)
    }

    private func times(_ prediction: Prediction) -> [String] {
        prediction.horizonTimes.map { time in
            switch time {
            case .index(let index): "\(index)"
            case .moment(let moment): moment.rfc3339
            case .unknown: "?"
            }
        }
    }

    /// What holds for every answer.
    private func expectSound(_ prediction: Prediction, rows: Int, levels: [Double] = [0.8, 0.95]) {
        if let forecast = prediction.forecast {
            #expect(forecast.mean.allSatisfy { $0.isFinite })
            #expect(forecast.intervals.map(\.level) == levels)
            for interval in forecast.intervals {
                #expect(interval.lower.count == forecast.mean.count)
                for h in forecast.mean.indices {
                    #expect(interval.lower[h] <= forecast.mean[h] && forecast.mean[h] <= interval.upper[h])
                }
            }
            #expect(prediction.horizonTimes.count == forecast.mean.count)
        }
        guard let behind = prediction.behind else { return }
        #expect(behind.times.count == rows && behind.scores.score.count == rows)
        #expect(behind.scores.expected.count == rows && behind.scores.isAnomaly.count == rows)
        for insight in behind.scores.insights {
            #expect(insight.first >= 0 && insight.first <= insight.last && insight.last < rows)
        }
    }

    @Test func `hourly values are predicted a day ahead`() throws {
        let prediction = try predict(hourly(240))
        expectSound(prediction, rows: 240)
        #expect(prediction.status == .ok && prediction.warnings.isEmpty)
        #expect(prediction.step == .fixed(milliseconds: Self.hour) && prediction.season == [24])
        #expect(prediction.method.hasPrefix("auto/"))
        #expect(prediction.forecast?.mean.count == 24)
        #expect(times(prediction).first == "2025-01-11T00:00:00Z")
        #expect(prediction.behind?.times.first == .moment(Self.start))
        let mean = try #require(prediction.forecast).mean
        for (h, value) in mean.enumerated() {
            #expect(abs(value - 50 - 10 * sin(2 * .pi * Double(h) / 24)) < 4, "\(h)")
        }
    }

    @Test func `without times steps are counted on`() throws {
        var random = SeededSeries(seed: 2)
        let prediction = try predict(Observations(values: random.noise(100)))
        expectSound(prediction, rows: 100)
        #expect(prediction.step == nil && prediction.season == [])
        #expect(times(prediction) == (100..<124).map(String.init))
        #expect(prediction.behind?.times == (0..<100).map { .index($0) })
        #expect(try predict(Observations(values: random.noise(40))).forecast?.mean.count == 10)
    }

    @Test func `gaps are bridged and rows keep their scores`() throws {
        let whole = try hourly(240)
        let kept = (0..<240).filter { $0 % 10 != 3 && !(100..<110).contains($0) }
        let spiky = kept.map { $0 == 200 ? whole.values[$0] + 80 : whole.values[$0] }
        let observations = try Observations(
            timestamps: kept.map { whole.timestamps![$0] }, values: spiky)
        let prediction = try predict(observations)
        expectSound(prediction, rows: kept.count)
        #expect(prediction.warnings.map(\.code) == [.gaps])
        #expect(prediction.season == [24])
        #expect(times(prediction).first == "2025-01-11T00:00:00Z")
        let scores = try #require(prediction.behind).scores
        let row = try #require(kept.firstIndex(of: 200))
        #expect(scores.isAnomaly[row])
        #expect(scores.insights.contains { $0.first <= row && row <= $0.last })
    }

    @Test func `irregular rows count in their order`() throws {
        var random = SeededSeries(seed: 3)
        var time = Self.start
        let timestamps = (0..<60).map { _ in
            time = time.advanced(byMilliseconds: 1_000 + Int64(random.uniform() * random.uniform() * 9e6))
            return time
        }
        let observations = try Observations(timestamps: timestamps, values: random.noise(60))
        let prediction = try predict(observations)
        expectSound(prediction, rows: 60)
        #expect(prediction.warnings.map(\.code) == [.irregularTimestamps])
        #expect(prediction.behind?.times == timestamps.map { .moment($0) })
    }

    @Test func `months are predicted at their beginnings`() throws {
        let timestamps = try (0..<48).map {
            try Timestamp(rfc3339: String(format: "%d-%02d-01T00:00:00Z", 2020 + $0 / 12, $0 % 12 + 1))
        }
        var random = SeededSeries(seed: 4)
        let observations = try Observations(timestamps: timestamps, values: random.season(48, period: 12))
        let prediction = try predict(observations)
        expectSound(prediction, rows: 48)
        #expect(prediction.step == .months(1) && prediction.season == [12])
        #expect(times(prediction) == (1...12).map { String(format: "2024-%02d-01T00:00:00Z", $0) })
        #expect(try predict(observations) { $0.horizon = .span(.months(24)) }.forecast?.mean.count == 24)
    }

    @Test func `civil days keep their midnight when clocks change`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let grid = TimeGrid(
            origin: try Timestamp(rfc3339: "2025-02-28T23:00:00Z"), step: .days(1), zone: zone)
        var random = SeededSeries(seed: 5)
        let observations = try Observations(
            timestamps: (0..<28).map { grid.time(at: $0) }, values: random.season(28, period: 7))
        let prediction = try predict(observations) { $0.zone = zone }
        expectSound(prediction, rows: 28)
        #expect(prediction.step == .days(1) && prediction.season == [7])
        // Clocks change on 30 March 2025.
        #expect(
            times(prediction).prefix(4) == [
                "2025-03-28T23:00:00Z", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z",
                "2025-03-31T22:00:00Z",
            ])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 15, 16, 23, 24, 25])
    func `few points have a forecast and perhaps no scores`(count: Int) throws {
        for mode in DetectionMode.allCases {
            let prediction = try predict(hourly(count)) { $0.mode = mode }
            expectSound(prediction, rows: count)
            #expect(prediction.forecast != nil)
            let hasScores = prediction.behind?.scores.score.contains { $0.isFinite } ?? false
            #expect(prediction.status == (hasScores ? .ok : .warming))
            #expect(prediction.warnings.contains { $0.code == .warming } == !hasScores)
            #expect(prediction.warnings.contains { $0.code == .unknownStep } == (count < 3))
            if count < 9 { #expect(prediction.warnings.contains { $0.code == .shortHistory }) }
        }
    }

    @Test(arguments: [0.0, 5, -1e12, 1e-9])
    func `a constant stays as it is`(value: Double) throws {
        let prediction = try predict(Observations(values: [Double](repeating: value, count: 60)))
        expectSound(prediction, rows: 60)
        #expect(prediction.forecast?.mean.allSatisfy { $0 == value } ?? false)
        #expect(prediction.behind?.scores.isAnomaly.contains(true) == false)
    }

    @Test func `numbers too large for a model are an error, not a blank`() throws {
        let wild = try Observations(values: (0..<60).map { 8e307 * (1 + sin(Double($0) / 4)) })
        for method in ["theta", "mlp", "arima"] {
            #expect(throws: PredictionError.forecast(.overflow), "\(method)") {
                try predict(wild) { $0.method = method }
            }
        }
        let forecast = try predict(wild).forecast
        #expect(forecast?.isFinite == true)
    }

    @Test func `nothing but missing values has no prediction`() throws {
        for count in [1, 3, 50] {
            let nothing = try Observations(values: [Double](repeating: .nan, count: count))
            #expect(throws: PredictionError.forecast(.noFiniteValues)) { try predict(nothing) }
            #expect(throws: PredictionError.forecast(.noFiniteValues)) {
                try predict(nothing) { $0.wantsForecast = false }
            }
        }
        #expect(throws: PredictionError.self) { try predict(Observations(values: [])) }
        #expect(throws: PredictionError.self) {
            try predict(Observations(values: [])) { $0.wantsForecast = false }
        }
    }

    @Test func `a horizon may be a span of time`() throws {
        let day = try predict(hourly(240)) { $0.horizon = .span(.days(2)) }
        #expect(day.forecast?.mean.count == 48)
        let part = try predict(hourly(240)) { $0.horizon = .span(.fixed(milliseconds: 5_400_000)) }
        #expect(part.forecast?.mean.count == 2)
        #expect(try predict(hourly(240)) { $0.horizon = .steps(7) }.forecast?.mean.count == 7)
        #expect(throws: PredictionError.spanWithoutTimes) {
            try predict(Observations(values: [1, 2, 3, 4])) { $0.horizon = .span(.days(1)) }
        }
    }

    @Test func `a horizon may be too long`() throws {
        #expect(try predict(hourly(60)) { $0.horizon = .steps(10_000) }.forecast?.mean.count == 10_000)
        #expect(throws: PredictionError.horizonTooLong(steps: 10_001, most: 10_000)) {
            try predict(hourly(60)) { $0.horizon = .steps(10_001) }
        }
        #expect(throws: PredictionError.self) {
            try predict(hourly(60)) { $0.horizon = .span(.months(1_200)) }
        }
    }

    @Test func `scores are of all rows, the last or none`() throws {
        var values = try hourly(240).values
        values[239] += 90
        let observations = try Observations(timestamps: hourly(240).timestamps, values: values)
        let all = try predict(observations)
        let last = try predict(observations) { $0.extent = .last }
        let none = try predict(observations) { $0.extent = .none }
        let scoresOnly = try predict(observations) { $0.wantsForecast = false }
        #expect(none.behind == nil && none.forecast == all.forecast)
        let one = try #require(last.behind)
        #expect(one.times == [try #require(all.behind).times[239]])
        #expect(one.scores.score == [try #require(all.behind).scores.score[239]])
        #expect(one.scores.isAnomaly == [true])
        #expect(one.scores.insights.map(\.last) == [0])
        #expect(scoresOnly.forecast == nil && scoresOnly.horizonTimes.isEmpty)
        #expect(scoresOnly.behind?.scores.isAnomaly[239] == true)
        #expect(scoresOnly.method.hasPrefix("auto/"))
    }

    @Test func `limits are answered in their order`() throws {
        let prediction = try predict(hourly(240)) {
            $0.limits = [Limit(.above, 0), Limit(.above, 1e6), Limit(.atMost, 45)]
            $0.wantsForecast = false
        }
        #expect(prediction.limits.map(\.probability).prefix(2) == [1, 0])
        #expect((prediction.limits.last?.probability ?? 0) > 0.9)
        #expect(prediction.forecast == nil && prediction.horizonTimes.count == 24)
        #expect(throws: PredictionError.analysis(.tooFewPaths(needed: 10, got: 0))) {
            try predict(hourly(5)) { $0.limits = [Limit(.above, 0)] }
        }
    }

    @Test(arguments: [30, 60, 100, 240])
    func `the default horizon can answer a limit`(count: Int) throws {
        var random = SeededSeries(seed: 6)
        let prediction = try predict(Observations(values: random.noise(count))) {
            $0.limits = [Limit(.above, 100)]
        }
        #expect(prediction.limits.map(\.probability) == [0])
    }

    @Test func `the default horizon is a season, at most 24 steps`() throws {
        #expect(try predict(hourly(120)) { $0.season = 12 }.forecast?.mean.count == 12)
        #expect(try predict(hourly(240)) { $0.season = 60 }.forecast?.mean.count == 24)
        #expect(try predict(hourly(40)) { $0.season = 1 }.forecast?.mean.count == 10)
        #expect(try predict(hourly(40)) { $0.season = 1 }.season == [])
    }

    @Test(arguments: DetectionMode.allCases)
    func `every mode and method answers`(mode: DetectionMode) throws {
        let quick = ForecasterCatalog.entries.filter { !$0.isSlow }.map(\.name)
        for method in [ForecasterCatalog.automatic] + quick {
            let prediction = try predict(hourly(150)) {
                $0.mode = mode
                $0.method = method
                $0.levels = [50]
            }
            expectSound(prediction, rows: 150, levels: [0.5])
            #expect(prediction.behind?.scores.mode == mode)
            #expect(prediction.method.hasPrefix(method))
        }
        #expect(throws: PredictionError.forecast(.unknownMethod("x", known: ForecasterCatalog.names))) {
            try predict(hourly(150)) { $0.method = "x" }
        }
    }
}
