import Forecasting
import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Detection

@Suite struct OutageTests {
    @Test(arguments: ["seasonal-naive", "ridge", "holt-winters"])
    func `an outage is one while it lasts, and the next one is as unusual`(method: String) throws {
        var random = SeededSeries(seed: 1)
        func noise(_ count: Int) -> [Double] { random.noise(count).map { 100 + 2 * $0 } }
        var stream = try JudgedModel(noise(700), method: method)
        _ = stream.take(noise(100))
        let outage = noise(120).map { $0 + 60 }
        let first = stream.take(outage)
        #expect(first.allSatisfy { $0 > 1 })
        let between = stream.take(noise(400))
        #expect(between.count { $0 > 1 } <= 3)
        let second = stream.take(outage)
        #expect(second.allSatisfy { $0 > 1 })
        #expect(abs(second[0] - first[0]) < 0.1 * first[0])
    }

    @Test func `a season goes on below an outage`() throws {
        var random = SeededSeries(seed: 2)
        let values = random.season(24 * 60, period: 24)
        var stream = try JudgedModel(Array(values.prefix(24 * 40)), method: "holt-winters", period: 24)
        // A day and a half at a level that the season never has.
        let outage = (0..<36).map { _ in values.min()! - 10 }
        #expect(stream.take(outage).allSatisfy { $0 > 1 })
        let after = Array(values[(24 * 40 + 36)...])
        #expect(stream.take(after).count { $0 > 1 } <= 3)
    }

    @Test func `a level that stays is adopted when the model has held out long enough`() throws {
        var random = SeededSeries(seed: 6)
        func noise(_ count: Int, _ level: Double) -> [Double] { random.noise(count).map { level + $0 } }
        // By a quarter of what it is known by: 200 values.
        var young = try JudgedModel(noise(800, 0), method: "ridge")
        let moved = young.take(noise(400, 30))
        #expect(moved.prefix(200).allSatisfy { $0 > 1 })
        #expect(moved.suffix(150).count { $0 > 1 } <= 5)
        // By the time that its metric allows.
        var held = try JudgedModel(noise(2_000, 0), method: "ridge", hold: 50)
        let again = held.take(noise(200, 30))
        #expect(again.prefix(50).allSatisfy { $0 > 1 })
        #expect(again.suffix(100).count { $0 > 1 } <= 5)
    }

    @Test func `a walk that jumped is at home in its wider band before long`() throws {
        var random = SeededSeries(seed: 7)
        var history = random.autoregression(1_500, 1)
        var stream = try JudgedModel(history, method: "ridge")
        let last = history[1_499]
        history = random.autoregression(300, 1).map { $0 + last + 12 }
        let scores = stream.take(history)
        #expect(scores[0] > 1)
        // Twelve usual steps at once: after some thirty steps a walk could be there anyway.
        #expect(scores.dropFirst(60).count { $0 > 1 } <= 3)
    }

    @Test func `a swinging score keeps its stretch, and later bursts are still seen`() throws {
        var random = SeededSeries(seed: 8)
        func noise(_ count: Int) -> [Double] { random.noise(count).map { 100 + 2 * $0 } }
        var stream = try JudgedModel(noise(2_000), method: "ridge")
        for _ in 0..<5 {
            let burst = noise(20).enumerated().map { $1 + ($0 % 2 == 0 ? 60 : -60) }
            #expect(stream.take(burst).allSatisfy { $0 > 1 })
            // The windows of level and variance reach back into the burst for up to 24 values.
            #expect(stream.take(noise(200)).count { $0 > 1 } <= 3)
        }
    }

    @Test func `what happens again and again is usual before long`() throws {
        var random = SeededSeries(seed: 9)
        func noise(_ count: Int) -> [Double] { random.noise(count).map { 100 + 2 * $0 } }
        var stream = try JudgedModel(noise(700), method: "ridge", threshold: 1e-5)
        var told = 0
        for _ in 0..<40 {
            _ = stream.take(noise(280))
            if stream.take(noise(20).map { $0 + 60 }).contains(where: { $0 > 1 }) { told += 1 }
        }
        #expect((3...30).contains(told), "\(told)")
    }

    @Test(arguments: Family.allCases)
    func `quiet data has no more false alarms than when everything was adopted at once`(family: Family) throws
    {
        var patient = 0
        var hasty = 0
        for seed in 100..<110 as Range<UInt64> {
            let values = family.values(4_000, seed: seed)
            for hold in [1_440, 2] {
                var stream = try JudgedModel(Array(values.prefix(1_000)), method: "ridge", hold: hold)
                let flags = stream.take(Array(values.dropFirst(1_000))).map { $0 > 1 }
                // Stretches, as people are told of them: ten quiet values end one.
                var stretches = 0
                var quiet = 10
                for flag in flags {
                    if flag, quiet >= 10 { stretches += 1 }
                    quiet = flag ? 0 : quiet + 1
                }
                if hold == 2 { hasty += stretches } else { patient += stretches }
            }
        }
        // Where a series stands still a step is one event, and not one of each value that is held out: what is patient
        // learns more slowly that steps are usual, and keeps to the nominal rate all the same.
        let nominal = Int(1e-3 * 10 * 3_000 / 2)
        #expect(patient <= max(hasty + 5, nominal))
    }
}
