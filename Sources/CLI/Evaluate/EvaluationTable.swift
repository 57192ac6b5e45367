import Evaluation
import TimeSeries

/// A report for people: a block a set, and all sets together.
struct EvaluationTable {
    let text: String

    /// After the least of a column; peers have a mark of their own.
    private static let bestMark = "*"
    private static let peerMark = "^"

    init(_ report: ForecastReport, width: Int) {
        var lines: [String] = []
        for set in report.sets {
            let rows = report.rows.filter { $0.set == set }
            lines += ["\(set): \(Self.contents(rows))", ""] + Self.block(rows).lines(width: width)
            let steps = report.steps.filter { $0.set == set }
            if !steps.isEmpty { lines += ["", "MASE by step"] + Self.steps(steps, width: width) }
            lines.append("")
        }
        if report.sets.count > 1 {
            lines += ["all \(report.sets.count) sets: geometric means", ""]
            lines += Self.overall(report).lines(width: width) + [""]
        }
        lines += Self.legend(hasPeers: report.rows.contains { $0.isPeer })
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func contents(_ rows: [ForecastReport.Row]) -> String {
        let own = rows.filter { !$0.isPeer }
        let (series, values) = (own.map(\.series).max() ?? 0, own.map(\.values).max() ?? 0)
        return "\(series) series, \(values) values"
    }

    private static func block(_ rows: [ForecastReport.Row]) -> TextTable {
        var table = TextTable(header: ["method", "n", "sMAPE", "MASE", "OWA", "MSIS", "80/95", "sWQL", "ms"])
        let own = rows.filter { !$0.isPeer }
        for row in rows {
            func cell(_ value: KeyPath<ForecastReport.Row, Double>, _ decimals: Int) -> String {
                let best = own.map { $0[keyPath: value] }.filter { $0.isFinite }.min()
                // A best of one is none.
                let isBest = !row.isPeer && own.count > 1 && row[keyPath: value] == best
                return fixed(row[keyPath: value], decimals) + (isBest ? bestMark : " ")
            }
            let inside = [row.coverage80, row.coverage95].map { fixed(100 * $0, 0) }
            table.add([
                row.method + (row.isPeer ? peerMark : ""), "\(row.series)", cell(\.smape, 2), cell(\.mase, 3),
                cell(\.owa, 3), cell(\.msis, 1),
                row.coverage80.isNaN ? "–" : inside.joined(separator: "/"), cell(\.scaledWQL, 3),
                NumberText.short(row.meanMilliseconds, digits: 3),
            ])
        }
        return table
    }

    /// At most so many steps are shown, evenly spread; CSV and JSON have them all.
    private static let mostSteps = 8

    private static func steps(_ steps: [ForecastReport.StepRow], width: Int) -> [String] {
        let last = steps.map(\.step).max() ?? 1
        let count = min(mostSteps, last)
        let shown = (0..<count).map { 1 + (last - 1) * $0 / max(count - 1, 1) }
        var table = TextTable(header: ["method"] + shown.map { "\($0)" })
        var methods: [String] = []
        for row in steps where !methods.contains(row.method) { methods.append(row.method) }
        for method in methods {
            let own = steps.filter { $0.method == method }
            table.add(
                [method] + shown.map { step in fixed(own.first { $0.step == step }?.mase ?? .nan, 3) })
        }
        return table.lines(width: width)
    }

    private static func overall(_ report: ForecastReport) -> TextTable {
        var table = TextTable(header: ["method", "sets", "OWA", "ms"])
        let all = report.overall
        let complete = all.filter { !$0.isPeer && $0.sets == report.sets.count }
        let best = complete.count > 1 ? complete.map(\.owa).min() : nil
        for method in all where method.sets > 0 {
            let isBest = !method.isPeer && method.owa == best
            table.add([
                method.method + (method.isPeer ? peerMark : ""), "\(method.sets)",
                fixed(method.owa, 3) + (isBest ? bestMark : " "),
                NumberText.short(method.milliseconds, digits: 3),
            ])
        }
        return table
    }

    private static func legend(hasPeers: Bool) -> [String] {
        let lines = [
            "n: series; OWA: 1 is Naive2; 80/95: percent of values inside these intervals;",
            "ms: CPU a series; \(bestMark) the best of ours; – nothing is known.",
        ]
        guard hasPeers else { return lines }
        return lines + ["\(peerMark) measured by us elsewhere, on n series:", "  \(PeerFigures.programs)"]
    }

    /// A number with so many decimals, shorter when it is large; a dash for `nan`.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e5 else { return NumberText.short(value, digits: 3) }
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        let scaled = Int((abs(value) * factor).rounded())
        let digits = String(scaled)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
