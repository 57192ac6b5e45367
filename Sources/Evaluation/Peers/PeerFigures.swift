/// What other programs reach on the sets that are known by name, measured by us with the same metrics.
///
/// StatsForecast 2.1.1 (AutoETS, AutoTheta, DOT, AutoCES, MSTL, AutoARIMA; SCUM and MedETS_CES_DOT are
/// medians of its models), Prophet 1.5.0 and flaircast 0.6.1 (FLAIR), each fitted to a prefix of the series
/// of a set in the order of `series.csv`, models called directly, warm. The number of series is part of the
/// figures: a slow peer was run on fewer. Accuracy does not depend on the machine; CPU times are those of
/// one core of an AMD EPYC and compare with times measured elsewhere by their order of magnitude only.
public enum PeerFigures {
    /// The programs that were measured, with their versions.
    public static let programs = "StatsForecast 2.1.1, Prophet 1.5.0, flaircast 0.6.1"

    /// The rows of all peers on a set, in the order of the tables; empty for a set that was not measured.
    public static func rows(of set: String) -> [ForecastReport.Row] {
        accuracy.rows(of: set).map { peer, cells in
            var row = ForecastReport.Row(set: set, method: peer)
            row.isPeer = true
            row.owa = cells[0]
            row.series = Int(cells[1])
            if let cells = errors.cells(set, peer) { (row.smape, row.mase) = (cells[0], cells[1]) }
            if let cells = scaledErrors.cells(set, peer) {
                (row.mase, row.medianMASE, row.scaledWQL) = (cells[0], cells[1], cells[2])
            }
            if let cells = intervals.cells(set, peer) {
                (row.msis, row.coverage80, row.coverage95) = (cells[0], cells[1] / 100, cells[2] / 100)
            }
            if let cells = costs.cells(set, peer) { row.meanMilliseconds = cells[0] }
            return row
        }
    }

    /// The sets that were measured.
    public static let sets = accuracy.sets
}

extension ForecastReport {
    /// The report with the peers of each set after its own rows.
    public func withPeers() -> ForecastReport {
        var report = self
        report.rows = sets.flatMap { set in rows.filter { $0.set == set } + PeerFigures.rows(of: set) }
        return report
    }
}

/// Figures written as text: a line for each set and peer, numbers after them.
struct PeerTable: Sendable {
    private let lines: [(set: String, peer: String, cells: [Double])]

    init(_ text: String) {
        lines = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2 else { return nil }
            return (String(words[0]), String(words[1]), words.dropFirst(2).compactMap { Double($0) })
        }
    }

    /// The sets, in the order of their first lines.
    var sets: [String] {
        var names: [String] = []
        for line in lines where !names.contains(line.set) { names.append(line.set) }
        return names
    }

    /// How many lines there are.
    var count: Int { lines.count }

    /// The numbers of every peer on a set.
    func rows(of set: String) -> [(peer: String, cells: [Double])] {
        lines.filter { $0.set == set }.map { ($0.peer, $0.cells) }
    }

    /// The numbers of one peer on a set; `nil` where it was not run or not measured.
    func cells(_ set: String, _ peer: String) -> [Double]? {
        lines.first { $0.set == set && $0.peer == peer }?.cells
    }
}
