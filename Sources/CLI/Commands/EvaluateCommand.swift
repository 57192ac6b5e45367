import Detection
import Evaluation

/// `bellwether evaluate forecast` and `detect`: how accurate methods are on sets of series, and what they cost;
/// `calibration`: whether p-values are what they say.
enum EvaluateCommand {
    static let command = Command(
        name: "evaluate", summary: "Measures how accurate methods are on sets of series, and their cost.",
        operands: kinds.map(\.name).joined(separator: " | "), options: EvaluationWishes.options, run: run)

    /// What can be evaluated.
    private static let kinds: [(name: String, run: @Sendable (Arguments, Console) throws -> ExitCode)] = [
        ("forecast", forecast), ("detect", detect), ("calibration", calibration),
    ]

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let names = kinds.map(\.name)
        let name = try arguments.operand(names.joined(separator: " or "))
        guard let kind = kinds.first(where: { $0.name == name }) else {
            throw UsageError("evaluate does \(names.joined(separator: ", ")), not '\(name)'")
        }
        return try kind.run(arguments, console)
    }

    @Sendable private static func forecast(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let wishes = try EvaluationWishes(arguments)
        let input = try EvaluationInput(wishes, console)
        let test = Backtest(
            wishes.methods, on: input.sets,
            cut: wishes.origins.map { .rolling(origins: $0) } ?? .given)
        var report = test.report(try EvaluationRun(test.work, threads: wishes.threads, console).scores())
        tell(report, console)
        if test.jobs.isEmpty { console.note("no series is left to judge") }
        let hasFailed = !report.failures.isEmpty || input.isIncomplete || test.jobs.isEmpty
        // The figures of peers are those of the test parts that the sets come with.
        if wishes.wantsPeers, wishes.origins == nil { report = report.withPeers() }
        switch wishes.format {
        case .table: try console.write(EvaluationTable(report, width: console.width).text)
        case .csv: try console.write(EvaluationOutput.csv(report))
        case .json: try console.write(EvaluationOutput.json(report))
        }
        if let path = wishes.plotPath {
            try FileInput.write(Array(EvaluationPicture.plot(of: report).document().utf8), to: path)
        }
        return hasFailed ? .failure : .success
    }

    @Sendable private static func detect(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let wishes = try DetectionWishes(arguments)
        let input = try DetectionInput(wishes, console)
        let test = DetectionBacktest(wishes.detectors, on: input.series)
        var report = test.report(try EvaluationRun(test.work, threads: wishes.threads, console).scores())
        let failures = report.failures.map {
            (key: "\($0.dataset): \($0.method) (\($0.mode.rawValue))", series: $0.series, reason: $0.reason)
        }
        tell(failures, "series", console)
        let hasNone = input.series.allSatisfy(\.windows.isEmpty)
        if hasNone { console.note("no series has an anomaly to find") }
        let hasFailed = !report.failures.isEmpty || hasNone
        if wishes.wantsPeers { report = report.withPeers(modes: wishes.modes) }
        switch wishes.format {
        case .table: try console.write(DetectionTable(report, width: console.width).text)
        case .csv: try console.write(DetectionOutput.csv(report))
        case .json: try console.write(DetectionOutput.json(report))
        }
        if let path = wishes.plotPath {
            try FileInput.write(Array(DetectionPicture.plot(of: report).document().utf8), to: path)
        }
        return hasFailed ? .failure : .success
    }

    @Sendable private static func calibration(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let wishes = try CalibrationWishes(arguments)
        let study = CalibrationStudy(wishes.size, method: wishes.method)
        let table = study.table(
            try EvaluationRun(study.work, threads: wishes.threads, console).scores())
        switch wishes.format {
        case .csv:
            // The table has a line for each.
            for failure in table.failures { console.note("series are not in the figures: \(failure)") }
            try console.write(Array(table.csv.utf8))
        case .table, .json: try console.write(table.text)
        }
        return table.failures.isEmpty ? .success : .failure
    }

    /// Series named in one line of failures; more are only counted.
    private static let mostNamed = 5

    /// Names on standard error what is not in the figures.
    private static func tell(_ report: ForecastReport, _ console: Console) {
        for left in report.leftOut {
            if left.flat > 0 {
                console.note(
                    "\(left.set): \(left.flat) series left out: their history repeats itself exactly, or what "
                        + "followed is missing")
            }
            if left.short > 0 {
                console.note("\(left.set): \(left.short) series left out: too short for an origin")
            }
        }
        let failures = report.failures.map {
            (key: "\($0.set): \($0.method)", series: $0.series, reason: $0.reason)
        }
        tell(failures, "forecasts", console)
    }

    /// One line for all failures of a method on a set, with the first reason.
    private static func tell(
        _ failures: [(key: String, series: String, reason: String)], _ noun: String, _ console: Console
    ) {
        var told: [String] = []
        for failure in failures where !told.contains(failure.key) {
            told.append(failure.key)
            let same = failures.filter { $0.key == failure.key }
            let names = same.prefix(mostNamed).map(\.series).joined(separator: ", ")
            let more = same.count > mostNamed ? " and \(same.count - mostNamed) more" : ""
            console.note(
                "\(failure.key) failed on \(same.count) \(noun): \(names)\(more): \(failure.reason)")
        }
    }
}
