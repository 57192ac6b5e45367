extension SVGDrawing {
    mutating func drawValueAxis() {
        let right = frame.left + frame.width
        for (value, label) in zip(ticks.values, ticks.labels) {
            let y = (frame.top + frame.y(value)).rounded()
            svg.empty("path", [("class", "grid"), ("d", "M\(frame.left.svg) \(y.svg)H\(right.svg)")])
            svg.element(
                "text", [("x", (frame.left - 8).svg), ("y", (y + 4).svg), ("text-anchor", "end")], text: label
            )
        }
        guard let unit = model.unit else { return }
        let middle = frame.top + frame.height / 2
        let text = DisplayText.fitted(unit, pixels: frame.height, fontSize: PlotStyle.tickSize)
        let turn = "rotate(-90 18 \(middle.svg))"
        svg.element(
            "text", [("x", "18"), ("y", (middle + 4).svg), ("text-anchor", "middle"), ("transform", turn)],
            text: text)
    }

    mutating func drawPositionAxis() {
        let bottom = frame.top + frame.height
        let base = "M\(frame.left.svg) \(bottom.svg)h\(frame.width.svg)"
        svg.empty("path", [("class", "axis"), ("d", base)])
        var free = -Double.infinity
        var contextFree = -Double.infinity
        var context = ""
        for tick in positionTicks() {
            let x = (frame.left + frame.x(tick.position)).rounded()
            let mark = "M\(x.svg) \(bottom.svg)v4"
            svg.empty("path", [("class", "grid"), ("d", "M\(x.svg) \(frame.top.svg)V\(bottom.svg)")])
            svg.empty("path", [("class", "axis"), ("d", mark)])
            if let end = drawLabel(tick.label, at: x, y: bottom + 18, after: free, kind: "tick") {
                free = end
            }
            if tick.context != context,
                let end = drawLabel(tick.context, at: x, y: bottom + 34, after: contextFree, kind: "context")
            {
                context = tick.context
                contextFree = end
            }
        }
    }

    /// Writes a label centred at `x` if it fits after the one before it; returns where the next may begin.
    private mutating func drawLabel(
        _ text: String, at x: Double, y: Double, after free: Double, kind: String
    ) -> Double? {
        let half = DisplayText.pixels(text, fontSize: PlotStyle.tickSize) / 2
        guard !text.isEmpty, 2 * half < width - 8 else { return nil }
        let centre = min(max(x, half + 4), width - 4 - half)
        guard centre - half >= free else { return nil }
        svg.element(
            "text", [("class", kind), ("x", centre.svg), ("y", y.svg), ("text-anchor", "middle")], text: text)
        return centre + half + 8
    }

    private func positionTicks() -> [(position: Double, label: String, context: String)] {
        let count = Int(max(2, frame.width / 95))
        switch model.axis {
        case .steps:
            let span = frame.positions.upperBound - frame.positions.lowerBound
            let step = max(1, ValueTicks.step(for: span, target: count))
            let first = Int((frame.positions.lowerBound / step).rounded(.up))
            let last = Int((frame.positions.upperBound / step).rounded(.down))
            guard !xs.isEmpty, first <= last else { return [] }
            return (first...last).map { (Double($0) * step, String($0 * Int(step)), "") }
        case .times(let times, let clock):
            guard let first = times.first, let last = times.last else { return [] }
            return TimeTicks(from: first, to: last, target: count, clock: clock).ticks
                .map { (Double($0.time), $0.label, $0.context) }
        }
    }
}
