/// Draws a ``PlotModel`` as an SVG document: history, expectation, anomalies and forecast of one series.
public enum SVGPlot {
    /// An SVG document of the given size in pixels. Pure: the same model gives the same text.
    ///
    /// The document needs no font, script or file beside it, follows the reader's light or dark scheme, and may
    /// be put into an HTML page as it is. Long series are thinned to the extremes of each pixel column.
    ///
    /// - Parameters:
    ///   - width: At least 240.
    ///   - height: At least 160, without the rows of heat, which come below.
    /// - Precondition: The arrays of the model fit together; anomalies lie within the history; times ascend.
    /// - Complexity: O(*n*) in the number of values; less than 400 kB of text for any number of them.
    public static func document(_ model: PlotModel, width: Int = 960, height: Int = 420) -> String {
        precondition(width >= 240 && height >= 160, "\(width) by \(height) pixels is too small")
        model.checkShape()
        var drawing = SVGDrawing(model: model, width: Double(width), height: Double(height))
        return drawing.document(withRoomBelow: SVGDrawing.heatHeight(model))
    }
}

/// The parts of one picture, drawn from back to front.
struct SVGDrawing {
    let model: PlotModel
    let width: Double
    let height: Double
    let frame: PlotFrame
    let ticks: ValueTicks
    let legend: PlotLegend
    /// Pixel positions of the values, history first.
    let xs: [Double]
    var svg = SVGWriter()

    init(model: PlotModel, width: Double, height: Double) {
        self.model = model
        self.width = width
        self.height = height
        let values = model.valueRange()
        legend = PlotLegend(model, width: width - 32)
        // A row above the plot area is for notes.
        let hasNotes = model.horizon > 0 || model.anomalies.contains { !$0.label.isEmpty }
        let top = 72 + legend.height + (hasNotes ? 12 : 0)
        let bottom = height - (model.hasTimes ? 42 : 30)
        ticks = ValueTicks(in: values, target: Int(max(2, min(6, (bottom - top) / 50))))
        let labels = ticks.labels.map { DisplayText.pixels($0, fontSize: PlotStyle.tickSize) }
        let names = model.heat.map { DisplayText.pixels($0.name, fontSize: PlotStyle.tickSize) + 8 }
        let left = 24 + max((labels.max() ?? 20) + (model.unit == nil ? 0 : 18), names.max() ?? 0)
        let positions = model.positions()
        frame = PlotFrame(
            left: left.rounded(), top: top, width: (width - 20 - left).rounded(), height: bottom - top,
            positions: (positions.first ?? 0)...(positions.last ?? 1), values: values)
        xs = positions.map(frame.x)
    }

    mutating func document(withRoomBelow room: Double) -> String {
        let title = DisplayText.clean(model.title)
        let whole = height + room
        let root = [
            ("xmlns", "http://www.w3.org/2000/svg"), ("class", "bellwether-plot"), ("width", width.svg),
            ("height", whole.svg), ("viewBox", "0 0 \(width.svg) \(whole.svg)"), ("role", "img"),
            ("aria-label", title),
        ]
        svg.begin("svg", root)
        svg.element("title", text: title)
        svg.element("desc", text: model.summary)
        svg.style(PlotStyle.css + (model.heat.isEmpty ? "" : "\n" + PlotStyle.heatCSS))
        drawPaper(title, height: whole)
        drawValueAxis()
        drawPositionAxis()
        drawPlotArea()
        drawNotes()
        drawHeat(from: height)
        legend.draw(into: &svg, left: 16, top: 44)
        svg.end("svg")
        return svg.document
    }

    private mutating func drawPaper(_ title: String, height: Double) {
        svg.empty("rect", [("class", "paper"), ("width", width.svg), ("height", height.svg), ("rx", "6")])
        let fitted = DisplayText.fitted(title, pixels: width - 32, fontSize: PlotStyle.titleSize * 1.04)
        svg.element("text", [("class", "title"), ("x", "16"), ("y", "28")], text: fitted)
    }

    private mutating func drawPlotArea() {
        let area = [
            ("x", frame.left.svg), ("y", frame.top.svg), ("width", frame.width.svg),
            // A line that lies on the axis is not cut in half.
            ("height", (frame.height + 3).svg), ("overflow", "hidden"),
        ]
        svg.begin("svg", area)
        drawStrips()
        drawBands()
        drawLines()
        drawDots()
        svg.end("svg")
    }
}
