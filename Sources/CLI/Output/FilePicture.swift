import Detection
import Evaluation
import Forecasting
import Ingest
import Pipeline
import TimeSeries

/// Draws the answers for a file as SVG.
enum FilePicture {
    /// Writes one picture a series where `--plot` asks for it; several get `-1`, `-2` … before the ending.
    static func draw(_ answers: [FileAnswer], of question: FileQuestion) throws {
        guard let path = question.plotPath else { return }
        for (number, answer) in answers.enumerated() {
            let svg = SVGPlot.document(model(of: answer, zone: question.request.zone))
            try FileInput.write(Array(svg.utf8), to: answers.count == 1 ? path : numbered(path, number + 1))
        }
    }

    /// What there is to draw of one series.
    static func model(of answer: FileAnswer, zone: TimeZone) -> PlotModel {
        let prediction = answer.prediction
        var plot = PlotModel(title: answer.title, observed: answer.series.values)
        if let times = times(of: answer) {
            let clock = PlotClock { moment in
                Int64(zone.offset(at: Timestamp(milliseconds: moment))) * 1000
            }
            plot.axis = .times(times, clock: clock)
        }
        if let scores = prediction.behind?.scores {
            plot.expected = scores.expected
            plot.lower = scores.lower
            plot.upper = scores.upper
            plot.anomalies = scores.insights.map {
                PlotAnomaly($0.first...$0.last, label: "score \(NumberText.short($0.peakScore, digits: 2))")
            }
        }
        if let forecast = prediction.forecast {
            plot.forecast = PlotForecast(
                mean: forecast.mean,
                bands: forecast.intervals.map {
                    PlotBand(level: $0.level * 100, lower: $0.lower, upper: $0.upper)
                })
        }
        return plot
    }

    /// The moments of history and forecast; `nil` where one is unknown or they do not ascend, so that only the
    /// order can be drawn.
    private static func times(of answer: FileAnswer) -> [Int64]? {
        guard var times = answer.series.timestamps?.map(\.milliseconds) else { return nil }
        if answer.prediction.forecast != nil {
            for time in answer.prediction.horizonTimes {
                guard case .moment(let moment) = time else { return nil }
                times.append(moment.milliseconds)
            }
        }
        let ascends = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
        return ascends ? times : nil
    }

    private static func numbered(_ path: String, _ number: Int) -> String {
        guard path.hasSuffix(".svg") else { return "\(path)-\(number)" }
        return "\(path.dropLast(4))-\(number).svg"
    }
}
