extension CalibrationTable {
    /// The header of the CSV rows; part of the interface.
    public static let header = [
        "measure", "tier", "case", "nominal", "count", "of", "ratio", "least", "most", "holds",
    ]

    /// One row a rate, a recall and a budget.
    ///
    /// `ratio` is the rate of false alarms over the nominal one, the share that was found, or the incidents over those
    /// of the budget; `least` and `most` are what is promised of it, empty where nothing is.
    public var rows: [[String]] {
        var rows: [[String]] = []
        for rate in rates {
            for place in Self.nominal.indices {
                let promised = place > 0 ? rate.process.promised : nil
                rows.append(
                    row(
                        [
                            "false-alarms", rate.tier.rawValue, rate.process.rawValue,
                            "\(Self.nominal[place])",
                        ],
                        rate.below[place], rate.scored, rate.ratios[place], promised))
            }
        }
        for recall in recalls {
            rows.append(
                row(
                    ["planted", recall.tier.rawValue, recall.incident.rawValue, "\(PlantedTrial.threshold)"],
                    recall.found, recall.planted, recall.share, Self.leastFound...1))
        }
        guard quietSeries > 0 else { return rows }
        let shared = PlantedTrial.threshold / QuietTrial.sharing
        rows.append(
            row(
                ["incidents", "full", "own-budget", "\(PlantedTrial.threshold)"], ownIncidents,
                8 * quietSeries, incidentRatio, Self.promisedIncidents))
        rows.append(
            row(
                ["incidents", "full", "shared-budget", "\(shared)"], sharedIncidents, 8,
                Double(sharedIncidents) / 8, 0...(Double(Self.mostShared) / 8)))
        return rows
    }

    private func row(
        _ names: [String], _ count: Int, _ total: Int, _ ratio: Double, _ promised: ClosedRange<Double>?
    ) -> [String] {
        let bounds = promised.map { ["\($0.lowerBound)", "\($0.upperBound)"] } ?? ["", ""]
        let holds = promised.map { $0.contains(ratio) ? "1" : "0" } ?? ""
        return names + ["\(count)", "\(total)", ratio.isFinite ? DecimalText.fixed(ratio, decimals: 4) : ""]
            + bounds + [holds]
    }

    /// The rows as CSV with a header, LF.
    public var csv: String {
        ([Self.header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    /// The table for people: a block for false alarms, one for what was planted, one for budgets. `!` marks what does not
    /// hold.
    public var text: String {
        var lines: [String] = []
        for tier in CalibrationStudy.Tier.allCases where rates.contains(where: { $0.tier == tier }) {
            lines.append("False alarms over nominal, \(tier.rawValue)")
            lines.append(Self.line(["", "1e-2", "1e-3", "1e-4"]))
            for rate in rates where rate.tier == tier {
                let cells = rate.ratios.enumerated().map { place, ratio in
                    Self.cell(ratio, isKept: place == 0 || rate.process.promised.contains(ratio))
                }
                lines.append(Self.line([rate.process.rawValue] + cells))
            }
            lines.append("")
        }
        if !recalls.isEmpty {
            lines.append("Planted and found, at two incidents a week")
            let tiers = CalibrationStudy.Tier.allCases
            lines.append(Self.line([""] + tiers.map(\.rawValue)))
            for incident in PlantedIncident.allCases {
                let cells = tiers.map { tier in
                    let share = recalls.first { $0.tier == tier && $0.incident == incident }?.share ?? .nan
                    return Self.cell(share, isKept: share >= Self.leastFound)
                }
                lines.append(Self.line([incident.rawValue] + cells))
            }
            lines.append("")
        }
        if quietSeries > 0 {
            lines.append("Incidents of \(quietSeries) quiet series in four weeks, at two a week")
            lines.append(
                "each its own: \(ownIncidents), "
                    + Self.cell(incidentRatio, isKept: Self.promisedIncidents.contains(incidentRatio))
                    + " of the budget")
            lines.append("a thousand share one: \(sharedIncidents) of 8")
            lines.append("")
        }
        lines += failures.map { "failed: \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let nameWidth = 14
    private static let cellWidth = 8

    private static func cell(_ value: Double, isKept: Bool) -> String {
        guard value.isFinite else { return "– " }
        return DecimalText.fixed(value, decimals: 2) + (isKept ? " " : "!")
    }

    private static func line(_ cells: [String]) -> String {
        cells.enumerated().map { place, cell in
            let width = place == 0 ? nameWidth : cellWidth
            let space = String(repeating: " ", count: max(width - cell.count, 0))
            return place == 0 ? cell + space : space + cell
        }.joined()
    }
}
