import Detection
import Evaluation
import TimeSeries

/// A report of detection for people: a block a mode, then VUS-PR by data set.
struct DetectionTable {
    let text: String

    /// After the greatest of a column; peers have a mark of their own.
    private static let bestMark = "*"
    private static let peerMark = "^"
    /// Narrower terminals are shown fewer columns.
    private static let wide = 90

    init(_ report: DetectionReport, width: Int) {
        let headline = report.headline
        let modes = DetectionMode.allCases.filter { mode in headline.contains { $0.mode == mode } }
        let isSeveral = report.rows.contains { $0.dataset == DetectionReport.macroMean }
        let name = isSeveral ? "mean over all series" : headline.first?.dataset ?? "no series"
        var lines = ["\(name): \(report.series) series, \(report.points) values"]
        for mode in modes {
            lines += ["", Self.words(mode), ""]
            lines += Self.block(headline.filter { $0.mode == mode }, report, width: width)
        }
        if isSeveral {
            lines += ["", "VUS-PR by data set"]
            for mode in modes { lines += [""] + Self.matrix(report, mode, width: width) }
        }
        lines += [""] + Self.legend(report)
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func words(_ mode: DetectionMode) -> String {
        switch mode {
        case .causal: "causal: each value by earlier ones only"
        case .delayed: "delayed: causal, and a stated number of values late"
        case .batch: "batch: each value by the whole series"
        }
    }

    private static func block(
        _ rows: [DetectionReport.Row], _ report: DetectionReport, width: Int
    ) -> [String] {
        let isWide = width >= wide
        let macro = report.rows.filter { $0.dataset == DetectionReport.macroMean }
        let own = rows.filter { !$0.isPeer }
        let best = own.map(\.vusPR).filter { $0.isFinite }.max()
        var header = ["method", "n", "VUS-PR"]
        if !macro.isEmpty { header.append("ALL") }
        header += isWide ? ["ROC", "AUC", "F1"] : ["ROC", "F1"]
        header += ["event", "UCR", "NAB", "us"] + (isWide ? ["bytes"] : [])
        var table = TextTable(header: header)
        for row in rows {
            // A best of one is none.
            let isBest = !row.isPeer && own.count > 1 && row.vusPR == best
            var cells = [
                row.method + (row.isPeer ? peerMark : ""), "\(row.series)",
                number(row.vusPR) + (isBest ? bestMark : " "),
            ]
            if !macro.isEmpty {
                let other = macro.first {
                    $0.method == row.method && $0.mode == row.mode && $0.isPeer == row.isPeer
                }
                cells.append(number(other?.vusPR ?? .nan))
            }
            cells.append(number(row.vusROC))
            if isWide { cells.append(number(row.aucPR)) }
            cells += [number(row.bestF1), number(row.eventF1), number(row.ucrAccuracy, 2)]
            cells += [number(row.nabStandard, 1), NumberText.short(row.meanMicroseconds, digits: 3)]
            if isWide { cells.append(row.stateBytes.map(String.init) ?? "–") }
            table.add(cells)
        }
        return table.lines(width: width)
    }

    /// Columns of data sets, as many side by side as fit.
    private static func matrix(_ report: DetectionReport, _ mode: DetectionMode, width: Int) -> [String] {
        let means = [DetectionReport.macroMean, DetectionReport.seriesMean]
        let names = report.datasets.filter { !means.contains($0) }
        let rows = report.rows.filter { $0.mode == mode && !$0.isPeer }
        var methods: [String] = []
        for row in rows where !methods.contains(row.method) { methods.append(row.method) }
        let first = max(methods.map(\.count).max() ?? 0, mode.rawValue.count)
        let side = max(1, (width - first) / (longestName + 2))
        var lines: [String] = []
        for start in stride(from: 0, to: names.count, by: side) {
            let shown = names[start..<min(start + side, names.count)]
            var table = TextTable(
                header: [mode.rawValue] + shown.map { String($0.prefix(longestName)) })
            for method in methods {
                table.add(
                    [method]
                        + shown.map { name in
                            number(rows.first { $0.dataset == name && $0.method == method }?.vusPR ?? .nan)
                        })
            }
            lines += (start > 0 ? [""] : []) + table.lines(width: width)
        }
        return lines
    }

    /// Letters shown of a data set.
    private static let longestName = 8

    private static func legend(_ report: DetectionReport) -> [String] {
        var lines = [
            "n: series with anomalies; ALL: VUS-PR as a mean over data sets; ROC: VUS-ROC;",
            "F1: the best, value by value; UCR: share of its anomalies named;",
            "us: CPU microseconds a value; \(bestMark) the best of ours; – nothing is known.",
        ]
        if report.rows.contains(where: { $0.nabStandard.isFinite && !$0.isPeer }) {
            let scaled = report.rows.contains { $0.nabStandard.isFinite && !$0.isPeer && $0.isScaled }
            lines.append(
                "NAB: standard profile, one threshold, the best for its \(report.benchmarkSeries) files;")
            lines.append(
                scaled ? "  scores scaled to 0 ... 1 file by file" : "  scores taken as they are")
        }
        if report.rows.contains(where: \.isPeer) {
            lines.append("\(peerMark) measured by us elsewhere with the same metrics, on n series")
        }
        return lines
    }

    private static func number(_ value: Double, _ decimals: Int = 3) -> String {
        EvaluationTable.fixed(value, decimals)
    }
}
