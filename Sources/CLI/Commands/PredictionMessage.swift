import Analysis
import Forecasting
import Ingest
import Pipeline
import TimeSeries

/// Why a series of a file has no answer, in words that name the line.
enum PredictionMessage {
    /// What is wrong with the rows of a series, and on which line.
    static func text(of error: ObservationsError, in series: TableSeries) -> String {
        switch error {
        case .notAscending(let index, let previous, let found):
            previous == found
                ? "line \(series.line(at: index)): the time \(found) comes twice; keep one row of each time"
                    + " (local times that happen twice need --timezone)"
                : "line \(series.line(at: index)): the time \(found) comes after \(previous); sort the rows"
        case .infinite(let index): "line \(series.line(at: index)): the value is infinite"
        case .countsDiffer: "\(error)"
        }
    }

    /// Why there is no answer.
    static func text(of error: PredictionError) -> String {
        switch error {
        case .forecast(.historyTooShort(let needed, let got)):
            "\(needed) values are needed by this model, \(got) are there"
        case .forecast(.noFiniteValues): "every value is missing"
        case .forecast(.negativeCounts):
            "this model forecasts counts, and there are values below 0; choose another model"
        case .forecast(.overflow):
            "the values are so large that the forecast overflows; divide them by a power of ten"
        case .forecast(.cancelled): "cancelled"
        case .forecast(.unknownMethod(let name, _)): "no model '\(name)'"
        case .analysis(.tooFewPaths(let needed, let got)):
            "\(needed) residual paths are needed for a probability, \(got) are there"
        case .horizonTooLong(let steps, let most):
            "the horizon is \(steps) steps; at most \(most) are answered"
        case .spanWithoutTimes: "a horizon in time needs times in the file; give --horizon in steps"
        }
    }
}
