/// The values of one metric on a regular grid: what models learn from.
///
/// Shape: `values[i]` belongs to step `i` of `grid`. Unit: that of the metric.
/// Missing values: `nan`. A series without a grid counts its steps from 0.
public struct Series: Sendable {
    /// Oldest value first; `nan` marks a missing step.
    public var values: [Double]
    /// Where the steps lie in time; `nil` when only their order is known.
    public var grid: TimeGrid?

    /// A series of values, oldest first, on a grid or counted from 0.
    public init(values: [Double], grid: TimeGrid? = nil) {
        self.values = values
        self.grid = grid
    }

    /// The first `count` steps, on the same grid.
    public func prefix(_ count: Int) -> Series {
        Series(values: Array(values.prefix(count)), grid: grid)
    }
}
