import Ingest
import TestSupport
import TimeSeries

@testable import Pipeline

/// The back-test of a catalogued method on a dataset of this repository, against the seasonal naive method.
struct DatasetCheck {
    let metrics: TrainingMetrics
    let season: [Int]

    init(_ method: String, on dataset: String) throws {
        let table = try TableReader().read(Repository.bytes("datasets/\(dataset)/data.csv"))
        let gridded = try Gridding(table.series[0].observations())
        guard let grid = gridded.series.grid else { throw Failure(dataset: dataset, what: "has no grid") }
        let history = TrainingHistory(
            labels: Array(dataset.utf8), values: gridded.series.values, grid: grid)
        var settings = TrainingSettings()
        settings.method = method
        let outcome = try Training(settings).run([history])
        guard let metrics = outcome.metrics, let trained = outcome.parameters?.series.first else {
            throw Failure(dataset: dataset, what: "\(outcome.decision)")
        }
        self.metrics = metrics
        season = trained.season
    }

    struct Failure: Error {
        let dataset: String
        let what: String
    }
}
