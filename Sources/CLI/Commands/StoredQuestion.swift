import Detection
import Networking
import Pipeline

/// What `predict`, `forecast` and `detect` ask of stored series: the same as of a file, with `--selector`.
struct StoredQuestion {
    let wishes: PredictionWishes
    private let answer: HTTPResponse
    private let results: [JSONValue]

    /// Whether the command line asks about stored series.
    static func isMeant(_ arguments: Arguments) -> Bool { arguments.has("--selector") }

    /// Asks the service.
    ///
    /// - Parameters:
    ///   - path: `/api/v1/predict`, `/forecast` or `/detect`.
    ///   - whenRefused: Called before the failure of a refused question, so that output in fixed columns has its
    ///     header even then.
    init(
        _ arguments: Arguments, _ console: Console, path: String,
        whenRefused: (PredictionWishes) throws -> Void = { _ in }
    ) throws {
        guard arguments.operands.isEmpty else {
            throw UsageError("--selector asks about stored series: leave out \(arguments.operands[0])")
        }
        guard !arguments.has("--seed") else { throw UsageError("--seed is for files, not for --selector") }
        wishes = try PredictionWishes(arguments)
        let connection = try ServiceConnection.open(arguments, console)
        defer { connection.close() }
        let body = Self.body(arguments, wishes)
        let reply = try connection.send(.post, path, contentType: "application/json", body: body)
        guard reply.status == 200 else {
            try whenRefused(wishes)
            throw ServiceProblem(reply).failure
        }
        answer = reply
        results = try reply.json()["results"]?.elements.map(Array.init) ?? []
    }

    /// Prints the answer in the form that is wanted, and draws it where that is wanted too.
    ///
    /// - Parameter csv: The rows of the fixed columns.
    func print(_ console: Console, csv: ([SeriesAnswer]) -> [UInt8]) throws -> ExitCode {
        let (answers, isComplete) = answers(console)
        switch wishes.format {
        case .csv: try console.write(csv(answers))
        case .json: try console.write(answer.body + [0x0A])
        case .table:
            for answer in answers { try console.write(TerminalAnswer(answer, wishes.request, console).text) }
        }
        try FilePicture.draw(answers, to: wishes.plotPath, zone: wishes.request.zone)
        return isComplete ? .success : .failure
    }

    /// What there is to print; what failed is named on standard error.
    ///
    /// - Returns: The answers, and whether every series has one.
    private func answers(_ console: Console) -> (answers: [SeriesAnswer], isComplete: Bool) {
        var answers: [SeriesAnswer] = []
        for result in results {
            let name = SeriesName.text(result["labels"])
            if let problem = result["problem"] {
                console.note("series \(name): \(problem["detail"]?.string ?? "no answer")")
                continue
            }
            for warning in result["warnings"]?.elements.map(Array.init) ?? [] {
                console.note("series \(name): warning: \(warning["detail"]?.string ?? "")")
            }
            answers.append(
                SeriesAnswer(result, levels: wishes.request.levels, zone: wishes.request.zone))
        }
        return (answers, answers.count == results.count)
    }

    /// What was not said is left out: the service has the defaults.
    private static func body(_ arguments: Arguments, _ wishes: PredictionWishes) -> [UInt8] {
        let request = wishes.request
        var json = JSONWriter()
        json.object { json in
            json.member("time", "rfc3339")
            json.member("history", true)
            for name in ["selector", "start", "end", "model", "step", "timezone"] {
                guard let text = arguments.text("--" + name) else { continue }
                if ["start", "end"].contains(name), let seconds = Double(text) {
                    json.member(name, seconds)
                } else {
                    json.member(name, text)
                }
            }
            wishes.calendar.write(to: &json)
            if let season = request.season { json.member("season", season) }
            if case .steps(let steps) = request.horizon {
                json.member("horizon", steps)
            } else if let span = arguments.text("--horizon") {
                json.member("horizon", span)
            }
            if arguments.has("--levels") { json.member("levels", request.levels) }
            if arguments.has("--alpha") { json.member("alpha", request.alpha) }
            if let count = request.trainingCount { json.member("train", count) }
            json.member("mode", request.mode.rawValue)
        }
        return json.bytes
    }
}
