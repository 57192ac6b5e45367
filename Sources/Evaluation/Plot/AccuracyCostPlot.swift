internal import Glibc

/// Methods by what they cost and how much they err, or find: the lower left corner is where one wants to be, or the
/// upper left one.
public struct AccuracyCostPlot: Sendable {
    /// One method.
    public struct Point: Sendable, Equatable {
        /// What the label says.
        public let name: String
        /// The cost, in the unit of ``AccuracyCostPlot/costName``; above 0.
        public let cost: Double
        /// The error, or the accuracy where ``AccuracyCostPlot/errorName`` says that more is better; finite.
        public let error: Double
        /// Whether it is drawn as one measured elsewhere.
        public let isPeer: Bool

        /// A method with its cost and error.
        public init(name: String, cost: Double, error: Double, isPeer: Bool) {
            precondition(cost > 0 && error.isFinite, "\(name): a cost of \(cost), \(error)")
            self.name = name
            self.cost = cost
            self.error = error
            self.isPeer = isPeer
        }
    }

    /// What is shown, above the picture.
    public var title: String
    /// What should be known of it, below the title.
    public var note: String
    /// What the error axis counts.
    public var errorName: String
    /// What the cost axis counts.
    public var costName: String
    /// The methods.
    public var points: [Point]

    /// A picture of some methods.
    public init(
        title: String, note: String, errorName: String,
        costName: String = "CPU milliseconds a series, fit and forecast with intervals", points: [Point]
    ) {
        self.title = title
        self.note = note
        self.errorName = errorName
        self.costName = costName
        self.points = points
    }

    /// An SVG document that needs nothing beside it and follows the reader's light or dark scheme; labels do
    /// not cover each other or a point. Pure: the same points give the same text.
    ///
    /// A method that errs half as much again as the middle one, or more, is drawn at the upper edge, with its
    /// error in its label, so that the others keep their distance.
    ///
    /// - Parameters:
    ///   - width: In pixels, at least 320.
    ///   - height: In pixels, at least 240.
    public func document(width: Int = 960, height: Int = 560) -> String {
        precondition(width >= 320 && height >= 240, "\(width) by \(height) pixels is too small")
        var drawing = AccuracyCostDrawing(plot: self, width: Double(width), height: Double(height))
        return drawing.document()
    }

    /// The greatest error that the axis shows.
    var highestError: Double {
        let errors = points.map(\.error).sorted()
        guard let highest = errors.last else { return 1 }
        return min(highest, max(Self.usefulError, Self.mostOfMedian * errors[errors.count / 2]))
    }

    /// An axis up to the benchmark, whose error is 1, and a little beyond is always shown.
    private static let usefulError = 1.2
    /// What errs more than the median by this factor is an outlier.
    private static let mostOfMedian = 1.5
}

/// The parts of one picture.
private struct AccuracyCostDrawing {
    let plot: AccuracyCostPlot
    let width: Double
    let height: Double
    let frame: PlotFrame
    let ticks: ValueTicks
    var svg = SVGWriter()

    /// The radius of a dot in pixels.
    private static let radius = 5.0

    init(plot: AccuracyCostPlot, width: Double, height: Double) {
        (self.plot, self.width, self.height) = (plot, width, height)
        let high = plot.highestError
        let low = plot.points.map(\.error).min() ?? 0
        let margin = max((high - low) * 0.08, 0.02)
        let powers = plot.points.map { log10($0.cost) }
        let cheapest = (powers.min() ?? 0) - 0.15
        let dearest = max((powers.max() ?? 1) + 0.3, cheapest + 1)
        frame = PlotFrame(
            left: 64, top: 84, width: width - 84, height: height - 84 - 52, positions: cheapest...dearest,
            values: (low - margin)...(high + margin))
        ticks = ValueTicks(in: frame.values, target: Int(max(3, frame.height / 55)))
    }

    mutating func document() -> String {
        let title = DisplayText.clean(plot.title)
        let root = [
            ("xmlns", "http://www.w3.org/2000/svg"), ("class", "bellwether-plot"), ("width", width.svg),
            ("height", height.svg), ("viewBox", "0 0 \(width.svg) \(height.svg)"), ("role", "img"),
            ("aria-label", title),
        ]
        svg.begin("svg", root)
        svg.element("title", text: title)
        svg.style(PlotStyle.css + "\n" + Self.css)
        svg.empty("rect", [("class", "paper"), ("width", width.svg), ("height", height.svg), ("rx", "6")])
        let fitted = DisplayText.fitted(title, pixels: width - 32, fontSize: PlotStyle.titleSize * 1.04)
        svg.element("text", [("class", "title"), ("x", "16"), ("y", "28")], text: fitted)
        let note = DisplayText.fitted(plot.note, pixels: width - 32, fontSize: 11)
        svg.element("text", [("class", "context"), ("x", "16"), ("y", "48")], text: note)
        drawKey()
        drawErrorAxis()
        drawCostAxis()
        drawPoints()
        svg.end("svg")
        return svg.document
    }

    private static let css = """
        .bellwether-plot .own{fill:#0072b2;stroke:#fff;stroke-width:1}
        .bellwether-plot .peer{fill:#fff;stroke:#d55e00;stroke-width:1.8}
        .bellwether-plot .lead{stroke:#9ca3af;stroke-width:.8;fill:none}
        .bellwether-plot .ownname{fill:#005a8c;font-weight:600}
        .bellwether-plot .peername{fill:#b04a00}
        @media (prefers-color-scheme:dark){
        .bellwether-plot .own{fill:#56b4e9;stroke:#111827}
        .bellwether-plot .peer{fill:#111827;stroke:#ff9f5a}
        .bellwether-plot .ownname{fill:#8ecbf0}
        .bellwether-plot .peername{fill:#ff9f5a}
        }
        """

    private mutating func drawKey() {
        var x = 22.0
        for (kind, text) in [("own", "Bellwether and benchmarks"), ("peer", "peers, measured elsewhere")]
        where plot.points.contains(where: { $0.isPeer == (kind == "peer") }) {
            svg.empty("circle", [("class", kind), ("cx", x.svg), ("cy", "64"), ("r", Self.radius.svg)])
            svg.element("text", [("class", "legend"), ("x", (x + 11).svg), ("y", "68")], text: text)
            x += 35 + DisplayText.pixels(text, fontSize: PlotStyle.legendSize)
        }
    }

    private mutating func drawErrorAxis() {
        let right = frame.left + frame.width
        for (value, label) in zip(ticks.values, ticks.labels) {
            let y = (frame.top + frame.y(value)).rounded()
            svg.empty("path", [("class", "grid"), ("d", "M\(frame.left.svg) \(y.svg)H\(right.svg)")])
            svg.element(
                "text", [("x", (frame.left - 8).svg), ("y", (y + 4).svg), ("text-anchor", "end")], text: label
            )
        }
        let middle = frame.top + frame.height / 2
        let name = DisplayText.fitted(plot.errorName, pixels: frame.height, fontSize: PlotStyle.tickSize)
        let turn = "rotate(-90 18 \(middle.svg))"
        svg.element(
            "text", [("x", "18"), ("y", (middle + 4).svg), ("text-anchor", "middle"), ("transform", turn)],
            text: name)
    }

    private mutating func drawCostAxis() {
        let bottom = frame.top + frame.height
        svg.empty(
            "path", [("class", "axis"), ("d", "M\(frame.left.svg) \(bottom.svg)h\(frame.width.svg)")])
        let first = Int(frame.positions.lowerBound.rounded(.up))
        let last = Int(frame.positions.upperBound.rounded(.down))
        for power in first...max(first, last) {
            let x = (frame.left + frame.x(Double(power))).rounded()
            svg.empty(
                "path", [("class", "grid"), ("d", "M\(x.svg) \(frame.top.svg)V\(bottom.svg)")])
            svg.element(
                "text", [("x", x.svg), ("y", (bottom + 18).svg), ("text-anchor", "middle")],
                text: DecimalText.short(pow(10, Double(power))))
        }
        svg.element(
            "text",
            [("x", (frame.left + frame.width / 2).svg), ("y", (bottom + 38).svg), ("text-anchor", "middle")],
            text: plot.costName)
    }

    private mutating func drawPoints() {
        let high = plot.highestError
        let places = plot.points.map { point in
            PlotVertex(
                x: frame.left + frame.x(log10(point.cost)),
                y: frame.top + frame.y(min(point.error, high)))
        }
        let names = plot.points.map { point in
            point.error > high ? "\(point.name) ↑ \(DecimalText.fixed(point.error, decimals: 2))" : point.name
        }
        let area = LabelBox(
            left: frame.left + 2, top: frame.top - 12, right: width - 8, bottom: frame.top + frame.height - 2)
        let boxes = LabelPlacement(area: area, radius: Self.radius + 2).place(
            places, widths: names.map { DisplayText.pixels($0, fontSize: PlotStyle.tickSize) })
        for (place, box) in zip(places, boxes) where box.distance(from: place) > 2 * Self.radius + 2 {
            let end = box.nearest(to: place)
            svg.empty(
                "path",
                [("class", "lead"), ("d", "M\(place.x.svg) \(place.y.svg)L\(end.x.svg) \(end.y.svg)")])
        }
        for (point, place) in zip(plot.points, places) {
            svg.empty(
                "circle",
                [
                    ("class", point.isPeer ? "peer" : "own"), ("cx", place.x.svg), ("cy", place.y.svg),
                    ("r", Self.radius.svg),
                ])
        }
        for (index, box) in boxes.enumerated() {
            let kind = plot.points[index].isPeer ? "peername" : "ownname"
            svg.element(
                "text",
                [
                    ("class", kind), ("x", ((box.left + box.right) / 2).svg), ("y", (box.bottom - 3).svg),
                    ("text-anchor", "middle"),
                ], text: names[index])
        }
    }
}
