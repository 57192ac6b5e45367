import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// A series that left memory and came back is the one it would have been.
@Suite struct StaleSeriesTests {
    private func open(_ world: World, stale: Double, store: any Store = MemoryStore()) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 2
        settings.staleSeconds = stale
        return try Monitor.open(
            settings, store: store, journal: nil, definitions: [], in: world.surroundings())
    }

    /// Values with a season, noise, a spike in the middle and one at the end, and a gap that nobody sent.
    private func samples(_ steps: Range<Int>, _ random: inout SeededGenerator) -> [Sample] {
        steps.flatMap { step -> [Sample] in
            let noise = Double.random(in: -1...1, using: &random)
            let spike = [300, 301, 395].contains(step) ? 60.0 : 0
            let value = Double(step % 12) * 3 + noise + spike
            let time = 1_600_000_020_000 + Int64(step) * 60_000
            return [
                Sample("light", time, value), Sample("light_total", time, Double(step) * 50 + noise),
            ]
        }
    }

    @Test(arguments: [250, 303, 390])
    func `scores after a return equal undisturbed ones to the last bit`(leaves: Int) throws {
        let (calm, restless) = (World(), World())
        let (undisturbed, disturbed) = (try open(calm, stale: 1e9), try open(restless, stale: 60))
        defer {
            undisturbed.stop()
            disturbed.stop()
        }
        var random = SeededGenerator(seed: 11)
        let first = samples(0..<leaves, &random)
        let rest = samples(leaves..<420, &random)
        for (monitor, world) in [(undisturbed, calm), (disturbed, restless)] {
            try monitor.send(first)
            try monitor.checkpoint()
            world.pass(seconds: 1_000)
            // The first stores the states as they are, after the second they leave.
            try monitor.checkpoint()
            try monitor.checkpoint()
            // Each shard settles before it takes what comes now.
            for part in stride(from: 0, to: rest.count, by: 9) {
                try monitor.send(Array(rest[part..<min(part + 9, rest.count)]))
            }
        }
        let away = leaves == 303 ? 1 : 2
        #expect(disturbed.counters.revived.value >= away && undisturbed.counters.revived.value == 0)
        let (wanted, found) = (try undisturbed.everything(), try disturbed.everything())
        #expect(wanted.count == 2 && wanted == found)
        #expect(wanted.values.allSatisfy { $0.scores.contains { $0 != ScoreByte.unscored && $0 > 0 } })
        #expect(try undisturbed.anomalies(AnomalyFilter()) == disturbed.anomalies(AnomalyFilter()))
        #expect(try undisturbed.levelChanges(AnomalyFilter()) == disturbed.levelChanges(AnomalyFilter()))
    }

    @Test(arguments: [(busy: 2, keeps: true), (busy: 1_000, keeps: false)])
    func `a store that is busy for a moment costs no model`(busy: Int, keeps: Bool) throws {
        let world = World()
        let store = WrappedStore(MemoryStore())
        let monitor = try open(world, stale: 60, store: store)
        defer { monitor.stop() }
        var random = SeededGenerator(seed: 11)
        try monitor.send(samples(0..<250, &random))
        try monitor.checkpoint()
        world.pass(seconds: 1_000)
        try monitor.checkpoint()
        try monitor.checkpoint()
        let unreadable = monitor.counters.unreadable.value
        store.busyReads.store(busy, ordering: .relaxed)
        try monitor.send(samples(250..<251, &random))
        // What the counter counts is counted when both have come back.
        _ = try monitor.anomalies(AnomalyFilter())
        store.busyReads.store(0, ordering: .relaxed)
        #expect(monitor.counters.revived.value == 2)
        #expect((monitor.counters.unreadable.value == unreadable) == keeps)
        // A series that begins anew has no scores for a while.
        let scores = try monitor.everything().values.compactMap(\.scores.last)
        #expect(scores.count == 2 && scores.allSatisfy { ($0 != ScoreByte.unscored) == keeps })
    }
}
