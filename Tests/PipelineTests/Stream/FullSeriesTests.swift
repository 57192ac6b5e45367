import Detection
import Forecasting
import Foundation
import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

private let minute: Int64 = 60_000

/// A definition of one-minute steps, and what a shard makes of it.
private func policy(_ change: (inout MetricDefinition) -> Void = { _ in }) -> FullPolicy {
    var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
    definition.step = .fixed(milliseconds: minute)
    change(&definition)
    return FullPolicy(definition, hash: definition.configurationHash, metricName: "load", series: 1)
}

private let history = {
    var random = SeededSeries(seed: 5)
    return random.season(400, period: 24)
}()

/// A model of the first values, with a judge that knows its errors.
private func fitted(_ count: Int, method: String = "holt-winters") throws -> (
    FullSeries.LiveModel, CausalJudge
) {
    let past = Series(values: Array(history.prefix(count)))
    let model = try ForecasterCatalog.fitModel(method, to: past, settings: MethodSettings(season: [24])).model
    let errors = zip(past.values, model.fitted(on: past)).map { $0 - $1 }
    return (
        FullSeries.LiveModel(model: model, method: method, season: [24], version: 3),
        CausalJudge(
            residuals: errors, values: past.values, period: 24, threshold: policy().threshold(step: nil))
    )
}

/// A series whose model knows the first 200 values and expects the next.
private func live(_ policy: FullPolicy = policy()) throws -> FullSeries {
    let full = FullSeries(policy: policy)
    for step in 0...200 { _ = full.take(Int64(step) * minute, history[step]) }
    let next = try #require(full.record()?.next)
    #expect(next == 200)
    let (model, judge) = try fitted(200)
    #expect(full.install(model, judge: judge))
    return full
}

/// The same by hand: a model that observes every value itself.
private struct Hand {
    var model: any ForecastModel
    var judge: CausalJudge

    mutating func take(_ value: Double) {
        guard value.isFinite else { return model.observe(.nan) }
        let expected = model.next
        let judgement = judge.judge(value, expected: expected)
        judge.learn(value, expected: expected, judgement)
        model.observe(judgement.isWithheld ? expected : value)
    }

    func expects(as full: FullSeries) -> Bool {
        var judge = judge
        let band = judge.band(around: model.next)
        return full.expectation.map {
            $0.expected == model.next && $0.lower == band.lower && $0.upper == band.upper
        }
            ?? false
    }
}

@Suite struct FullSeriesTests {
    @Test func `a level that moved is adopted when the definition says so, or never`() throws {
        let policies: [(AdoptionPolicy, ClosedRange<Int>)] = [
            (.never, 179...179), (.after(.steps(60)), 61...90), (.automatic, 3...20),
        ]
        for (adoption, expected) in policies {
            let full = try live(policy { $0.adoption = adoption })
            var anomalous = 0
            for step in 200..<380 {
                let value = history[step] + (step >= 200 ? 60 : 0)
                for outcome in full.take(Int64(step + 1) * minute, value) {
                    anomalous += outcome.isAnomalous ? 1 : 0
                }
            }
            #expect(expected.contains(anomalous), "\(adoption): \(anomalous)")
        }
    }

    @Test func `a level that moved is told once, with its moment, also after a restart`() throws {
        var random = SeededSeries(seed: 15)
        let values = random.season(900, period: 24).enumerated().map { $1 + ($0 >= 700 ? 60 : 0) }
        var watch = LevelWatch(season: 24)
        for value in values[..<200] { _ = watch.push(value) }
        var full = FullSeries(policy: policy())
        for step in 0...200 { _ = full.take(Int64(step) * minute, values[step]) }
        _ = full.record()
        let (model, judge) = try fitted(200)
        #expect(full.install(model, judge: judge, levels: watch))
        var moved: [StoredLevelChange] = []
        for step in 201..<900 {
            if step == 705 { full = try #require(FullSeries(policy: policy(), bytes: full.bytes)) }
            for outcome in full.take(Int64(step) * minute, values[step]) {
                if let change = outcome.moved { moved.append(change.stored(series: 4, definition: "load")) }
            }
        }
        let change = try #require(moved.first)
        #expect(moved.count == 1 && abs(change.at - 700 * minute) <= minute && change.series == 4)
        #expect(change.confirmed >= change.at + 11 * minute && change.definition == "load")
        #expect(abs(change.after - change.before - 60) < 5)
        #expect(change.sentence.hasSuffix("confirmed by \(change.count) values."))
    }

    @Test func `a series without a model counts its steps and says nothing`() {
        let full = FullSeries(policy: policy())
        for step in 0..<50 { #expect(full.take(Int64(step) * minute, 1).isEmpty) }
        #expect(full.known == 49 && full.next == 49 && full.expectation == nil && !full.run.isOpen)
        #expect(full.wantsDefault(fewest: 49, most: 1_000) && !full.wantsDefault(fewest: 50, most: 1_000))
    }

    @Test func `a step that nobody gave is found`() {
        let full = FullSeries(policy: policy { $0.step = nil })
        #expect(full.record() == nil)
        for step in 0..<12 { _ = full.take(Int64(step) * 15_000, 1) }
        #expect(full.clock?.step == .fixed(milliseconds: 15_000))
        #expect(full.next == 11)
    }

    @Test(arguments: ["seasonal-naive", "holt-winters", "ridge"])
    func `a model that is installed late expects what one that saw everything does`(method: String) throws {
        let full = FullSeries(policy: policy())
        for step in 0...200 { _ = full.take(Int64(step) * minute, history[step]) }
        #expect(full.record()?.next == 200)
        var (model, judge) = try fitted(200, method: method)
        var values = Array(history[200..<300])
        (values[20], values[40]) = (500, .nan)
        for (place, value) in values.prefix(60).enumerated() where place > 0 {
            _ = full.take(Int64(200 + place) * minute, value)
        }
        // The value of step 200 is known: its sample came before the record began, and counts when the step ends.
        values[0] = history[200]
        #expect(full.install(model, judge: judge))
        #expect(full.live?.version == 3)
        judge.setThreshold(full.threshold)
        var hand = Hand(model: model.model, judge: judge)
        for value in values.prefix(59) { hand.take(value) }
        #expect(hand.expects(as: full))
        for place in 60..<100 {
            hand.take(values[place - 1])
            _ = full.take(Int64(200 + place) * minute, values[place])
            #expect(hand.expects(as: full), "\(method) at \(place)")
            #expect(full.expectation?.time == Int64(200 + place) * minute)
        }
        model.version = 4
        #expect(!full.install(model, judge: judge))
        #expect(full.live?.version == 3)
    }

    @Test func `a recording that was stopped installs nothing`() throws {
        let full = FullSeries(policy: policy())
        for step in 0...200 { _ = full.take(Int64(step) * minute, history[step]) }
        _ = full.record()
        #expect(!full.wantsDefault(fewest: 1, most: 9))
        full.stopRecording()
        let (model, judge) = try fitted(200)
        #expect(!full.install(model, judge: judge) && full.live == nil)
    }

    @Test func `a spike opens a run and quiet closes it`() throws {
        let full = try live(policy { $0.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .week)) })
        var ended: [AnomalyRun] = []
        var anomalous = 0
        for step in 201..<260 {
            let outcomes = full.take(Int64(step) * minute, step == 210 ? 500 : history[step])
            #expect(outcomes.count == 1)
            anomalous += outcomes.count { $0.isAnomalous }
            ended += outcomes.compactMap(\.ended)
        }
        #expect(anomalous == 1 && ended.count == 1 && !full.run.isOpen)
        let anomaly = try #require(ended.first).stored(series: 0, definition: "", definitionHash: "")
        #expect(anomaly.from == 210 * minute && anomaly.to == anomaly.from && anomaly.value == 500)
        #expect(
            anomaly.direction == 1 && anomaly.score > 1 && anomaly.evidence == "residual" && !anomaly.isOpen)
    }

    @Test(arguments: [
        (500.0, Pipeline.Direction.above, true), (500, .below, false), (-500, .above, false),
        (-500, .below, true),
        (500, .both, true),
    ])
    func `only deviations on the wanted side open a run`(
        value: Double, direction: Pipeline.Direction, opens: Bool
    ) throws {
        let full = try live(policy { $0.direction = direction })
        _ = full.take(201 * minute, value)
        let outcome = try #require(full.take(202 * minute, history[202]).first)
        #expect(outcome.isAnomalous == opens && full.run.isOpen == opens)
        #expect(ScoreByte.negativeLog10(outcome.byte).map { $0 > 3 } == true)
    }

    @Test func `a score that swings around the threshold is one run`() throws {
        let policy = policy { $0.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day)) }
        let full = try live(policy)
        let threshold = -log10(policy.threshold(step: .fixed(milliseconds: minute)))
        /// A value of the step after `step` whose score is within some bounds, as a copy of the series judges it.
        func value(after step: Int, _ scores: ClosedRange<Double>) throws -> Double {
            let expected = try #require(full.expectation).expected
            for tenths in 1..<2_000 {
                let value = expected + Double(tenths) / 10
                let copy = try #require(FullSeries(policy: policy, bytes: full.bytes))
                _ = copy.take(Int64(step) * minute, value)
                let outcome = copy.take(Int64(step + 1) * minute, 0).first
                let strength = outcome.flatMap { ScoreByte.negativeLog10($0.byte) } ?? 0
                if scores.contains(strength / threshold) { return value }
            }
            return .nan
        }
        var ended = 0
        var anomalous = 0
        // The value of a step is judged when the next begins, so the one that waits is passed on first.
        _ = full.take(201 * minute, history[201])
        _ = full.take(202 * minute, history[202])
        _ = full.take(203 * minute, 500)
        for step in 204..<264 {
            let outcomes = full.take(Int64(step) * minute, .nan)
            let swing = try value(after: step, step % 12 == 0 ? 1.1...1.6 : 0.75...0.95)
            let more = full.take(Int64(step) * minute + 1, swing)
            for outcome in outcomes + more {
                anomalous += outcome.isAnomalous ? 1 : 0
                ended += outcome.ended == nil ? 0 : 1
            }
        }
        #expect(anomalous >= 4 && ended == 0 && full.run.isOpen)
        for step in 264..<275 {
            ended += full.take(Int64(step) * minute, history[step]).count { $0.ended != nil }
        }
        #expect(ended == 1 && !full.run.isOpen)
    }

    @Test func `deviations too small to matter open nothing`() throws {
        for (absolute, relative, opens) in [(1_000.0, 0.0, false), (0, 100, false), (10, 0.1, true)] {
            let ignored = IgnoredDeviation(absolute: absolute, relative: relative)
            let full = try live(policy { $0.ignore = ignored })
            _ = full.take(201 * minute, 500)
            #expect(full.take(202 * minute, history[202]).first?.isAnomalous == opens)
        }
    }

    @Test func `a value that cannot be is no anomaly and teaches nothing`() throws {
        let full = try live(policy { $0.range = ValueRange(min: 0, max: 100) })
        let twin = try live(policy { $0.range = ValueRange(min: 0, max: 100) })
        _ = full.take(201 * minute, 500)
        _ = twin.take(201 * minute, .nan)
        #expect(full.take(202 * minute, history[202]).isEmpty)
        #expect(twin.take(202 * minute, history[202]).isEmpty)
        #expect(full.expectation?.expected == twin.expectation?.expected && !full.run.isOpen)
    }

    @Test func `missing steps lie on a line between their neighbours once both are known`() throws {
        let full = try live(policy { $0.missing = .interpolate(most: 3) })
        var (model, judge) = try fitted(200)
        judge.setThreshold(full.threshold)
        var hand = Hand(model: model.model, judge: judge)
        model.version = 0
        hand.take(history[200])
        // Steps 202 to 204 have no sample.
        _ = full.take(201 * minute, history[201])
        hand.take(history[201])
        #expect(full.take(205 * minute, history[205]).count == 1)
        #expect(full.next == 202 && hand.expects(as: full))
        let outcomes = full.take(206 * minute, history[206])
        for part in 1...3 { hand.take(history[201] + (history[205] - history[201]) * Double(part) / 4) }
        hand.take(history[205])
        #expect(outcomes.count == 1)
        #expect(full.next == 206 && hand.expects(as: full))
    }

    @Test func `an outage without end makes the series learn anew and ends its run`() throws {
        let full = try live()
        _ = full.take(201 * minute, 500)
        _ = full.take(202 * minute, history[202])
        #expect(full.run.isOpen && full.record() != nil)
        let far = 203 + MissingSteps.most + 1
        let outcomes = full.take(Int64(far) * minute, 1)
        #expect(outcomes.compactMap(\.ended).count == 1 && !full.run.isOpen)
        #expect(full.live == nil && full.expectation == nil && full.next == far)
        let (model, judge) = try fitted(200)
        #expect(!full.install(model, judge: judge))
        // The warm-up begins anew: what was known before says nothing of what is normal now.
        #expect(!full.wantsDefault(fewest: 100, most: 1_000))
        _ = full.take(Int64(far + 1) * minute, 1)
        #expect(full.next == far + 1)
    }

    @Test func `an outage that is just short enough keeps the model`() throws {
        let full = try live()
        _ = full.take(201 * minute, history[201])
        _ = full.take(Int64(202 + MissingSteps.most) * minute, 1)
        #expect(full.live != nil && full.next == 202 + MissingSteps.most)
    }
}

@Suite struct FullSeriesBytesTests {
    private struct Said: Equatable {
        var bytes: [UInt8]
        var isAnomalous: [Bool]
        var ended: [StoredAnomaly]

        init(_ outcomes: [FullSeries.Outcome]) {
            bytes = outcomes.map(\.byte)
            isAnomalous = outcomes.map(\.isAnomalous)
            ended = outcomes.compactMap(\.ended).map {
                $0.stored(series: 1, definition: "", definitionHash: "")
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `a series that was stored and read again goes on to the last bit`(seed: UInt64) throws {
        let policy = policy {
            $0.missing = seed % 2 == 0 ? .interpolate(most: 2) : .unknown
            $0.alert = AlertPolicy(budget: AlertBudget(count: 5, per: .day))
        }
        var random = SeededGenerator(seed: seed)
        let never = try live(policy)
        var often = try live(policy)
        var step = 201
        for place in 0..<300 {
            step += Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 1...5, using: &random) : 1
            let isSpike = Int.random(in: 0..<15, using: &random) == 0
            let value = isSpike ? Double.random(in: -300...300, using: &random) : history[step % 400]
            let time = Int64(step) * minute + Int64.random(in: 0..<minute, using: &random)
            #expect(
                Said(never.take(time, value)) == Said(often.take(time, value)), "seed \(seed), place \(place)"
            )
            if Int.random(in: 0..<10, using: &random) == 0 {
                often = try #require(FullSeries(policy: policy, bytes: often.bytes))
            }
        }
        #expect(
            never.expectation.map { [$0.expected, $0.lower, $0.upper] }
                == often.expectation.map { [$0.expected, $0.lower, $0.upper] })
        #expect(never.known == often.known && never.next == often.next)
    }

    @Test func `a step that was being found goes on being found`() throws {
        let policy = policy { $0.step = nil }
        var full = FullSeries(policy: policy)
        for step in 0..<20 {
            _ = full.take(Int64(step) * 10_000, 1)
            full = try #require(FullSeries(policy: policy, bytes: full.bytes))
        }
        #expect(full.clock?.step == .fixed(milliseconds: 10_000) && full.next == 19)
    }

    @Test func `bytes of another definition or length are refused`() throws {
        let full = try live()
        let bytes = full.bytes
        #expect(FullSeries(policy: policy(), bytes: bytes)?.live?.version == 3)
        #expect(FullSeries(policy: policy { $0.missing = .zero }, bytes: bytes) == nil)
        // An edit of when to tell leaves the model.
        let edited = FullSeries(policy: policy { $0.direction = .above }, bytes: bytes)
        #expect(edited?.live?.version == 3 && edited?.isRestored == true)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(FullSeries(policy: policy(), bytes: Array(bytes.prefix(length))) == nil)
        }
        let warming = FullSeries(policy: policy()).bytes
        #expect(FullSeries(policy: policy(), bytes: warming)?.live == nil)
        #expect(FullSeries(policy: policy(), bytes: Array(warming.dropLast())) == nil)
    }
}
