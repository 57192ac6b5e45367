import Forecasting
import Pipeline
import TimeSeries

/// Prints forecasts in the fixed columns that others script against.
struct ForecastOutput {
    private let levels: [Double]
    private var csv: CSVWriter

    init(levels: [Double]) {
        self.levels = levels
        let bounds = levels.flatMap { level in
            let text = NumberText.exact(level)
            return ["lo-" + text, "hi-" + text]
        }
        csv = CSVWriter(header: ["series_id", "step", "mean"] + bounds + ["timestamp"])
    }

    var bytes: [UInt8] { csv.bytes }

    mutating func add(_ prediction: Prediction, id: String, writeTime: (StepTime) -> String) {
        guard let forecast = prediction.forecast else { return }
        for (step, time) in prediction.horizonTimes.enumerated() {
            csv.text(id)
            csv.integer(step + 1)
            csv.number(forecast.mean[step])
            for interval in forecast.intervals {
                csv.number(interval.lower[step])
                csv.number(interval.upper[step])
            }
            csv.text(writeTime(time))
            csv.endRow()
        }
    }
}
