import Ingest
import Networking
import Pipeline
import Service
import TimeSeries

/// `bellwether forecast FILE.csv --horizon H`: what the series of a file, or stored ones, will do.
enum ForecastCommand {
    static let command = Command(
        name: "forecast", summary: "Forecasts the series of a CSV file, or stored ones.",
        operands: "FILE.csv | --selector S",
        options: FileQuestion.forecastOptions + FileQuestion.options + FileQuestion.storedOptions, run: run)

    @Sendable private static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
        guard arguments.text("--horizon") != nil else { throw UsageError("forecast needs --horizon H") }
        if StoredQuestion.isMeant(arguments) { return try runStored(arguments, console) }
        var question = try FileQuestion(arguments) { wishes in
            if wishes.format == .csv { try console.write(csv([], wishes.request)) }
        }
        question.request.extent = .none
        let (answers, isComplete) = question.answers(console)
        let printed = answers.map(\.printed)
        switch question.format {
        case .csv: try console.write(csv(printed, question.request))
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
        let question = try StoredQuestion(arguments, console, path: "/api/v1/forecast") { wishes in
            if wishes.format == .csv { try console.write(csv([], wishes.request)) }
        }
        return try question.print(console) { csv($0, question.wishes.request) }
    }

    private static func csv(_ answers: [SeriesAnswer], _ request: PredictionRequest) -> [UInt8] {
        var output = ForecastOutput(levels: request.levels)
        for answer in answers { output.add(answer, zone: request.zone) }
        return output.bytes
    }
}
