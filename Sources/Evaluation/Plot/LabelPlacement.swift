/// A rectangle in pixels, y downwards.
struct LabelBox: Equatable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    /// Whether two rectangles share a point.
    func meets(_ other: LabelBox) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    /// Whether another one lies inside.
    func holds(_ other: LabelBox) -> Bool {
        left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
    }

    /// The point of the rectangle that is nearest to another.
    func nearest(to point: PlotVertex) -> PlotVertex {
        PlotVertex(x: min(max(point.x, left), right), y: min(max(point.y, top), bottom))
    }

    /// How far a point is from the rectangle; 0 inside.
    func distance(from point: PlotVertex) -> Double {
        let end = nearest(to: point)
        let (dx, dy) = (end.x - point.x, end.y - point.y)
        return (dx * dx + dy * dy).squareRoot()
    }
}

/// Finds places for labels beside their points, none over another label or over a point.
///
/// Greedy, in the order given: each label takes the nearest free place out of a widening ring of candidates,
/// right of its point before left, above, below and across. The same points give the same places.
struct LabelPlacement {
    /// Where labels may be.
    let area: LabelBox
    /// How much room a point takes around its centre.
    let radius: Double

    /// The height of a line of text.
    static let height = 15.0
    /// Room between two labels.
    private static let gap = 1.5
    /// The rings of candidates go on until even a crowd finds room.
    private static let rings = 90
    private static let ringWidth = 7.0

    /// One box a point, of the width of its text.
    ///
    /// A label for which there is no room at all stays right of its point.
    func place(_ points: [PlotVertex], widths: [Double]) -> [LabelBox] {
        let dots = points.map {
            LabelBox(left: $0.x - radius, top: $0.y - radius, right: $0.x + radius, bottom: $0.y + radius)
        }
        var taken: [LabelBox] = []
        for (point, width) in zip(points, widths) {
            let candidates = (0..<Self.rings).lazy.flatMap { ring in
                self.candidates(point, width: width, away: Double(ring) * Self.ringWidth)
            }
            let free = candidates.first { box in
                area.holds(box) && !dots.contains(where: box.meets) && !taken.contains(where: box.meets)
            }
            taken.append(free ?? box(point, width: width, dx: 1, dy: 0, away: 0))
        }
        return taken
    }

    private func candidates(_ point: PlotVertex, width: Double, away: Double) -> [LabelBox] {
        let sides: [(Double, Double)] = [
            (1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1), (1, -0.5), (1, 0.5),
            (-1, -0.5), (-1, 0.5),
        ]
        return sides.map { box(point, width: width, dx: $0.0, dy: $0.1, away: away) }
    }

    /// The box on one side of a point; `dx` and `dy` in −1 … 1 say which.
    private func box(_ point: PlotVertex, width: Double, dx: Double, dy: Double, away: Double) -> LabelBox {
        let reach = radius + 2 + away
        let half = (width + 2 * Self.gap) / 2
        let x = point.x + dx * (reach + half)
        let y = point.y + dy * (reach + Self.height / 2)
        return LabelBox(
            left: x - half, top: y - Self.height / 2, right: x + half, bottom: y + Self.height / 2)
    }
}
