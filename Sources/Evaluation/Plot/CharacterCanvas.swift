/// A grid of characters that lines are drawn on, each character divided into dots if the style allows.
struct CharacterCanvas {
    /// What a character shows; the larger one wins where several meet.
    private enum Layer: Int, Comparable {
        case nothing, band, boundary, history, forecast, anomaly

        static func < (a: Layer, b: Layer) -> Bool { a.rawValue < b.rawValue }

        var colour: String? {
            switch self {
            case .nothing: nil
            case .band: "\u{1B}[2;32m"
            case .boundary: "\u{1B}[2m"
            case .history: "\u{1B}[34m"
            case .forecast: "\u{1B}[32m"
            case .anomaly: "\u{1B}[1;31m"
            }
        }
    }

    private struct Cell {
        var layer = Layer.nothing
        /// The dots set, as the low byte of a braille pattern.
        var dots: UInt8 = 0
    }

    let columns: Int
    let rows: Int
    private let style: TerminalChart.Style
    private let values: ClosedRange<Double>
    /// Dots in a character, across and down.
    private let across: Int
    private let down: Int
    private var cells: [Cell]

    init(columns: Int, rows: Int, style: TerminalChart.Style, values: ClosedRange<Double>) {
        self.columns = columns
        self.rows = rows
        self.style = style
        self.values = values
        (across, down) = style == .braille ? (2, 4) : (1, 1)
        cells = Array(repeating: Cell(), count: columns * rows)
    }

    /// The row in which a value lies, 0 at the top.
    func row(_ value: Double) -> Int { height(value) / down }

    /// Draws all of a model, from back to front.
    mutating func draw(_ model: PlotModel) {
        let positions = model.positions()
        guard let first = positions.first, let last = positions.last else { return }
        let scale = last > first ? Double(columns * across - 1) / (last - first) : 0
        let xs = positions.map { Int((($0 - first) * scale).rounded()) }
        let count = model.observed.count
        if let forecast = model.forecast, model.horizon > 0 {
            let future = Array(xs[count...])
            if let band = model.sortedBands.first { fill(future, band) }
            if count > 0 { drawBoundary((xs[count - 1] + xs[count]) / 2 / across) }
            drawLine(future, forecast.mean, .forecast)
        }
        drawLine(Array(xs[..<count]), model.observed, .history)
        for index in model.anomalousIndices() {
            cells[row(model.observed[index]) * columns + xs[index] / across].layer = .anomaly
        }
    }

    /// One row as text, without blanks at its end.
    func line(_ row: Int, usesColour: Bool) -> String {
        var cells = self.cells[row * columns..<(row + 1) * columns]
        while let last = cells.last, last.layer == .nothing { cells.removeLast() }
        var text = ""
        var colour: String?
        for cell in cells {
            if usesColour, cell.layer.colour != colour {
                if colour != nil { text += "\u{1B}[0m" }
                colour = cell.layer.colour
                text += colour ?? ""
            }
            text.append(character(cell))
        }
        return colour == nil ? text : text + "\u{1B}[0m"
    }

    private func character(_ cell: Cell) -> Character {
        let isBraille = style == .braille
        return switch cell.layer {
        case .nothing: " "
        case .band: isBraille ? "░" : "."
        case .boundary: isBraille ? "│" : "|"
        case .history: isBraille ? Character(Unicode.Scalar(0x2800 + UInt16(cell.dots)) ?? " ") : "*"
        case .forecast: isBraille ? Character(Unicode.Scalar(0x2800 + UInt16(cell.dots)) ?? " ") : "o"
        case .anomaly: isBraille ? "×" : "!"
        }
    }

    /// Dots from the top of the canvas down to a value.
    private func height(_ value: Double) -> Int {
        let bounded = min(max(value, values.lowerBound), values.upperBound)
        let share = (values.upperBound - bounded) / (values.upperBound - values.lowerBound)
        return Int((share * Double(rows * down - 1)).rounded())
    }

    private mutating func drawBoundary(_ column: Int) {
        for row in 0..<rows { raise(row * columns + column, to: .boundary) }
    }

    /// Draws from value to neighbouring value; missing ones leave a gap.
    private mutating func drawLine(_ xs: [Int], _ values: [Double], _ layer: Layer) {
        var previous: (x: Int, y: Int)?
        for (x, value) in zip(xs, values) {
            guard value.isFinite else {
                previous = nil
                continue
            }
            let y = height(value)
            var from = previous?.y ?? y
            for column in min((previous?.x ?? x) + 1, x)...x {
                let start = previous ?? (x, y)
                let share = x == start.x ? 1 : Double(column - start.x) / Double(x - start.x)
                let to = start.y + Int((share * Double(y - start.y)).rounded())
                // A steep line fills its column up to the dot beside it, and no further.
                let near = from < to ? min(from + 1, to) : from > to ? max(from - 1, to) : to
                for dot in min(near, to)...max(near, to) { set(column, dot, layer) }
                from = to
            }
            previous = (x, y)
        }
    }

    private mutating func fill(_ xs: [Int], _ band: PlotBand) {
        for index in xs.indices {
            let before = index > 0 ? index - 1 : index
            let bounds = [band.lower[before], band.upper[before], band.lower[index], band.upper[index]]
            guard bounds.allSatisfy(\.isFinite) else { continue }
            for column in xs[before] / across...xs[index] / across {
                let width = Double(xs[index] - xs[before])
                let share = width == 0 ? 1 : min(max(Double(column * across - xs[before]) / width, 0), 1)
                let low = row(bounds[0] + share * (bounds[2] - bounds[0]))
                let high = row(bounds[1] + share * (bounds[3] - bounds[1]))
                for row in min(low, high)...max(low, high) { raise(row * columns + column, to: .band) }
            }
        }
    }

    private mutating func set(_ x: Int, _ y: Int, _ layer: Layer) {
        let cell = y / down * columns + x / across
        raise(cell, to: layer)
        // Dots 1 2 3 7 run down the left side of a braille pattern, 4 5 6 8 down the right one.
        let bit = y % 4 == 3 ? 6 + x % 2 : y % 4 + 3 * (x % 2)
        cells[cell].dots |= 1 << UInt8(bit)
    }

    private mutating func raise(_ cell: Int, to layer: Layer) {
        cells[cell].layer = max(cells[cell].layer, layer)
    }
}
