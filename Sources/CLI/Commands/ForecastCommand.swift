import Ingest
import Networking
import Pipeline
import Service
import TimeSeries

/// `bellwether forecast FILE.csv --horizon H`: what the series of a file will do.
enum ForecastCommand {
    static let command = Command(
        name: "forecast", summary: "Forecasts the series of a CSV file.", operands: "FILE.csv",
        options: FileQuestion.forecastOptions + FileQuestion.options, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.text("--horizon") != nil else { throw UsageError("forecast needs --horizon H") }
        var question = try FileQuestion(arguments) { wishes in
            if wishes.format == .csv {
                try console.write(ForecastOutput(levels: wishes.request.levels).bytes)
            }
        }
        question.request.extent = .none
        let (answers, isComplete) = question.answers(console)
        switch question.format {
        case .csv:
            var output = ForecastOutput(levels: question.request.levels)
            for answer in answers {
                output.add(answer.prediction, id: answer.series.id) {
                    FileTime.text($0, question.request.zone)
                }
            }
            try console.write(output.bytes)
        case .json: try console.write(FileJSON.bytes(answers, of: question))
        case .table:
            for answer in answers { try console.write(TerminalAnswer(answer, question, console).text) }
        }
        try FilePicture.draw(answers, of: question)
        return isComplete ? .success : .failure
    }
}
