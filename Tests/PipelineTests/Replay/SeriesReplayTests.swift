import Alerting
import Detection
import Forecasting
import Foundation
import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

/// One stream of a day of minutes with a season, spikes, gaps and a model that is swapped twice; and what a shard would
/// do with it.
private struct LiveRun {
    static let minute: Int64 = 60_000
    static let first: Int64 = 1_700_000_040_000

    static func policy(_ windows: [LearningWindow] = []) -> FullPolicy {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: minute)
        definition.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day))
        var policy = FullPolicy(
            definition, hash: definition.configurationHash, metricName: "load", series: 1)
        policy.windows = windows
        return policy
    }

    /// Two samples a minute; steps 700 ... 702 are missing, and an incident lasts from 900 to 930.
    static let points: PointColumns = {
        var random = SeededSeries(seed: 11)
        let season = random.season(1_440, period: 60)
        var points = PointColumns()
        for step in 0..<1_440 where !(700...702).contains(step) {
            let isIncident = (900...930).contains(step) || step % 311 == 0
            for half in 0..<2 {
                let value = season[step] + 0.1 * random.normal() + (isIncident ? 25 : 0)
                points.append(
                    first + Int64(step) * minute + Int64(half) * 30_000, value, ScoreByte.unscored)
            }
        }
        return points
    }()

    let full: FullSeries
    var points = PointColumns()
    var ended: [AnomalyRun] = []

    init(_ policy: FullPolicy = policy()) {
        full = FullSeries(policy: policy)
    }

    /// Takes the points at some places, as a shard does; a model goes live at two of them, five points after its making
    /// began.
    mutating func take(_ range: Range<Int>, of all: PointColumns = points) throws {
        for place in range {
            if place == 500 || place == 1_500 { _ = full.record() }
            if place == 505 || place == 1_505 { try install(all, place) }
            for outcome in full.take(all.times[place], all.values[place]) {
                if outcome.byte != ScoreByte.unscored { points.scores[points.count - 1] = outcome.byte }
                if let run = outcome.ended { ended.append(run) }
            }
            points.append(all.times[place], all.values[place], ScoreByte.unscored)
            full.remember(at: all.times[place])
        }
    }

    private func install(_ all: PointColumns, _ place: Int) throws {
        let clock = try #require(full.clock)
        let past = try #require(
            StepHistory(all, policy: full.policy, clock: clock, end: full.recordedFrom))
        let prepared = try PreparedModel(defaultFor: past, season: 60)
        #expect(
            full.install(
                prepared.live, judge: prepared.judge, evidence: prepared.evidence, levels: prepared.levels))
    }

    /// What a series comes to in the order of time.
    static func inOrder(_ all: PointColumns, _ policy: FullPolicy = policy()) throws -> LiveRun {
        var run = LiveRun(policy)
        try run.take(0..<all.count, of: all)
        return run
    }
}

private func from(_ runs: [AnomalyRun]) -> [Int64] { runs.map(\.from) }

@Suite struct SeriesReplayTests {
    @Test func `a replay gives the state, the scores and the stretches of the live run to the last bit`()
        throws
    {
        let live = try LiveRun.inOrder(LiveRun.points)
        #expect(live.full.live != nil)
        #expect(live.ended.count >= 3)
        #expect(live.points.scores.count { $0 != ScoreByte.unscored } > 1_000)
        let days = live.full.memory.unstored.states
        #expect(days.count >= 2)
        for start in [nil] + days.map(Optional.some) + live.full.memory.states.map(Optional.some) {
            let replay = SeriesReplay(
                policy: live.full.policy, start: start,
                swaps: live.full.memory.unstored.swaps.filter { $0.at >= start?.next ?? .min })
            let result = try #require(replay.run(live.points.after(start?.time ?? .min)))
            #expect(result.series.bytes == live.full.bytes)
            let expected = live.points.after((start?.time ?? .min) == .min ? .min : (start?.time ?? 0) - 1)
            #expect(result.times == expected.times)
            #expect(result.scores == expected.scores)
            #expect(
                from(result.ended)
                    == from(live.ended.filter { $0.from >= result.from || $0.to >= result.from }))
        }
    }

    @Test func `a stored state and stored swaps give the same replay`() throws {
        let live = try LiveRun.inOrder(LiveRun.points)
        let start = try #require(live.full.memory.unstored.states.first)
        let stored = start.stored(of: 3)
        let restored = try #require(ReplayMemory.State(stored))
        let swaps = try live.full.memory.unstored.swaps.filter { $0.at >= start.next }.map { swap in
            try #require(ModelSwap(bytes: swap.stored(of: 3, live.full.clock).bytes))
        }
        #expect(swaps.count == 2)
        let replay = SeriesReplay(policy: live.full.policy, start: restored, swaps: swaps)
        let result = try #require(replay.run(live.points.after(start.time)))
        #expect(result.series.bytes == live.full.bytes)
    }

    @Test(arguments: [430, 1_000, 1_499, 1_502, 1_507, 1_806, 1_870])
    func `a late point brings the series to where it would be had the point come in time`(late: Int) throws {
        let undisturbed = try LiveRun.inOrder(LiveRun.points)
        // The point is left out, ten more come, then it comes; the models are those of the undisturbed run.
        let state = try #require(Self.state(of: undisturbed, before: late))
        var missing = LiveRun.points
        missing.times.remove(at: late)
        missing.values.remove(at: late)
        missing.scores.remove(at: late)
        let swaps = undisturbed.full.memory.unstored.swaps.filter { $0.at >= state.next }
        let without = try #require(
            SeriesReplay(policy: LiveRun.policy(), start: state, swaps: swaps).run(missing.after(state.time)))
        #expect(without.series.bytes != undisturbed.full.bytes)
        let again = try #require(
            SeriesReplay(policy: LiveRun.policy(), start: state, swaps: swaps)
                .run(LiveRun.points.after(state.time)))
        #expect(again.series.bytes == undisturbed.full.bytes)
    }

    /// A state that has not seen a point.
    private static func state(of run: LiveRun, before place: Int) -> ReplayMemory.State? {
        run.full.memory.unstored.states.last { $0.time < LiveRun.points.times[place] }
    }

    @Test func `what is not to be learned leaves no trace, said before or after the fact`() throws {
        let incident = LearningWindow(
            from: LiveRun.first + 900 * LiveRun.minute, to: LiveRun.first + 930 * LiveRun.minute,
            mode: .dontLearn)
        let before = try LiveRun.inOrder(LiveRun.points, LiveRun.policy([incident]))
        let unaware = try LiveRun.inOrder(LiveRun.points)
        #expect(before.full.bytes != unaware.full.bytes)
        let start = try #require(unaware.full.memory.unstored.states.first)
        let after = try #require(
            SeriesReplay(
                policy: LiveRun.policy([incident]), start: start,
                swaps: unaware.full.memory.unstored.swaps.filter { $0.at >= start.next }
            ).run(unaware.points.after(start.time)))
        #expect(after.series.bytes == before.full.bytes)
        // The same stream with nothing in the place of the incident: the same expectation of what comes next.
        var quiet = LiveRun.points
        for place in quiet.times.indices
        where quiet.times[place] >= incident.from && quiet.times[place] < incident.to + LiveRun.minute {
            quiet.values[place] = .nan
        }
        let silent = try LiveRun.inOrder(quiet)
        #expect(silent.full.live?.model.next == before.full.live?.model.next)
        #expect(silent.full.known == before.full.known)
        // It is told all the same.
        #expect(from(before.ended).contains { incident.from...incident.to ~= $0 })
    }

    @Test func `what is learned quietly is no anomaly, and widens what is normal`() throws {
        let incident = LearningWindow(
            from: LiveRun.first + 900 * LiveRun.minute, to: LiveRun.first + 930 * LiveRun.minute,
            mode: .learnQuietly)
        let unaware = try LiveRun.inOrder(LiveRun.points)
        let quiet = try LiveRun.inOrder(LiveRun.points, LiveRun.policy([incident]))
        #expect(from(unaware.ended).contains { incident.from...incident.to ~= $0 })
        #expect(!from(quiet.ended).contains { incident.from...incident.to ~= $0 })
        let (usual, wide) = (try #require(unaware.full.judge), try #require(quiet.full.judge))
        let width = { (judge: CausalJudge) in
            var judge = judge
            return judge.band(around: 0).upper - judge.band(around: 0).lower
        }
        #expect(width(wide) > width(usual))
    }

    @Test func `a muted stretch is listed, learned as ever, and told to nobody`() throws {
        let incident = LearningWindow(
            from: LiveRun.first + 900 * LiveRun.minute, to: LiveRun.first + 945 * LiveRun.minute, mode: .mute)
        let start: ReplayMemory.State? = nil
        let plain = try #require(try Self.replayAll(LiveRun.policy(), start))
        let muted = try #require(try Self.replayAll(LiveRun.policy([incident]), start))
        let isInside = { (told: FullSeries.Told) in incident.from...incident.to ~= told.run.from }
        #expect(plain.told.contains(where: isInside))
        #expect(!muted.told.contains(where: isInside))
        #expect(from(plain.ended) == from(muted.ended))
        #expect(plain.scores == muted.scores)
    }

    private static func replayAll(
        _ policy: FullPolicy, _ start: ReplayMemory.State?
    ) throws -> SeriesReplay.Result? {
        let live = try LiveRun.inOrder(LiveRun.points)
        return SeriesReplay(policy: policy, start: start, swaps: live.full.memory.unstored.swaps)
            .run(LiveRun.points)
    }

    @Test func `the mark of windows tells them apart, whatever their order`() {
        let a = LearningWindow(from: 1, to: 2, mode: .mute)
        let b = LearningWindow(from: 1, to: 2, mode: .dontLearn)
        #expect([a, b].mark == [b, a].mark)
        #expect([a, a].mark == [a].mark)
        #expect(Set([[a].mark, [b].mark, [a, b].mark, [LearningWindow]().mark]).count == 4)
        #expect([a, b].mode(at: 1) == .dontLearn)
        #expect([a].mode(at: 3) == nil)
    }
}
