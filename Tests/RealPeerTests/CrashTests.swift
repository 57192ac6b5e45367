import TestSupport
import Testing

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .serialized, .timeLimit(.minutes(5)))
struct LongCrashTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `ten kills lose no acknowledged sample and make none up`(seed: UInt64) throws {
        let kills: [CrashRun.End] = (0..<10).map { $0 % 3 == 2 ? .killDuringCheckpoints : .kill }
        let ends = kills.flatMap { [$0, .killDuringStart] }
        let outcome = try CrashRun.run(ends, seed: seed)
        #expect(outcome.differences.count == 0, "seed \(seed): \(outcome.differences.prefix(5))")
        #expect(outcome.faults == [])
        #expect(outcome.repeated > 0, "no kill hit a request")
        print("\(outcome.samples) samples acknowledged, \(outcome.repeated) requests repeated")
        for line in outcome.found { print(line) }
    }
}
