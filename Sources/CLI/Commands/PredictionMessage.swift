import Analysis
import Forecasting
import Ingest
import Pipeline
import TimeSeries

/// Why a series of a file has no answer, in words that name the line.
enum PredictionMessage {
    static func text(of error: PredictionError, in series: TableSeries) -> String {
        switch error {
        case .series(.empty): "there is no value"
        case .series(.unsorted(let index)):
            "line \(series.line(at: index)): the time is earlier than the one before it; sort the rows"
        case .series(.duplicate(let index)):
            "line \(series.line(at: index)): the time equals the one before it; keep one row of each time"
                + " (local times that happen twice need --timezone)"
        case .series(.infinite(let index)): "line \(series.line(at: index)): the value is infinite"
        case .forecast(.historyTooShort(let needed, let got)):
            "\(needed) values are needed by this model, \(got) are there"
        case .forecast(.noFiniteValues): "every value is missing"
        case .forecast(.cancelled): "cancelled"
        case .forecast(.unknownMethod(let name, _)): "no model '\(name)'"
        case .analysis(.tooFewPaths(let needed, let got)):
            "\(needed) residual paths are needed for a probability, \(got) are there"
        case .horizonTooLong(let steps, let most): "the horizon is \(steps) steps; at most \(most) are answered"
        case .spanWithoutTimes: "a horizon in time needs times in the file; give --horizon in steps"
        }
    }
}
