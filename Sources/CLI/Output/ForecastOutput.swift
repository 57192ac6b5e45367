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

    mutating func add(_ answer: SeriesAnswer, zone: TimeZone) {
        guard let forecast = answer.forecast else { return }
        for (step, time) in forecast.times.enumerated() {
            csv.text(answer.id)
            csv.integer(step + 1)
            csv.number(forecast.mean[step])
            for band in forecast.bands {
                csv.number(band.lower[step])
                csv.number(band.upper[step])
            }
            csv.text(FileTime.text(time, zone))
            csv.endRow()
        }
    }
}
