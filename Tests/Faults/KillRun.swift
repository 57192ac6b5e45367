import Foundation
import TestSupport

/// SIGKILL again and again while samples stream in.
enum KillRun {
    /// Some series are under a definition, which the full tier judges.
    static let configuration = """
        metrics:
          - {name: faults, match: '{__name__=~"crash_.*_1"}', step: 1s}

        """

    /// Whether nothing was lost, made up or scored otherwise; prints the counts.
    static func run(_ wishes: Wishes) throws -> Bool {
        let folder = try TemporaryFolder()
        let file = folder("faults.yaml")
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: file))
        let options = ["--config", file]
        let kinds: [CrashRun.End] = [.kill, .killDuringCheckpoints, .kill, .killDuringStart]
        let ends = (0..<wishes.kills).map { kinds[$0 % kinds.count] }
        let outcome = try CrashRun.run(ends, seed: wishes.seed, isOrdered: true, options: options) { number in
            if number % 10 == 0 { print("\(number) kills") }
        }
        for line in outcome.differences.prefix(10) + outcome.faults { print("  " + line) }
        print(
            "kills \(wishes.kills), samples acknowledged \(outcome.samples), requests repeated "
                + "\(outcome.repeated), missing or invented \(outcome.differences.count), "
                + "other faults \(outcome.faults.count)")
        for line in outcome.contradictions.prefix(12) { print("  " + line) }
        print(
            "directories of kills read twice \(outcome.rereads), with \(outcome.rereadScores) scores in the last, those of "
                + "definitions among them; stretches told before kills \(outcome.told.count); scores and stretches that another "
                + "start, or a later one, gave otherwise or lost \(outcome.contradictions.count)")
        guard let (stored, start, requests) = outcome.scores else { return false }
        let expected = try CrashRun.undisturbed(start: start, requests: requests, options: options)
        // Models of definitions are made when the clock says so, while samples stream: of their series no two
        // runs need to agree, so that a second undisturbed one says what can be compared. What was said of them once
        // stays, which the directories of the kills show.
        let control = try CrashRun.undisturbed(start: start, requests: requests, options: options)
        let timed = expected.unequal(to: control)
        let unequal = stored.differences(to: expected, leavingOut: timed)
        for line in unequal.prefix(12) { print("  " + line) }
        print(
            "against an undisturbed run: points \(stored.count) and \(expected.count), scored "
                + "\(stored.scoredCount) and \(expected.scoredCount), stretches \(stored.stretchCount) and "
                + "\(expected.stretchCount)")
        print(
            "series that differ \(unequal.count); not compared, as two undisturbed runs differ in them: "
                + (timed.isEmpty ? "none" : timed.sorted().joined(separator: ", ")))
        return outcome.differences.isEmpty && outcome.faults.isEmpty && unequal.isEmpty
            && outcome.contradictions.isEmpty
    }
}
