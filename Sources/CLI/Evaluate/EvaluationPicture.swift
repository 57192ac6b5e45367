import Evaluation

/// The picture of a report: accuracy against cost.
enum EvaluationPicture {
    /// Every method with an OWA and a time on all sets; the others could not be compared with them.
    static func plot(of report: ForecastReport) -> AccuracyCostPlot {
        let sets = report.sets
        let all = report.overall
        let shown = all.filter { $0.sets == sets.count && $0.milliseconds.isFinite && $0.milliseconds > 0 }
        let missing = all.filter { method in !shown.contains(method) }.map(\.method)
        let what = sets.count == 1 ? sets[0] : "\(sets.count) sets"
        var note =
            sets.count == 1 ? "OWA of 1 is Naive2" : "geometric means over " + sets.joined(separator: ", ")
        if !missing.isEmpty { note = "without \(missing.joined(separator: ", ")) (not on all); " + note }
        return AccuracyCostPlot(
            title: "Accuracy against cost on \(what)", note: note,
            errorName: sets.count == 1 ? "OWA, lower is better" : "OWA, geometric mean, lower is better",
            points: shown.map {
                AccuracyCostPlot.Point(
                    name: $0.method, cost: $0.milliseconds, error: $0.owa, isPeer: $0.isPeer)
            })
    }
}
