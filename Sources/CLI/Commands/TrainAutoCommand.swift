import Evaluation
import Forecasting

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

    /// Fewer examples of real series teach nothing but the processes.
    private static let fewestExamples = 100
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
        let own = AutoExamples(input.sets).all
        guard own.count >= fewestExamples else {
            throw Failure(
                "\(wishes.path): \(own.count) examples, \(fewestExamples) are needed: a series gives one for "
                    + "its test part and up to four earlier ones, unless it is constant or has gaps")
        }
        let examples = own + AutoExamples([AutoProcesses.set(seed: seed)]).all
        console.note("\(examples.count) examples of \(input.sets.count) sets and of known processes")
        let cases = try Side.map(examples, threads: wishes.threads) { AutoCase($0) }.compactMap { $0 }
        let learner = AutoLearner(cases, seed: seed)
        if arguments.has("--leave-set-out") {
            let names = input.sets.map(\.name)
            let heldOut = names.map { name in
                Set(own.filter { $0.set == name }.map(\.source))
            }
            let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            try validate(learner, heldOut, input.sets, wishes, console) { set, _ in places[set] ?? 0 }
            return .success
        }
        if arguments.has("--cross-validate") {
            let parts = AutoLearner.parts(of: own, folds: AutoLearner.folds)
            let heldOut = (0..<AutoLearner.folds).map { part in
                Set(parts.filter { $0.value == part }.keys)
            }
            // A source that has no part gave no example: no numbers have seen it.
            try validate(learner, heldOut, input.sets, wishes, console) { _, source in parts[source] ?? 0 }
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

    private static func validate(
        _ learner: AutoLearner, _ heldOut: [Set<String>], _ sets: [EvaluationSet],
        _ wishes: EvaluationWishes, _ console: Console,
        part: @escaping @Sendable (_ set: String, _ source: String) -> Int
    ) throws {
        let learned = try Side.map(Array(heldOut.indices), threads: wishes.threads) { part in
            let result = Result { try learn(learner, heldOut[part], console) }
            console.note(
                "part \(part + 1) of \(heldOut.count): learned without \(heldOut[part].count) sources")
            return result
        }.map { try $0.get() }
        let test = Backtest([.crossValidated(learned, part: part)], on: sets, cut: .given)
        let report = test.report(try EvaluationRun(test.work, threads: wishes.threads, console).scores())
        switch wishes.format {
        case .table: try console.write(EvaluationTable(report, width: console.width).text)
        case .csv: try console.write(EvaluationOutput.csv(report))
        case .json: try console.write(EvaluationOutput.json(report))
        }
    }
}
