extension SVGDrawing {
    /// Most anomalies that get a strip and a tooltip of their own; beyond, neighbours share one.
    private static let mostStrips = 400

    mutating func drawStrips() {
        for strip in strips() {
            let attributes = [
                ("class", "strip"), ("x", strip.left.svg), ("width", (strip.right - strip.left).svg),
                ("y", "0"),
                ("height", frame.height.svg),
            ]
            if strip.label.isEmpty {
                svg.empty("rect", attributes)
            } else {
                svg.begin("rect", attributes)
                svg.element("title", text: strip.label)
                svg.end("rect")
            }
        }
    }

    /// Vertical strips of at least 3 pixels behind the anomalies; those that touch are one.
    func strips() -> [(left: Double, right: Double, label: String)] {
        var result: [(left: Double, right: Double, label: String)] = []
        let nearest = model.anomalies.count > Self.mostStrips ? frame.width / Double(Self.mostStrips) : 0
        for anomaly in model.anomalies.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            let left = xs[anomaly.range.lowerBound] - 2
            let right = xs[anomaly.range.upperBound] + 2
            let label = String(DisplayText.clean(anomaly.label).prefix(200))
            if let last = result.indices.last, left <= result[last].right + nearest {
                result[last].right = max(result[last].right, right)
                if result[last].label.isEmpty { result[last].label = label }
            } else {
                result.append((left, right, label))
            }
        }
        return result
    }

    mutating func drawBands() {
        let history = Array(xs.prefix(model.observed.count))
        if !model.lower.isEmpty {
            let outlines = Downsampling.outlines(
                x: history, first: model.upper.map(frame.y), second: model.lower.map(frame.y))
            svg.areas(outlines, [("class", "range")])
        }
        let future = Array(xs.dropFirst(model.observed.count))
        for band in model.sortedBands {
            let outlines = Downsampling.outlines(
                x: future, first: band.upper.map(frame.y), second: band.lower.map(frame.y))
            svg.areas(outlines, [("class", "band")])
        }
    }

    mutating func drawLines() {
        let count = model.observed.count
        let history = Array(xs.prefix(count))
        if !model.expected.isEmpty {
            let runs = Downsampling.runs(x: history, y: model.expected.map(frame.y))
            svg.lines(runs, style: "expected")
        }
        let runs = Downsampling.runs(x: history, y: model.observed.map(frame.y), kept: keptAnomalies())
        svg.lines(runs, style: "observed")
        guard let forecast = model.forecast, model.horizon > 0 else { return }
        if count > 0 {
            let x = nowX
            svg.empty("path", [("class", "now"), ("d", "M\(x.svg) 0V\(frame.height.svg)")])
        }
        var future = Array(xs.dropFirst(count))
        var means = forecast.mean.map(frame.y)
        if let last = model.observed.last, last.isFinite, let x = history.last {
            future.insert(x, at: 0)
            means.insert(frame.y(last), at: 0)
        }
        svg.lines(Downsampling.runs(x: future, y: means), style: "forecast")
    }

    /// The line between history and forecast, in pixels of the plot area.
    var nowX: Double {
        let count = model.observed.count
        return ((xs[count - 1] + xs[count]) / 2).rounded() + 0.5
    }

    mutating func drawDots() {
        let dots = oddVertices().map(SVGWriter.dot)
        if !dots.isEmpty { svg.empty("path", [("class", "odd"), ("d", dots.joined())]) }
    }

    /// Where the anomalous values lie; dots that would cover one another are drawn once.
    func oddVertices() -> [PlotVertex] {
        let indices = model.anomalousIndices()
        for grain in [0.2, 1, 2] {
            let dots = cells(indices, grain: grain)
            if dots.count <= 6000 { return dots }
        }
        return cells(indices, grain: 4)
    }

    private func cells(_ indices: [Int], grain: Double) -> [PlotVertex] {
        var seen: Set<SIMD2<Double>> = []
        return indices.compactMap { index in
            let vertex = PlotVertex(x: xs[index], y: frame.y(model.observed[index]))
            let cell = SIMD2((vertex.x / grain).rounded(), (vertex.y / grain).rounded())
            return seen.insert(cell).inserted ? vertex : nil
        }
    }

    /// Indices of anomalies that the line must pass through. With thousands of them their extremes suffice.
    private func keptAnomalies() -> [Int] {
        let indices = model.anomalousIndices()
        return indices.count <= 2000 ? indices : []
    }
}

extension PlotModel {
    /// Forecast bands, the widest first.
    var sortedBands: [PlotBand] { (forecast?.bands ?? []).sorted { $0.level > $1.level } }
}
