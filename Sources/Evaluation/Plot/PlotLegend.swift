/// The names of what a picture shows, in rows.
struct PlotLegend {
    enum Swatch {
        case line(String)
        case area(String, layers: Int)
        case dot
    }

    private struct Entry {
        let swatch: Swatch
        let text: String
        var row = 0
        var x = 0.0
    }

    private static let rowHeight = 18.0
    private static let swatchWidth = 20.0

    private var entries: [Entry] = []
    /// Height of all rows but the first.
    let height: Double

    /// A legend of only those parts that the model has, wrapped to `width` pixels.
    init(_ model: PlotModel, width: Double) {
        var entries = [Entry(swatch: .line("line observed"), text: "observed")]
        if model.expected.contains(where: \.isFinite) {
            entries.append(Entry(swatch: .line("line expected"), text: "expected"))
        }
        if model.lower.contains(where: \.isFinite) {
            entries.append(Entry(swatch: .area("range", layers: 1), text: "expected range"))
        }
        if model.horizon > 0 { entries.append(Entry(swatch: .line("line forecast"), text: "forecast")) }
        for (index, band) in model.sortedBands.enumerated().prefix(6) {
            let level = DecimalText.short(band.level)
            entries.append(Entry(swatch: .area("band", layers: index + 1), text: "\(level) %"))
        }
        if !model.anomalies.isEmpty { entries.append(Entry(swatch: .dot, text: "anomaly")) }
        var x = 0.0
        var row = 0
        for index in entries.indices {
            let room =
                Self.swatchWidth + 6 + DisplayText.pixels(entries[index].text, fontSize: PlotStyle.legendSize)
            if x > 0, x + room > width {
                x = 0
                row += 1
            }
            entries[index].row = row
            entries[index].x = x
            x += room + 16
        }
        self.entries = entries
        height = Double(row) * Self.rowHeight
    }

    /// Draws the rows, the first one's upper edge at `top`.
    func draw(into svg: inout SVGWriter, left: Double, top: Double) {
        for entry in entries {
            let x = left + entry.x
            let y = top + 7 + Double(entry.row) * Self.rowHeight
            let end = x + Self.swatchWidth
            switch entry.swatch {
            case .line(let name):
                svg.empty("path", [("class", name), ("d", "M\(x.svg) \(y.svg)H\(end.svg)")])
            case .area(let name, let layers):
                for _ in 0..<layers {
                    let box = [
                        ("x", x.svg), ("y", (y - 5).svg), ("width", Self.swatchWidth.svg), ("height", "10"),
                    ]
                    svg.empty("rect", [("class", name)] + box)
                }
            case .dot:
                let centre = PlotVertex(x: x + Self.swatchWidth / 2, y: y)
                svg.empty("path", [("class", "odd"), ("d", SVGWriter.dot(centre))])
            }
            svg.element(
                "text", [("class", "legend"), ("x", (end + 6).svg), ("y", (y + 4).svg)], text: entry.text)
        }
    }
}
