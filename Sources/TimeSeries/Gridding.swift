/// The points of one series laid on a regular grid, and the way back from each step to its row.
///
/// Where the times have no common step, or two of them fall into one, only their order counts: each row
/// is a step, and the median distance dates the forecast.
public struct Gridding: Sendable {
    /// The values on the grid; `nan` where a step has none.
    public let series: Series
    /// The step of each row, ascending; as many as there are rows.
    public let slots: [Int]
    /// The step that was given or found; `nil` without times, or with a single one.
    public let step: Step?
    /// What the caller should know.
    public let warnings: [SeriesWarning]

    private let timestamps: [Timestamp]?

    /// A grid may have so many steps for each row, and so many on top, before it is given up.
    private static let mostStepsPerRow = 10
    private static let mostExtraSteps = 1_000

    /// Lays points on a grid.
    ///
    /// - Parameters:
    ///   - observations: Times must ascend strictly; `nan` marks a missing value.
    ///   - step: The step, if it is known.
    ///   - zone: Where civil days and months begin.
    /// - Throws: ``SeriesError``.
    public init(_ observations: Observations, step given: Step?, zone: TimeZone) throws(SeriesError) {
        let values = observations.values
        guard !values.isEmpty else { throw .empty }
        if let index = values.firstIndex(where: \.isInfinite) { throw .infinite(index: index) }
        guard let times = observations.timestamps else {
            self.init(order: values, step: nil, grid: nil, timestamps: nil, warnings: [])
            return
        }
        for index in times.indices.dropFirst() where times[index] <= times[index - 1] {
            throw times[index] == times[index - 1] ? .duplicate(index: index) : .unsorted(index: index)
        }
        guard let step = given ?? StepFinder.step(of: times, zone: zone) else {
            let median = Self.medianStep(of: times)
            let grid = median.map { Self.grid(endingAt: times[times.count - 1], count: times.count, step: $0) }
            let warnings = times.count > 1 ? [Self.irregular("the times have no common step")] : []
            self.init(order: values, step: median, grid: grid, timestamps: times, warnings: warnings)
            return
        }
        // Month ends: the 31st that short months do not have is still the day meant.
        let day = times.reduce(0) { max($0, zone.civil(at: $1).date.day) }
        let grid: TimeGrid
        if case .months = step {
            grid = TimeGrid(origin: times[0], step: step, zone: zone, dayOfMonth: day)
        } else {
            grid = TimeGrid(origin: times[0], step: step, zone: zone)
        }
        let slots = times.map { grid.index(of: $0).index }
        let count = (slots.last ?? 0) + 1
        let collides = zip(slots, slots.dropFirst()).contains { $0 >= $1 }
        let isSparse = count > Self.mostStepsPerRow * values.count + Self.mostExtraSteps
        guard !collides, !isSparse else {
            let reason = collides ? "two values fall into one step of \(step)" : "most steps of \(step) are empty"
            let ordered = Self.grid(endingAt: times[times.count - 1], count: times.count, step: step)
            self.init(
                order: values, step: step, grid: ordered, timestamps: times, warnings: [Self.irregular(reason)])
            return
        }
        var laid = [Double](repeating: .nan, count: count)
        for (slot, value) in zip(slots, values) { laid[slot] = value }
        let empty = count - values.count
        let gaps = SeriesWarning(code: .gaps, detail: "\(empty) of \(count) steps have no value")
        self.init(
            series: Series(values: laid, grid: grid), slots: slots, step: step, timestamps: times,
            warnings: empty > 0 ? [gaps] : [])
    }

    /// Every row is a step.
    private init(
        order values: [Double], step: Step?, grid: TimeGrid?, timestamps: [Timestamp]?,
        warnings: [SeriesWarning]
    ) {
        self.init(
            series: Series(values: values, grid: grid), slots: Array(values.indices), step: step,
            timestamps: timestamps, warnings: warnings)
    }

    private init(
        series: Series, slots: [Int], step: Step?, timestamps: [Timestamp]?, warnings: [SeriesWarning]
    ) {
        self.series = series
        self.slots = slots
        self.step = step
        self.timestamps = timestamps
        self.warnings = warnings
    }

    /// When a row was, as it was given.
    public func time(ofRow row: Int) -> StepTime {
        timestamps.map { .moment($0[row]) } ?? .index(row)
    }

    /// When a step is; steps may lie past the last value.
    public func time(ofStep step: Int) -> StepTime {
        series.grid.map { .moment($0.time(at: step)) } ?? .index(step)
    }

    private static func irregular(_ reason: String) -> SeriesWarning {
        SeriesWarning(code: .irregularTimestamps, detail: reason + "; only the order of the values was used")
    }

    /// A grid whose step `count - 1` is the last time.
    private static func grid(endingAt last: Timestamp, count: Int, step: Step) -> TimeGrid {
        let anchor = TimeGrid(origin: last, step: step)
        return TimeGrid(origin: anchor.time(at: -(count - 1)), step: step)
    }

    private static func medianStep(of times: [Timestamp]) -> Step? {
        guard times.count >= 2 else { return nil }
        let distances = zip(times.dropFirst(), times).map { $0.milliseconds - $1.milliseconds }.sorted()
        return .fixed(milliseconds: distances[distances.count / 2])
    }
}

/// When a step is: a moment, or a number where only the order is known.
public enum StepTime: Sendable, Equatable {
    /// Counted from the first value, which is 0.
    case index(Int)
    /// A moment.
    case moment(Timestamp)
}
