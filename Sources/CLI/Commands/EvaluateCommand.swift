import Evaluation

/// `bellwether evaluate forecast`: how accurate forecasting methods are on sets of series, and what they cost.
enum EvaluateCommand {
    static let command = Command(
        name: "evaluate", summary: "Measures how accurate methods are on sets of series, and their cost.",
        operands: "forecast", options: EvaluationWishes.options, run: run)

    /// What can be evaluated.
    private static let kinds = ["forecast"]

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        let kind = try arguments.operand("forecast")
        guard kinds.contains(kind) else {
            throw UsageError("evaluate does \(kinds.joined(separator: ", ")), not '\(kind)'")
        }
        let wishes = try EvaluationWishes(arguments)
        let input = try EvaluationInput(wishes, console)
        let test = Backtest(
            wishes.methods, on: input.sets,
            cut: wishes.origins.map { .rolling(origins: $0) } ?? .given)
        var report = try EvaluationRun(test, threads: wishes.threads, console).report()
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
        var told: [String] = []
        for failure in report.failures {
            let key = "\(failure.set): \(failure.method) failed"
            guard !told.contains(key) else { continue }
            told.append(key)
            let same = report.failures.filter { $0.set == failure.set && $0.method == failure.method }
            let names = same.prefix(mostNamed).map(\.series).joined(separator: ", ")
            let more = same.count > mostNamed ? " and \(same.count - mostNamed) more" : ""
            console.note("\(key) on \(same.count) forecasts: \(names)\(more): \(failure.reason)")
        }
    }
}
