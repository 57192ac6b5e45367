/// A row of colour below a picture: how unusual each value of the history is to one detector.
public struct PlotHeat: Sendable {
    /// Its name, written at the left.
    public var name: String
    /// As many as the history has values, 0 ... 1.
    public var values: [Double]

    /// A row.
    public init(name: String, values: [Double]) {
        self.name = name
        self.values = values
    }
}

extension SVGDrawing {
    /// The height of a row, and what lies between two.
    static let heatRow = (height: 14.0, gap: 4.0)
    /// So many steps of colour, each its own style.
    private static let heatSteps = 4
    /// A mark is at least so wide, in pixels.
    private static let leastMark = 2.0

    /// The height of all rows of heat of a model.
    static func heatHeight(_ model: PlotModel) -> Double {
        model.heat.isEmpty ? 0 : Double(model.heat.count) * (heatRow.height + heatRow.gap) + 2 * heatRow.gap
    }

    /// Draws the rows below the axis, from `top` on.
    mutating func drawHeat(from top: Double) {
        for (number, row) in model.heat.enumerated() {
            let y = top + 2 * Self.heatRow.gap + Double(number) * (Self.heatRow.height + Self.heatRow.gap)
            svg.element(
                "text",
                [
                    ("x", (frame.left - 8).svg), ("y", (y + Self.heatRow.height - 3).svg),
                    ("text-anchor", "end"),
                ], text: row.name)
            svg.empty(
                "rect",
                [
                    ("class", "heat0"), ("x", frame.left.svg), ("y", y.svg), ("width", frame.width.svg),
                    ("height", Self.heatRow.height.svg),
                ])
            for step in 1...Self.heatSteps {
                let data = marks(row.values, step).map { mark in
                    "M\((frame.left + mark.from).svg) \(y.svg)h\((mark.to - mark.from).svg)"
                        + "v\(Self.heatRow.height.svg)h\((mark.from - mark.to).svg)Z"
                }
                if !data.isEmpty { svg.empty("path", [("class", "heat\(step)"), ("d", data.joined())]) }
            }
        }
    }

    /// The stretches of pixels whose highest value falls into a step of colour.
    private func marks(_ values: [Double], _ step: Int) -> [(from: Double, to: Double)] {
        var highest: [Int: Double] = [:]
        for (place, value) in values.enumerated() where value > 0 && place < xs.count {
            let column = Int(xs[place] / Self.leastMark)
            highest[column] = max(highest[column] ?? 0, value)
        }
        var marks: [(from: Double, to: Double)] = []
        for (column, value) in highest.sorted(by: { $0.key < $1.key }) {
            guard Int((value * Double(Self.heatSteps)).rounded(.up)) == step else { continue }
            let from = Double(column) * Self.leastMark
            if let last = marks.indices.last, from - marks[last].to < 0.5 {
                marks[last].to = from + Self.leastMark
            } else {
                marks.append((from, from + Self.leastMark))
            }
        }
        return marks
    }
}
