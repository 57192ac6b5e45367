import Detection
import Evaluation

/// The picture of a report of detection: VUS-PR against the cost of a value.
enum DetectionPicture {
    /// The clock of a thread may stand still during the fastest detectors; a logarithm needs a floor.
    private static let shortestMicroseconds = 1e-3

    /// Every detector of the headline; those of several modes with their mode.
    static func plot(of report: DetectionReport) -> AccuracyCostPlot {
        let rows = report.headline.filter { $0.vusPR.isFinite && $0.meanMicroseconds.isFinite }
        let isSeveral = Set(rows.map(\.mode)).count > 1
        let sets = report.datasets.filter {
            $0 != DetectionReport.macroMean && $0 != DetectionReport.seriesMean
        }
        let what = sets.count == 1 ? sets[0] : "\(sets.count) data sets"
        return AccuracyCostPlot(
            title: "Detection against cost on \(what)",
            note: "mean over \(report.series) series" + (isSeveral ? "; modes do not compare" : ""),
            errorName: "VUS-PR, higher is better", costName: "CPU microseconds a value",
            points: rows.map { row in
                AccuracyCostPlot.Point(
                    name: isSeveral ? "\(row.method) \(row.mode.rawValue)" : row.method,
                    cost: max(row.meanMicroseconds, shortestMicroseconds), error: row.vusPR,
                    isPeer: row.isPeer)
            })
    }
}
