import Detection
import Forecasting
import Ingest
import Pipeline
import Service
import TimeSeries

/// What `predict`, `forecast` and `detect` have in common: a file, its series, and what is asked of them.
struct FileQuestion {
    /// Options that all three take.
    static let options = [
        Command.Option("--season", value: "M", "steps in a season; 1 for none (found when left out)"),
        Command.Option(
            "--model", value: "NAME", "one of: \(ForecasterCatalog.names.joined(separator: ", "))"),
        Command.Option("--timezone", value: "TZ", "where local times and days lie, such as Europe/Berlin"),
        Command.Option(
            "--step", value: "STEP", "the distance of two values, such as 5m or P1M (found when left out)"),
        Command.Option("--seed", value: "N", "where seeded models begin (1)"),
        Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)"),
        Command.Option("--plot", value: "FILE.svg", "draw a picture of the series; several get numbers"),
    ]

    /// Options of those that forecast.
    static let forecastOptions = [
        Command.Option("--horizon", value: "H", "steps, or a duration such as 24h or P3M"),
        Command.Option("--levels", value: "L,L", "coverage of the intervals in percent (80,95)"),
    ]

    /// Options of those that score.
    static let detectOptions = [
        Command.Option("--causal", "each value by earlier ones only (the default)"),
        Command.Option("--delayed", "as causal, but rank_score a few values late"),
        Command.Option("--batch", "each value by the whole series"),
        Command.Option("--train", value: "N", "the first N points are known to be normal"),
        Command.Option("--alpha", value: "A", "the share of quiet values that may be flagged (0.001)"),
    ]

    /// What the command line alone says.
    typealias Wishes = (format: OutputFormat, request: PredictionRequest)

    let path: String
    let table: Table
    let format: OutputFormat
    let plotPath: String?
    var request: PredictionRequest

    /// Reads the command line, then the file.
    ///
    /// - Parameter whenUnreadable: Called before the failure of a file that is no table, so that output in
    ///   fixed columns has its header even then.
    init(_ arguments: Arguments, whenUnreadable: (Wishes) throws -> Void = { _ in }) throws {
        path = try arguments.operand("FILE.csv")
        var request = PredictionRequest()
        if let name = arguments.text("--timezone") {
            do {
                request.zone = try TimeZone(named: name)
            } catch {
                throw UsageError("--timezone: \(error)")
            }
        }
        if let name = arguments.text("--model") {
            guard ForecasterCatalog.names.contains(name) else {
                let near = nearest(to: name, among: ForecasterCatalog.names)
                throw UsageError(
                    "--model: no model '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
                        + " (known: \(ForecasterCatalog.names.joined(separator: ", ")))")
            }
            request.method = name
        }
        request.season = try arguments.integer("--season", in: 1...PredictionRequest.mostPoints)
        request.step = try arguments.text("--step").map { try Self.step($0, "--step", request.zone) }
        if let seed = try arguments.integer("--seed", in: 0...Int.max) { request.seed = UInt64(seed) }
        if let levels = arguments.text("--levels") { request.levels = try Self.levels(levels) }
        if let text = arguments.text("--horizon") {
            if let steps = Int(text) {
                guard (1...PredictionRequest.longestHorizon).contains(steps) else {
                    throw UsageError("--horizon must be from 1 to \(PredictionRequest.longestHorizon) steps")
                }
                request.horizon = .steps(steps)
            } else {
                request.horizon = .span(try Self.step(text, "--horizon", request.zone))
            }
        }
        if let alpha = try arguments.share("--alpha") { request.alpha = alpha }
        request.trainingCount = try arguments.integer("--train", in: 1...Int(Int32.max))
        request.mode = try Self.mode(arguments)
        format = try arguments.choice("--output", OutputFormat.self) ?? .table
        plotPath = arguments.text("--plot")
        self.request = request
        do {
            table = try TableReader(zone: request.zone).read(FileInput.read(path))
        } catch let error as TableError {
            try whenUnreadable((format, request))
            throw Failure("\(path): \(error)")
        }
    }

    private static func mode(_ arguments: Arguments) throws -> DetectionMode {
        let given = DetectionMode.allCases.filter { arguments.has("--" + $0.rawValue) }
        guard given.count <= 1 else {
            throw UsageError("--causal, --delayed and --batch exclude each other")
        }
        return given.first ?? .causal
    }

    private static func step(_ text: String, _ option: String, _ zone: TimeZone) throws -> Step {
        do {
            return try Step(parsing: text, in: zone)
        } catch {
            throw UsageError("\(option): \(error)")
        }
    }

    private static func levels(_ text: String) throws -> [Double] {
        let levels = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard levels.count <= PredictionRequest.mostLevels, levels.allSatisfy({ $0 >= 0 && $0 < 100 }),
            Set(levels).count == levels.count
        else {
            throw UsageError(
                "--levels must be at most \(PredictionRequest.mostLevels) different percentages from 0 up to "
                    + "but not 100, such as 80,95, not '\(text)'")
        }
        return levels
    }
}

/// The answer for one series of a file, or why there is none.
struct FileAnswer {
    let series: TableSeries
    let prediction: Prediction
    /// What a reader calls it: the file, when its only series has the column name of every such file.
    let title: String
}

extension FileQuestion {
    /// Predicts every series; what fails is named on standard error.
    ///
    /// - Returns: The answers, and whether every series has one.
    func answers(_ console: Console) -> (answers: [FileAnswer], isComplete: Bool) {
        for warning in table.warnings { console.note("warning: line \(warning.line): \(warning.reason)") }
        for failure in table.failures {
            console.note("series \(failure.id): line \(failure.error.line): \(failure.error.reason)")
        }
        var answers: [FileAnswer] = []
        for series in table.series {
            do {
                let prediction = try prediction(of: series, console)
                for warning in prediction.warnings {
                    console.note("series \(series.id): warning: \(warning.detail)")
                }
                answers.append(
                    FileAnswer(series: series, prediction: prediction, title: title(of: series)))
            } catch {
                console.note("series \(series.id): \(error.message)")
            }
        }
        let complete = answers.count == table.series.count && table.failures.isEmpty
        return (answers, complete)
    }

    private func title(of series: TableSeries) -> String {
        guard table.series.count == 1, series.id == "value", path != "-" else { return series.id }
        let parts = path.split(separator: "/")
        let file = parts.last.map(String.init) ?? path
        // Data sets of this repository are all called data.csv; their folder names them.
        return file == "data.csv" && parts.count > 1 ? String(parts[parts.count - 2]) : file
    }

    private func prediction(of series: TableSeries, _ console: Console) throws(Failure) -> Prediction {
        let observations = try observations(of: series, console)
        let progress = ProgressBar(console)
        defer { progress.clear() }
        do throws(PredictionError) {
            return try Predictor(request).predict(observations, progress: progress.fit(series.id))
        } catch {
            throw Failure(PredictionMessage.text(of: error))
        }
    }

    /// The points of a series. Scores need only an order, so `detect` takes rows whose times repeat or run
    /// back in the order of the file, and says so.
    private func observations(of series: TableSeries, _ console: Console) throws(Failure) -> Observations {
        do throws(ObservationsError) {
            return try series.observations()
        } catch {
            let message = PredictionMessage.text(of: error, in: series)
            let ordered = try? Observations(labels: Labels(metric: series.id), values: series.values)
            guard !request.wantsForecast, let ordered else { throw Failure(message) }
            console.note("series \(series.id): warning: \(message); scored in the order of the rows")
            return ordered
        }
    }
}
