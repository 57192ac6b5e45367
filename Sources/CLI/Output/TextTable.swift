/// Columns of text for people: a header, numbers to the right, nothing wider than the terminal.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(header: [String]) {
        self.header = header
    }

    mutating func add(_ row: [String]) {
        precondition(row.count == header.count, "\(row.count) cells under \(header.count) names")
        rows.append(row)
    }

    /// The lines; the first column to the left, the others to the right. What does not fit in `width`
    /// is cut from the first column.
    func lines(width: Int) -> [String] {
        var widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        let total = widths.reduce(0, +) + 2 * (widths.count - 1)
        if total > width { widths[0] = max(widths[0] - (total - width), 8) }
        return ([header] + rows).map { row in
            var cells = [String(row[0].prefix(widths[0])).padded(to: widths[0])]
            cells += zip(row, widths).dropFirst().map { $0.leftPadded(to: $1) }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
