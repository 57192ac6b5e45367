import Ingest
import Pipeline
import TimeSeries

/// `bellwether detect FILE.csv`: what was unusual in the series of a file, or in stored ones.
enum DetectCommand {
    static let command = Command(
        name: "detect", summary: "Scores every value of the series of a CSV file, or of stored ones.",
        operands: "FILE.csv | --selector S",
        options: FileQuestion.detectOptions + [EvidenceWishes.option] + FileQuestion.options
            + FileQuestion.storedOptions, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        if StoredQuestion.isMeant(arguments) { return try runStored(arguments, console) }
        var question = try FileQuestion(arguments) { wishes in
            if wishes.format == .csv { try console.write(DetectOutput.header) }
        }
        question.request.wantsForecast = false
        let evidence = try EvidenceWishes(arguments, mode: question.request.mode)
        if !evidence.methods.isEmpty, question.format == .json {
            throw UsageError("--evidence is for table, csv and --plot: leave -o json out")
        }
        let (answers, isComplete) = question.answers(console)
        let printed = try answers.map { answer in
            var printed = answer.printed
            printed.evidence = try evidence.ranks(of: printed.values)
            return printed
        }
        switch question.format {
        case .csv: try console.write(DetectOutput.bytes(printed, in: question.table))
        case .json: try console.write(FileJSON.bytes(answers, of: question))
        case .table:
            for answer in printed {
                try console.write(TerminalAnswer(answer, question.request, console).text)
            }
        }
        try FilePicture.draw(printed, to: question.plotPath, zone: question.request.zone)
        return isComplete ? .success : .failure
    }

    private static func runStored(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        if arguments.has("--evidence") {
            throw UsageError("--evidence is for files: export the series first")
        }
        let question = try StoredQuestion(arguments, console, path: "/api/v1/detect") { wishes in
            if wishes.format == .csv { try console.write(DetectOutput.header) }
        }
        return try question.print(console) { DetectOutput.bytes($0) }
    }
}
