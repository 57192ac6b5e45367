/// The plot area inside a picture, and how positions and values map to its pixels.
struct PlotFrame {
    /// Distance of the plot area from the left edge of the picture.
    let left: Double
    /// Distance of the plot area from the top of the picture.
    let top: Double
    let width: Double
    let height: Double
    let positions: ClosedRange<Double>
    let values: ClosedRange<Double>

    /// Room at either side of the plot area, so that dots at its ends stay whole.
    private static let inset = 6.0

    /// The distance of a position from the left edge of the plot area.
    func x(_ position: Double) -> Double {
        let span = positions.upperBound - positions.lowerBound
        guard span > 0 else { return width / 2 }
        return Self.inset + (position - positions.lowerBound) / span * (width - 2 * Self.inset)
    }

    /// The distance of a value from the top of the plot area; `nan` for what is not finite.
    /// Values far outside are moved closer, so that coordinates stay short.
    func y(_ value: Double) -> Double {
        guard value.isFinite else { return .nan }
        let span = values.upperBound - values.lowerBound
        let share = (min(max(value, -1e307), 1e307) - values.lowerBound) / span
        return height * (1 - min(max(share, -1), 2))
    }
}
