import TestSupport
import Testing

@testable import Detection

/// The refractory against its slow twin, which looks at every strength of the while again.
@Suite struct RefractoryTests {
    /// Step, strength and whether the queue held all that it should.
    private func peaks(_ strengths: [Double]) -> (fast: [Double], slow: [Double], mostHeld: Int) {
        var refractory = Refractory()
        var most = 0
        var fast: [Double] = []
        var slow: [Double] = []
        for (step, strength) in strengths.enumerated() {
            fast.append(refractory.push(strength, at: step))
            most = max(most, refractory.held)
            let window = min(max(50, Int(0.03 * Double(step))), 1_000)
            let before = strengths[max(0, step - window)..<step]
            slow.append(before.allSatisfy { $0 < strength } ? strength : 0)
        }
        return (fast, slow, most)
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `peaks are those of a look at every strength`(seed: UInt64) {
        var random = SeededSeries(seed: seed)
        // Many ties, many zeros, and strengths that rise or fall for a while.
        let noise = random.autoregression(4_000, seed % 2 == 0 ? 0 : 0.95)
        let strengths = noise.map { max(0, seed % 3 == 0 ? $0.rounded() : $0) }
        let (fast, slow, most) = peaks(strengths)
        #expect(most < Refractory.places && fast == slow, "seed \(seed), \(most) held")
        #expect(slow.contains { $0 > 0 })
    }

    @Test func `the while grows with the stream and is bounded`() {
        #expect([0, 1_700, 10_000, 33_334, 1 << 40].map(Refractory.window) == [50, 51, 300, 1_000, 1_000])
        var long = Refractory()
        #expect(long.push(2, at: 1_000_000) == 2)
        #expect(long.push(2, at: 1_001_000) == 0, "the last step of the while, and no larger")
        #expect(long.push(1, at: 1_002_001) == 1)
    }

    @Test func `a full queue lets nothing through too early`() {
        // Falling strengths fill the queue; then some rise again.
        var random = SeededSeries(seed: 9)
        var strengths: [Double] = []
        for step in 0..<12_000 {
            let fall = 500 - Double(step % 400)
            strengths.append(step % 400 < 390 ? fall : fall + 300 * random.uniform())
        }
        let (fast, slow, most) = peaks(strengths)
        #expect(most == Refractory.places)
        #expect(zip(fast, slow).allSatisfy { $0 == 0 || $0 == $1 })
        #expect(fast.contains { $0 > 0 } && fast.count { $0 > 0 } <= slow.count { $0 > 0 })
    }

    @Test func `steps without a strength may be left out`() {
        let strengths = (0..<900).map { $0 % 7 == 0 ? Double(($0 * 37) % 101) : 0 }
        var (all, some) = (Refractory(), Refractory())
        for (step, strength) in strengths.enumerated() {
            let peak = all.push(strength, at: step)
            if strength > 0 { #expect(some.push(strength, at: step) == peak) }
        }
    }
}
