import Detection
import Evaluation
import Forecasting
import Ingest
import Pipeline
import TimeSeries

/// Draws answers as SVG.
enum FilePicture {
    /// Writes one picture a series; several get `-1`, `-2` … before the ending.
    ///
    /// - Parameter path: What `--plot` says; nothing is drawn where it does not.
    static func draw(_ answers: [SeriesAnswer], to path: String?, zone: TimeZone) throws {
        guard let path else { return }
        for (number, answer) in answers.enumerated() {
            let svg = SVGPlot.document(model(of: answer, zone: zone))
            try FileInput.write(Array(svg.utf8), to: answers.count == 1 ? path : numbered(path, number + 1))
        }
    }

    /// What there is to draw of one series.
    static func model(of answer: SeriesAnswer, zone: TimeZone) -> PlotModel {
        var plot = PlotModel(title: answer.title, observed: answer.values)
        if let times = times(of: answer) {
            let clock = PlotClock { moment in
                Int64(zone.offset(at: Timestamp(milliseconds: moment))) * 1000
            }
            plot.axis = .times(times, clock: clock)
        }
        if let scores = answer.scores {
            plot.expected = scores.expected
            plot.lower = scores.lower
            plot.upper = scores.upper
            plot.anomalies = scores.stretches.map {
                PlotAnomaly($0.first...$0.last, label: "score \(NumberText.short($0.peakScore, digits: 2))")
            }
        }
        plot.heat = answer.evidence.map { PlotHeat(name: $0.name, values: $0.heat) }
        if let forecast = answer.forecast {
            plot.forecast = PlotForecast(
                mean: forecast.mean,
                bands: forecast.bands.map { PlotBand(level: $0.level, lower: $0.lower, upper: $0.upper) })
        }
        return plot
    }

    /// The moments of history and forecast; `nil` where one is unknown or they do not ascend, so that only the
    /// order can be drawn.
    private static func times(of answer: SeriesAnswer) -> [Int64]? {
        guard var times = answer.timestamps?.map(\.milliseconds) else { return nil }
        for time in answer.forecast?.times ?? [] {
            guard case .moment(let moment) = time else { return nil }
            times.append(moment.milliseconds)
        }
        let ascends = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
        return ascends ? times : nil
    }

    private static func numbered(_ path: String, _ number: Int) -> String {
        guard path.hasSuffix(".svg") else { return "\(path)-\(number)" }
        return "\(path.dropLast(4))-\(number).svg"
    }
}
