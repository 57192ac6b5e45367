import Detection
import Evaluation

/// The picture of a report of detection: VUS-PR against the cost of a value.
enum DetectionPicture {
    /// Figures of peers have two decimals, and the clock of a thread may stand still during the fastest detectors; a
    /// logarithm needs a floor.
    private static let shortestMicroseconds = 5e-3

    /// Every detector that was judged on all series; those of several modes with their mode.
    static func plot(of report: DetectionReport) -> AccuracyCostPlot {
        let rows = report.comparable.filter { $0.vusPR.isFinite && $0.meanMicroseconds.isFinite }
        let missing = report.headline.filter { $0.series < rows.first?.series ?? 0 }.map(\.method)
        let isSeveral = Set(rows.map(\.mode)).count > 1
        let sets = report.datasets.filter {
            $0 != DetectionReport.macroMean && $0 != DetectionReport.seriesMean
        }
        let what = sets.count == 1 ? sets[0] : "\(sets.count) data sets"
        return AccuracyCostPlot(
            title: "Detection against cost on \(what)",
            note: "mean over \(rows.first?.series ?? 0) series with anomalies"
                + (isSeveral ? "; modes do not compare" : "")
                + (missing.isEmpty ? "" : "; without \(missing.joined(separator: ", ")) (not on all)"),
            errorName: "VUS-PR, higher is better", costName: "CPU microseconds a value",
            points: rows.map { row in
                AccuracyCostPlot.Point(
                    name: isSeveral ? "\(row.method) \(row.mode.rawValue)" : row.method,
                    cost: max(row.meanMicroseconds, shortestMicroseconds), error: row.vusPR,
                    isPeer: row.isPeer)
            })
    }
}
