import Detection
import Evaluation
import Forecasting
import Glibc

/// `bellwether train-fusion`: learns the networks that fuse the evidence of detectors anew.
enum TrainFusionCommand {
    static let command = Command(
        name: "train-fusion", summary: "Learns how detection weighs its evidence, from labelled series.",
        operands: "",
        options: [
            Command.Option("--data", value: "PATH", "a folder or .tar[.gz] of labelled series"),
            Command.Option("--dataset", value: "NAME,NAME", "these data sets only"),
            Command.Option("--first", value: "N", "the first N series of each data set"),
            Command.Option("--fusion", value: "KIND", "causal or batch only (both)"),
            Command.Option(
                "--models", value: "DIR", "where to write fusion-KIND/VERSION/weights.txt (Models)"),
            Command.Option(
                "--cross-validate",
                "learn five times without a fifth of the recordings and print how those are ranked; "
                    + "writes nothing"),
            Command.Option("--leave-set-out", "the same without one data set at a time"),
            Command.Option("--threads", value: "N", "series, or folds, side by side; the same numbers (1)"),
            Command.Option("--seed", value: "N", "where draws and random weights begin (1)"),
            Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)"),
        ], run: run)

    private static let folds = 5
    private static let defaultFolder = "Models"
    /// Fewer series teach a network nothing that holds elsewhere.
    private static let fewestCases = 10

    private struct Wishes {
        let kinds: [FusionKind]
        let folder: String
        let crossValidates: Bool
        let leavesSetsOut: Bool
        let threads: Int
        let seed: UInt64
        let format: OutputFormat
    }

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let wishes = Wishes(
            kinds: try arguments.choice("--fusion", FusionKind.self).map { [$0] } ?? FusionKind.allCases,
            folder: arguments.text("--models") ?? defaultFolder,
            crossValidates: arguments.has("--cross-validate"),
            leavesSetsOut: arguments.has("--leave-set-out"),
            threads: try arguments.integer("--threads", in: 1...EvaluationWishes.mostThreads) ?? 1,
            seed: try arguments.integer("--seed", in: 0...Int.max).map { UInt64($0) } ?? 1,
            format: try arguments.choice("--output", OutputFormat.self) ?? .table)
        guard !(wishes.crossValidates && wishes.leavesSetsOut) else {
            throw UsageError("--cross-validate and --leave-set-out exclude each other")
        }
        guard let path = arguments.text("--data") else {
            throw UsageError("train-fusion needs --data PATH: a folder or tar of labelled series")
        }
        let input = try DetectionInput(
            path: path,
            datasets: try arguments.text("--dataset").map { try EvaluationWishes.names($0, "--dataset") },
            first: try arguments.integer("--first", in: 1...Int.max), console)
        if !wishes.crossValidates, !wishes.leavesSetsOut { try checkFolders(wishes) }
        var detectors: [EvaluatedDetector] = []
        for kind in wishes.kinds {
            let learner = try learner(kind, input.series, path, wishes, console)
            if wishes.crossValidates || wishes.leavesSetsOut {
                detectors.append(try validated(kind, learner, input.series, wishes, console))
            } else {
                try write(try learn(learner, [], path), kind, wishes, console)
            }
        }
        guard !detectors.isEmpty else { return .success }
        let test = DetectionBacktest(detectors, on: input.series)
        let report = test.report(try EvaluationRun(test.work, threads: wishes.threads, console).scores())
        switch wishes.format {
        case .table: try console.write(DetectionTable(report, width: console.width).text)
        case .csv: try console.write(DetectionOutput.csv(report))
        case .json: try console.write(DetectionOutput.json(report))
        }
        return report.failures.isEmpty ? .success : .failure
    }

    private static func learner(
        _ kind: FusionKind, _ series: [LabelledSeries], _ path: String, _ wishes: Wishes, _ console: Console
    ) throws -> FusionLearner {
        let cases = try Side.map(series, threads: wishes.threads) { one in
            (try? FusionCase(
                kind, values: one.values, isAnomalous: one.labels, source: recording(one))) ?? nil
        }.compactMap { $0 }
        guard cases.count >= fewestCases else {
            throw Failure(
                "\(path): \(cases.count) series with anomalies, \(fewestCases) are needed: one that holds still, "
                    + "or is anomalous throughout, teaches nothing")
        }
        console.note("\(kind.rawValue): \(cases.count) of \(series.count) series")
        return FusionLearner(kind, cases, seed: wishes.seed)
    }

    /// Names of recordings are unique within a data set only.
    private static func recording(_ series: LabelledSeries) -> String {
        series.dataset + "/" + series.recording
    }

    private static func learn(
        _ learner: FusionLearner, _ heldOut: Set<String>, _ path: String
    ) throws -> LearnedFusion {
        do throws(ForecastError) {
            if let learned = try learner.learn(without: heldOut) { return learned }
        } catch {
            throw Failure("nothing was learned: \(error)")
        }
        throw Failure("\(path): no series is left to learn from without \(heldOut.count) recordings")
    }

    /// Looks for the folders before anything is learned: a minute of work is not thrown away for a missing one.
    private static func checkFolders(_ wishes: Wishes) throws {
        for kind in wishes.kinds {
            let folder = "\(wishes.folder)/\(kind.model)/\(kind.version)"
            guard access(folder, W_OK) == 0 else {
                throw Failure(
                    "\(folder): no folder that can be written to; make it, or name another by --models")
            }
        }
    }

    private static func write(
        _ learned: LearnedFusion, _ kind: FusionKind, _ wishes: Wishes, _ console: Console
    ) throws {
        let path = "\(wishes.folder)/\(kind.model)/\(kind.version)/weights.txt"
        try FileInput.write(Array(learned.text.utf8), to: path)
        console.note("\(path): \(learned.text.utf8.count) bytes")
    }

    /// A detector that ranks each series by numbers that have not seen its recording, or its data set.
    private static func validated(
        _ kind: FusionKind, _ learner: FusionLearner, _ series: [LabelledSeries], _ wishes: Wishes,
        _ console: Console
    ) throws -> EvaluatedDetector {
        var keys: [String] = []
        func key(_ one: LabelledSeries) -> String { wishes.leavesSetsOut ? one.dataset : recording(one) }
        for one in series where !keys.contains(key(one)) { keys.append(key(one)) }
        let count = wishes.leavesSetsOut ? keys.count : min(folds, keys.count)
        var part: [String: Int] = [:]
        for (place, name) in keys.sorted().enumerated() { part[name] = place % count }
        let partOf = Dictionary(
            series.map { ($0.name, part[key($0)] ?? 0) }, uniquingKeysWith: { first, _ in first })
        let heldOut = (0..<count).map { fold in
            Set(series.filter { partOf[$0.name] == fold }.map(recording))
        }
        let learned = try Side.map(Array(heldOut.indices), threads: wishes.threads) { fold in
            let result = Result { try learn(learner, heldOut[fold], "the data") }
            console.note("\(kind.rawValue): part \(fold + 1) of \(heldOut.count) learned")
            return result
        }.map { try $0.get() }
        return EvaluatedDetector(kind.model, kind == .causal ? .causal : .batch) { one in
            try learned[partOf[one.name] ?? 0].ranks(of: one.values)
        }
    }
}
