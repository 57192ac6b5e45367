/// `bellwether predict FILE.csv`: forecast and scores of the series of a file, as the service answers them.
enum PredictCommand {
    static let command = Command(
        name: "predict", summary: "Forecasts and scores the series of a CSV file.", operands: "FILE.csv",
        options: FileQuestion.forecastOptions + FileQuestion.detectOptions + FileQuestion.options, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.text("--output") != OutputFormat.csv.rawValue else {
            throw UsageError("predict prints a table or json; 'forecast' and 'detect' have csv")
        }
        let question = try FileQuestion(arguments)
        let (answers, isComplete) = question.answers(console)
        if question.format == .json {
            try console.write(FileJSON.bytes(answers, of: question))
        } else {
            for answer in answers { try console.write(TerminalAnswer(answer, question, console).text) }
        }
        try FilePicture.draw(answers, of: question)
        return isComplete ? .success : .failure
    }
}
