import Pipeline

/// `bellwether predict FILE.csv`: forecast and scores of the series of a file, or of stored ones, as the service
/// answers them.
enum PredictCommand {
    static let command = Command(
        name: "predict", summary: "Forecasts and scores the series of a CSV file, or stored ones.",
        operands: "FILE.csv | --selector S",
        options: FileQuestion.forecastOptions + FileQuestion.detectOptions + FileQuestion.options
            + FileQuestion.storedOptions, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.text("--output") != OutputFormat.csv.rawValue else {
            throw UsageError("predict prints a table or json; 'forecast' and 'detect' have csv")
        }
        if StoredQuestion.isMeant(arguments) {
            return try StoredQuestion(arguments, console, path: "/api/v1/predict").print(console) { _ in [] }
        }
        let question = try FileQuestion(arguments)
        let (answers, isComplete) = question.answers(console)
        let printed = answers.map(\.printed)
        if question.format == .json {
            try console.write(FileJSON.bytes(answers, of: question))
        } else {
            for answer in printed {
                try console.write(TerminalAnswer(answer, question.request, console).text)
            }
        }
        try FilePicture.draw(printed, to: question.plotPath, zone: question.request.zone)
        return isComplete ? .success : .failure
    }
}
