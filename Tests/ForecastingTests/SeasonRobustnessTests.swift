import Glibc
import Numerics
import TestSupport
import Testing

@testable import Forecasting

@Suite struct SeasonRobustnessTests {
    private func wave(_ count: Int, plus extra: (Int) -> Double) -> [Double] {
        var random = Xoshiro256StarStar(seed: 9)
        return (0..<count).map { 10 * sin(2 * .pi * Double($0) / 24) + random.nextNormal() + extra($0) }
    }

    @Test(arguments: [300, 1000])
    func `a season survives a level that moved, a curved trend and growth`(count: Int) {
        let detector = SeasonDetector()
        let share = { (step: Int) in Double(step) / Double(count) }
        #expect(detector.periods(of: wave(count) { $0 > count / 2 ? 40 : 0 }) == [24])
        #expect(detector.periods(of: wave(count) { 200 * share($0) * share($0) }) == [24])
        #expect(detector.periods(of: wave(count) { exp(6 * share($0)) }) == [24])
    }

    @Test func `a season survives an outage and may consist of spikes`() {
        let outage = wave(300) { _ in 60 }.enumerated().map { (150..<160).contains($0) ? 0 : $1 }
        #expect(SeasonDetector().periods(of: outage) == [24])
        var random = Xoshiro256StarStar(seed: 10)
        let spikes = (0..<300).map { ($0 % 12 == 0 ? 8 : 0) + random.nextNormal() }
        #expect(SeasonDetector().periods(of: spikes) == [12])
    }
}
