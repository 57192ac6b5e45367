import Evaluation
import Forecasting
import Networking
import Synchronization

/// `bellwether train-auto`: learns the numbers of the automatic combination anew.
enum TrainAutoCommand {
    static let command = Command(
        name: "train-auto", summary: "Learns the numbers of auto from sets of series.", operands: "",
        options: [
            Command.Option("--data", value: "PATH", "a folder or .tar[.gz] of sets"),
            Command.Option("--dataset", value: "NAME,NAME", "these sets only"),
            Command.Option("--first", value: "N", "the first N series of each set"),
            Command.Option("--weights", value: "FILE", "where to write (Models/auto/1/weights.txt)"),
            Command.Option(
                "--cross-validate",
                "learn five times without a fifth of the sources and print how those are forecast; "
                    + "writes nothing"),
            Command.Option(
                "--leave-set-out", "the same without one set at a time"),
            Command.Option("--threads", value: "N", "series, or folds, side by side; the same numbers (1)"),
            Command.Option("--seed", value: "N", "where shuffles and random weights begin (1)"),
            Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)"),
        ], run: run)

    private static let defaultFile = "Models/auto/1/weights.txt"

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.text("--data") != nil else {
            throw UsageError("train-auto needs --data PATH: a folder or tar of sets")
        }
        guard !(arguments.has("--cross-validate") && arguments.has("--leave-set-out")) else {
            throw UsageError("--cross-validate and --leave-set-out exclude each other")
        }
        let wishes = try EvaluationWishes(arguments)
        let seed = try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? 1
        let path = arguments.text("--weights") ?? defaultFile
        let input = try EvaluationInput(wishes, console)
        let examples = AutoExamples(input.sets + [AutoProcesses.set(seed: seed)]).all
        console.note("\(examples.count) examples of \(input.sets.count) sets and of known processes")
        let cases = try Side.map(examples, threads: wishes.threads) { AutoCase($0) }.compactMap { $0 }
        let learner = AutoLearner(cases, seed: seed)
        if arguments.has("--cross-validate") || arguments.has("--leave-set-out") {
            let parts =
                arguments.has("--leave-set-out")
                ? parts(bySet: examples) : AutoLearner.parts(of: examples, folds: AutoLearner.folds)
            try validate(learner, parts, input.sets, wishes, console)
            return .success
        }
        let learned = try learn(learner, [], console)
        try FileInput.write(Array(learned.text.utf8), to: path)
        console.note("\(path): \(learned.text.utf8.count) bytes")
        return .success
    }

    private static func learn(
        _ learner: AutoLearner, _ heldOut: Set<String>, _ console: Console
    ) throws -> AutoLearned {
        do throws(ForecastError) {
            return try learner.learn(without: heldOut)
        } catch {
            throw Failure("nothing was learned: \(error)")
        }
    }

    /// Every set is a part.
    private static func parts(bySet examples: [AutoExample]) -> [String: Int] {
        var numbers: [String: Int] = [:]
        var parts: [String: Int] = [:]
        for example in examples where parts[example.source] == nil {
            let number = numbers[example.set] ?? numbers.count
            numbers[example.set] = number
            parts[example.source] = number
        }
        return parts
    }

    private static func validate(
        _ learner: AutoLearner, _ parts: [String: Int], _ sets: [EvaluationSet], _ wishes: EvaluationWishes,
        _ console: Console
    ) throws {
        let count = (parts.values.max() ?? 0) + 1
        let learned = try Side.map(Array(0..<count), threads: wishes.threads) { part in
            let heldOut = Set(parts.filter { $0.value == part }.keys)
            let result = Result { try learn(learner, heldOut, console) }
            console.note("part \(part + 1) of \(count): learned without \(heldOut.count) sources")
            return result
        }.map { try $0.get() }
        let test = Backtest([.crossValidated(parts, learned)], on: sets, cut: .given)
        let report = try EvaluationRun(test, threads: wishes.threads, console).report()
        switch wishes.format {
        case .table: try console.write(EvaluationTable(report, width: console.width).text)
        case .csv: try console.write(EvaluationOutput.csv(report))
        case .json: try console.write(EvaluationOutput.json(report))
        }
    }
}

/// Work side by side.
private enum Side {
    /// The results in the order of the items, whoever did them.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], threads: Int, _ body: @escaping @Sendable (Item) -> Result
    ) throws -> [Result] {
        guard threads > 1 else { return items.map(body) }
        let state = Mutex((next: 0, results: [Result?](repeating: nil, count: items.count)))
        let work: @Sendable () -> Void = {
            while let index = state.withLock({ state -> Int? in
                guard state.next < items.count else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                let result = body(items[index])
                state.withLock { $0.results[index] = result }
            }
        }
        let waits = (0..<threads).compactMap { _ in startThread(work) }
        guard !waits.isEmpty else { throw Failure("the system has no thread for this") }
        for wait in waits { wait() }
        return state.withLock { $0.results.compactMap { $0 } }
    }
}
