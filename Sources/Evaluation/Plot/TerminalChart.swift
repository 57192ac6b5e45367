/// Draws a ``PlotModel`` with characters, for a terminal or a log.
///
/// The forecast stands to the right of a vertical line, over the shade of its widest interval; anomalies are
/// crosses. Colour adds to this and is never needed to read it.
public enum TerminalChart {
    /// The characters to draw with.
    public enum Style: Sendable {
        /// Braille dots, eight to a character, and box-drawing lines.
        case braille
        /// ASCII only, for terminals and logs that know nothing else.
        case ascii
    }

    /// The chart as lines without line ends: the title, `height` rows, the axis and its two labels.
    ///
    /// Pure: the same model gives the same lines. Titles and labels lose their control characters.
    ///
    /// - Parameters:
    ///   - width: The most columns a line may take, at least 8; escape sequences take none.
    ///   - height: Rows of the plot area, at least 2.
    ///   - usesColour: Whether to write ANSI colours; every line ends in the default colour.
    /// - Precondition: As for ``SVGPlot/document(_:width:height:)``.
    /// - Complexity: O(*n* · `height`) in the number of values.
    public static func lines(
        _ model: PlotModel, width: Int = 80, height: Int = 12, style: Style = .braille,
        usesColour: Bool = false
    ) -> [String] {
        precondition(width >= 8 && height >= 2, "\(width) columns and \(height) rows are too few")
        model.checkShape()
        let ellipsis = style == .braille ? "…" : "..."
        let heading = model.title + (model.unit.map { " (\($0))" } ?? "")
        let title = DisplayText.fitted(DisplayText.clean(heading), columns: width, ellipsis: ellipsis)

        let range = model.valueRange()
        let ticks = ValueTicks(in: range, target: max(2, height / 3))
        let widest = ticks.labels.map(\.count).max() ?? 0
        let labelled = width - widest - 2 >= 6
        let margin = labelled ? widest + 2 : 0
        var canvas = CharacterCanvas(columns: width - margin, rows: height, style: style, values: range)
        canvas.draw(model)

        var labels = [String](repeating: "", count: height)
        for (value, label) in zip(ticks.values, ticks.labels) { labels[canvas.row(value)] = label }
        var lines = [title]
        for row in 0..<height {
            let label = labels[row]
            let edge = style == .braille ? (label.isEmpty ? "│" : "┤") : (label.isEmpty ? "|" : "+")
            let blanks = String(repeating: " ", count: max(0, widest - label.count))
            let body = canvas.line(row, usesColour: usesColour)
            lines.append(labelled ? trimmed(blanks + label + " " + edge + body) : body)
        }
        let corner = style == .braille ? "└" : "+"
        let base = String(repeating: style == .braille ? "─" : "-", count: width - margin)
        let indent = String(repeating: " ", count: margin)
        lines.append(labelled ? indent.dropLast() + corner + base : base)
        lines.append(trimmed(indent + footer(model, columns: width - margin)))
        return lines
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    /// The first and the last position, at either end of `columns` columns.
    private static func footer(_ model: PlotModel, columns: Int) -> String {
        guard let (first, last) = ends(model) else { return "" }
        let room = DisplayText.columns(first) + DisplayText.columns(last)
        if first == last || room + 1 > columns {
            return DisplayText.fitted(first, columns: columns, ellipsis: "")
        }
        return first + String(repeating: " ", count: columns - room) + last
    }

    private static func ends(_ model: PlotModel) -> (first: String, last: String)? {
        switch model.axis {
        case .steps(let first):
            let count = model.observed.count + model.horizon
            return count == 0 ? nil : (String(first), String(first + count - 1))
        case .times(let times, let clock):
            guard let first = times.first, let last = times.last else { return nil }
            let words = [first, last].map { time in
                let moment = CivilMoment(local: time + clock.offset(time))
                return clock.label.map { DisplayText.clean($0(time)) } ?? moment.isoDate + " "
                    + moment.hourAndMinute
            }
            return (words[0], words[1])
        }
    }
}
