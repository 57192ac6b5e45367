import TestSupport
import Testing

@testable import Detection

@Suite struct LevelWatchTests {
    private func changes(_ values: [Double], season: Int) -> [(at: Int, confirmed: Int, change: LevelChange)]
    {
        var watch = LevelWatch(season: season)
        var found: [(at: Int, confirmed: Int, change: LevelChange)] = []
        for (step, value) in values.enumerated() {
            if let change = watch.push(value) { found.append((step - change.stepsAgo, step, change)) }
        }
        return found
    }

    private func wave(_ count: Int, season: Int, height: Double, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        return zip(0..<count, random.noise(count)).map { step, noise in
            40 + height * sine(2 * .pi * Double(step) / Double(season)) + noise
        }
    }

    private func sine(_ x: Double) -> Double {
        var (term, sum) = (1.0, 0.0)
        let y = x.truncatingRemainder(dividingBy: 2 * .pi)
        term = y
        for k in 1...20 {
            sum += term
            term *= -y * y / Double((2 * k) * (2 * k + 1))
        }
        return sum
    }

    @Test(arguments: [1, 48, 288])
    func `a level that moved is told once, with both levels and its moment`(season: Int) throws {
        var (found, early, more) = (0, 0, 0)
        for seed in 0..<20 as Range<UInt64> {
            var values = wave(
                6 * max(season, 100), season: max(season, 2), height: season > 1 ? 8 : 0, seed: seed)
            let place = 4 * max(season, 100) + 17
            for step in place..<values.count { values[step] += 5 }
            let all = changes(values, season: season)
            more += max(all.count - 1, 0)
            guard let first = all.first(where: { abs($0.at - place) <= 4 }) else { continue }
            found += 1
            if first.confirmed - first.at + 1 < first.change.confirmation { early += 1 }
            #expect(first.confirmed <= place + 3 * first.change.confirmation)
            #expect(abs(first.change.after - first.change.before - 5) < 1.5)
        }
        #expect(found >= 19 && early == 0 && more <= 1, "\(found) found, \(more) more")
    }

    @Test func `quiet series have no changes`() {
        for family in Family.allCases {
            var count = 0
            for seed in 0..<5 as Range<UInt64> {
                count +=
                    changes(family.values(4_000, seed: 40 + seed), season: family == .seasonal ? 24 : 1).count
            }
            print("level changes of \(family.rawValue) in 20,000 values: \(count)")
            // Rare steps are changes of level, forty or so.
            #expect(family == .rareSteps ? (30...50).contains(count) : count <= 2, "\(family.rawValue)")
        }
    }

    @Test func `what stood still and begins to vary becomes usual`() {
        for family in [Family.white, .autoregressive, .seasonal] {
            let values = [Double](repeating: 0, count: 200) + family.values(8_000, seed: 5)
            let count = changes(values, season: 1).count
            print("level changes of \(family.rawValue) after a standing start: \(count)")
            // What wanders looks like moved levels until its size is known; without an end it would be 190.
            #expect(count <= (family == .autoregressive ? 20 : 6), "\(family.rawValue): \(count)")
        }
        var glitch = wave(3_000, season: 48, height: 4, seed: 2)
        glitch[7] = 1e300
        for step in 2_000..<3_000 { glitch[step] += 8 }
        #expect(changes(glitch, season: 48).contains { abs($0.at - 2_000) <= 2 })
    }

    @Test func `an outage is a change and its end another; a spike is none`() {
        var values = wave(3_000, season: 288, height: 8, seed: 3)
        values[1_500] += 60
        for step in 2_000..<2_060 { values[step] = 0 }
        let all = changes(values, season: 288)
        #expect(all.map { abs($0.at - 2_000) <= 2 || abs($0.at - 2_060) <= 2 } == [true, true])
        #expect(all.first.map { $0.change.after < 1 && $0.change.before > 25 } == true)
    }

    @Test func `great and constant levels, gaps, and values that are missing`() {
        var values = [Double](repeating: 1e9, count: 600)
        for step in 300..<600 { values[step] = 1e9 + 64 }
        for step in stride(from: 3, to: 600, by: 7) { values[step] = .nan }
        let all = changes(values, season: 1)
        #expect(all.map(\.at) == [300])
        #expect(all.first?.change.before == 1e9 && all.first?.change.after == 1e9 + 64)
        #expect(changes([], season: 24).isEmpty && changes([.nan, .nan], season: 24).isEmpty)
        #expect(changes([Double](repeating: 5, count: 1_000), season: 24).isEmpty)
        #expect(LevelWatch(season: 5_000).period == 0)
    }

    @Test func `copied in the middle it goes on to the last bit`() {
        let values = wave(2_000, season: 96, height: 4, seed: 9).enumerated().map { $0 > 1_200 ? $1 + 9 : $1 }
        var whole = LevelWatch(season: 96)
        let all = values.map { whole.push($0) }
        var first = LevelWatch(season: 96)
        for value in values[..<1_203] { _ = first.push(value) }
        var copy = withUnsafeBytes(of: first) { $0.loadUnaligned(as: LevelWatch.self) }
        #expect(values[1_203...].map { copy.push($0) } == Array(all[1_203...]))
        #expect(all.contains { $0 != nil })
    }
}
