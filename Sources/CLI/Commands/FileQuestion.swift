import Detection
import Forecasting
import Ingest
import Pipeline
import Service
import TimeSeries

/// What `predict`, `forecast` and `detect` have in common: a file, its series, and what is asked of them.
struct FileQuestion {
    /// Options that all three take.
    static let options =
        [
            Command.Option("--season", value: "M", "steps in a season; 1 for none (found when left out)"),
            Command.Option(
                "--model", value: "NAME", "one of: \(ForecasterCatalog.names.joined(separator: ", "))"),
            Command.Option(
                "--timezone", value: "TZ", "where local times and days lie, such as Europe/Berlin"),
            Command.Option(
                "--step", value: "STEP", "the distance of two values: 5m, P1M (found if left out)"),
            Command.Option("--seed", value: "N", "where seeded models begin (1)"),
            Command.Option("--output", short: "-o", value: "FORM", "table, csv or json (table)"),
            Command.Option("--plot", value: "FILE.svg", "draw a picture of the series; several get numbers"),
        ] + CalendarWishes.options

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

    /// Options of the question about stored series instead of those of a file.
    static let storedOptions =
        [
            Command.Option("--selector", value: "S", "stored series instead of a file, as 'm{a=\"b\"}'"),
            Command.Option("--start", value: "T", "their first time: RFC 3339 or epoch seconds"),
            Command.Option("--end", value: "T", "their last time, included"),
        ] + ServiceConnection.options

    let path: String
    let table: Table
    let format: OutputFormat
    let plotPath: String?
    private let namesZone: Bool
    var request: PredictionRequest

    /// Reads the command line, then the file.
    ///
    /// - Parameter whenUnreadable: Called before the failure of a file that is no table, so that output in
    ///   fixed columns has its header even then.
    init(_ arguments: Arguments, whenUnreadable: (PredictionWishes) throws -> Void = { _ in }) throws {
        path = try arguments.operand("FILE.csv")
        for name in ["--start", "--end"] + ServiceConnection.options.map(\.name) where arguments.has(name) {
            throw UsageError("\(name) is for stored series: it needs --selector")
        }
        namesZone = arguments.has("--timezone")
        let wishes = try PredictionWishes(arguments)
        (format, plotPath, request) = (wishes.format, wishes.plotPath, wishes.request)
        do {
            table = try TableReader(zone: request.zone).read(FileInput.read(path))
        } catch let error as TableError {
            try whenUnreadable(wishes)
            throw Failure("\(path): \(error)")
        }
    }
}

/// The answer for one series of a file.
struct FileAnswer {
    let series: TableSeries
    let prediction: Prediction
    /// What a reader calls it: the file, when its only series has the column name of every such file.
    let title: String

    /// What there is to print of it.
    var printed: SeriesAnswer {
        SeriesAnswer(
            id: series.id, title: title, values: series.values, timestamps: series.timestamps,
            prediction: prediction, timeText: series.timeText(at:))
    }
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
        if namesZone, table.series.allSatisfy({ $0.timestamps == nil }) {
            console.note("warning: --timezone changes nothing: the file has no times")
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
