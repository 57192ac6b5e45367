import TestSupport
import Testing

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .serialized, .waitsForProcesses,
    .timeLimit(.minutes(3)))
struct CrashTests {
    private func expectNothingLost(_ ends: [CrashRun.End], seed: UInt64) throws {
        let outcome = try CrashRun.run(ends, seed: seed)
        #expect(outcome.differences.count == 0, "seed \(seed): \(outcome.differences.prefix(5))")
        #expect(outcome.faults == [])
        #expect(outcome.samples > 1_000)
        let starts = outcome.found
        #expect(starts.count == ends.count + 1)
        #expect(starts[0].hasSuffix("0 series, 0 points stored, 0 journal records replayed"), "\(starts)")
        let isEveryFindingTold = starts.dropFirst().allSatisfy { $0.contains("journal records replayed") }
        #expect(isEveryFindingTold, "\(starts)")
    }

    @Test func `kill -9 loses no acknowledged sample and makes none up`() throws {
        try expectNothingLost([.kill, .killDuringCheckpoints, .kill], seed: 11)
    }

    @Test func `SIGTERM in a stream of samples ends with 0 and everything acknowledged`() throws {
        try expectNothingLost([.terminate, .terminate], seed: 12)
    }

    @Test func `scores after kills are those of a service that nothing ended`() throws {
        let outcome = try CrashRun.run(
            [.kill, .killDuringCheckpoints, .killDuringStart], threads: 2, seed: 13, isOrdered: true)
        #expect(outcome.differences == [] && outcome.faults == [])
        #expect(outcome.contradictions == [] && outcome.rereads == 3)
        let (stored, start, requests) = try #require(outcome.scores)
        #expect(stored.scoredCount > 100)
        let expected = try CrashRun.undisturbed(start: start, requests: requests)
        #expect(stored.differences(to: expected) == [])
    }
}
