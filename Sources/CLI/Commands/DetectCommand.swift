import Ingest
import Pipeline
import TimeSeries

/// `bellwether detect FILE.csv`: what was unusual in the series of a file.
enum DetectCommand {
    static let command = Command(
        name: "detect", summary: "Scores every value of the series of a CSV file.", operands: "FILE.csv",
        options: FileQuestion.detectOptions + FileQuestion.options, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        var question = try FileQuestion(arguments) { wishes in
            if wishes.format == .csv { try console.write(DetectOutput.header) }
        }
        question.request.wantsForecast = false
        let (answers, isComplete) = question.answers(console)
        switch question.format {
        case .csv: try console.write(DetectOutput.bytes(answers, in: question.table))
        case .json: try console.write(FileJSON.bytes(answers, of: question))
        case .table:
            for answer in answers { try console.write(TerminalAnswer(answer, question, console).text) }
        }
        try FilePicture.draw(answers, of: question)
        return isComplete ? .success : .failure
    }
}
