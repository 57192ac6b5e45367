extension SVGDrawing {
    private static let noteSize = 11.0

    /// Writes short labels above the plot area: first the line between history and forecast, then the
    /// anomalies for which there is room. All labels remain as tooltips of their strips.
    mutating func drawNotes() {
        var taken: [ClosedRange<Double>] = []
        if model.horizon > 0, !model.observed.isEmpty {
            drawNote(DisplayText.clean(model.boundaryLabel), at: nowX, kind: "context", &taken)
        }
        for strip in strips() {
            let label = DisplayText.fitted(strip.label, pixels: 190, fontSize: Self.noteSize)
            drawNote(label, at: (strip.left + strip.right) / 2, kind: "note", &taken)
        }
    }

    private mutating func drawNote(
        _ text: String, at x: Double, kind: String, _ taken: inout [ClosedRange<Double>]
    ) {
        let half = DisplayText.pixels(text, fontSize: Self.noteSize) / 2
        guard !text.isEmpty, 2 * half < frame.width else { return }
        let centre = min(max(frame.left + x, frame.left + half), width - 8 - half)
        let room = (centre - half - 6)...(centre + half + 6)
        guard !taken.contains(where: { $0.overlaps(room) }) else { return }
        taken.append(room)
        let attributes = [
            ("class", kind), ("x", centre.svg), ("y", (frame.top - 6).svg), ("text-anchor", "middle"),
        ]
        svg.element("text", attributes, text: text)
    }
}
