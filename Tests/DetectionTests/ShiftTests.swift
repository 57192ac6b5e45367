import TestSupport
import Testing

@testable import Detection

@Suite struct ShiftTests {
    private static let golden = "Tests/DetectionTests/Golden/channels.json"

    private func run(_ evidence: some Evidence, _ values: [Double]) -> [Double?] {
        var state = evidence.makeState()
        return values.map { value in
            defer { evidence.learn(value, &state) }
            return evidence.assess(value, state)
        }
    }

    /// The channels of record carry no sign.
    @Test func `both shifts agree with the channels of record`() throws {
        let outputs = try #require(try GoldenFile(Self.golden).cases.first).object("outputs")
        let z = outputs.numbers("z")
        for (name, got) in [
            ("shiftL", run(LevelShift(period: 24), z)), ("lvarL", run(VarianceShift(period: 24), z)),
        ] {
            let want = outputs.numbers(name)
            #expect(got.count == want.count)
            var worst = 0.0
            for (step, strength) in got.enumerated() {
                let got = abs(strength ?? 0)
                worst = max(worst, abs(got - want[step]) / max(1e-3, abs(want[step])))
                #expect(
                    abs(got - want[step]) <= 1e-6 * max(1e-3, abs(want[step])),
                    "\(name) at \(step): \(got) for \(want[step])")
            }
            print("channel \(name): worst \(worst)")
        }
    }

    @Test func `windows follow the season as far as the ring reaches`() {
        #expect(LevelShift(period: 24).window == 48 && VarianceShift(period: 24).window == 24)
        #expect(LevelShift(period: 1).window == 8 && VarianceShift(period: 1).window == 4)
        #expect(LevelShift(period: 2_000).window == 512 && VarianceShift(period: 2_000).window == 512)
    }

    @Test func `a long season fills the ring and stays finite`() {
        var random = SeededSeries(seed: 1)
        let values = random.noise(1_500)
        for strengths in [run(LevelShift(period: 600), values), run(VarianceShift(period: 600), values)] {
            #expect(strengths.contains { $0 != nil })
            #expect(strengths.allSatisfy { $0?.isFinite ?? true })
        }
    }

    @Test func `an excursion is one event`() {
        var events = Declustering()
        #expect(events.reported(1e-3, window: 10) == 1e-3)
        #expect(events.reported(5e-4, window: 10) == 1)
        #expect(events.reported(5e-5, window: 10) == 5e-5)
        for _ in 0..<30 { #expect(events.reported(5e-5, window: 10) == 1) }
        // It is over when a window has nothing below the root of its smallest.
        for _ in 0..<10 { #expect(events.reported(0.5, window: 10) == 1) }
        #expect(events.reported(5e-5, window: 10) == 1)
        for _ in 0..<11 { #expect(events.reported(0.5, window: 10) == 1) }
        #expect(events.reported(5e-5, window: 10) == 5e-5)
    }
}
