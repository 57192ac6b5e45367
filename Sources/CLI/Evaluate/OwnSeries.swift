import Evaluation
import Forecasting
import Ingest
import TimeSeries

/// The series of a CSV file of one's own as a set: windows at the end of each are its test parts.
struct OwnSeries {
    let set: EvaluationSet
    /// Whether a series could not be read and was named on standard error.
    private(set) var isIncomplete = false

    /// - Throws: ``UsageError`` without `--horizon`, ``Failure`` when the file is no table.
    init(_ bytes: [UInt8], _ wishes: EvaluationWishes, _ console: Console) throws {
        guard let horizon = wishes.horizon else {
            throw UsageError("a CSV of series needs --horizon H, the steps in a window (and --origins K)")
        }
        let table: Table
        do throws(TableError) {
            table = try TableReader().read(bytes)
        } catch {
            throw Failure("\(wishes.path): \(error)")
        }
        for failure in table.failures {
            console.note("series \(failure.id): line \(failure.error.line): \(failure.error.reason)")
            isIncomplete = true
        }
        var series: [EvaluationSeries] = []
        for one in table.series {
            do throws(Failure) {
                series.append(try Self.series(one, horizon: horizon, wishes))
            } catch {
                console.note("series \(one.id): \(error.message)")
                isIncomplete = true
            }
        }
        guard !series.isEmpty else { throw Failure("\(wishes.path): no series can be evaluated") }
        set = EvaluationSet(name: Self.name(of: wishes.path), seasons: [], series: series)
    }

    /// On its grid, with the seasons that its values show before the first window.
    private static func series(
        _ one: TableSeries, horizon: Int, _ wishes: EvaluationWishes
    ) throws(Failure) -> EvaluationSeries {
        let observations: Observations
        do throws(ObservationsError) {
            observations = try one.observations()
        } catch {
            throw Failure(PredictionMessage.text(of: error, in: one))
        }
        let series = Gridding(observations).series
        let values = series.values
        guard values.count > horizon else {
            throw Failure("\(values.count) values are too few for a window of \(horizon)")
        }
        let windows = min(wishes.origins ?? 1, (values.count - 1) / horizon)
        let before = Array(values.prefix(values.count - windows * horizon))
        let natural = series.grid.map { SeasonalHints.periods(of: $0.step) } ?? []
        let seasons =
            wishes.season.map { $0 > 1 ? [$0] : [] } ?? SeasonDetector(natural: natural).periods(of: before)
        return EvaluationSeries(
            id: one.id, train: Array(values.dropLast(horizon)), test: Array(values.suffix(horizon)),
            period: seasons.first ?? 1, seasons: seasons)
    }

    /// The file without its ending; the folder of a `data.csv`, as data sets of this repository are called.
    private static func name(of path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        guard let file = parts.last else { return path }
        if file == "data.csv", parts.count > 1 { return parts[parts.count - 2] }
        return String(file.prefix { $0 != "." })
    }
}
