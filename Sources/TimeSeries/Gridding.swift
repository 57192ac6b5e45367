/// Observations on a regular grid: the series that models learn from, and where each row went.
///
/// - A step that no row belongs to is `nan`; one warning `gaps` counts them.
/// - A row between steps goes to the nearest one.
/// - Where two rows would share a step, rows lie too unevenly, or one far time would make more than
///   10 × rows + 1000 steps, only the order counts: each row is a step of its own, with the warning
///   `irregular_timestamps`.
/// - One or two rows have no step unless it is given: `unknown_step`.
public struct Gridding: Sendable {
    /// The values by step. In a series of which only the order counts, the grid has the median step and
    /// ends at the last row, so that it gives the times of a forecast, but not those of the rows.
    public let series: Series
    /// What the owner of the data should know.
    public let warnings: [Warning]
    /// Whether each row is a step of its own because the times do not fit a grid.
    public let isOrderOnly: Bool
    /// The step of each row; `nil` when that is the row itself.
    private let slots: [Int]?

    /// Puts observations on a grid.
    ///
    /// - Parameters:
    ///   - step: The step if it is known; else it is told from the times.
    ///   - zone: Where civil days and months begin.
    /// - Complexity: O(*n* log *n*) in the number of rows.
    public init(_ observations: Observations, step: Step? = nil, zone: TimeZone = .utc) {
        guard let timestamps = observations.timestamps, let first = timestamps.first else {
            self.init(inOrder: observations, grid: nil, warnings: [])
            return
        }
        if let step {
            do {
                self.init(observations, fit: try GridFit(timestamps, step: step, zone: zone))
            } catch {
                self.init(
                    inOrder: observations, grid: Self.grid(endingAt: timestamps, step: step, zone: zone),
                    warnings: [Self.irregular(error, step: step, rows: timestamps.count)])
            }
        } else if let fit = StepInference.fit(timestamps, zone: zone) {
            self.init(observations, fit: fit)
        } else if timestamps.count < StepInference.fewestRows {
            let detail = "the step cannot be told from \(timestamps.count) rows, the first at \(first)"
            self.init(inOrder: observations, grid: nil, warnings: [Warning(.unknownStep, detail)])
        } else {
            let step = Self.medianStep(timestamps, zone: zone)
            var misfit = GridFit.Misfit.uneven
            do { _ = try GridFit(timestamps, step: step, zone: zone) } catch { misfit = error }
            self.init(
                inOrder: observations, grid: Self.grid(endingAt: timestamps, step: step, zone: zone),
                warnings: [Self.irregular(misfit, step: step, rows: timestamps.count)])
        }
    }

    /// The step of a row, both counted from 0.
    public func slot(ofRow row: Int) -> Int {
        slots?[row] ?? row
    }

    private init(_ observations: Observations, fit: GridFit) {
        let rows = observations.values.count
        var values = observations.values
        if fit.count > rows {
            values = [Double](repeating: .nan, count: fit.count)
            for (row, slot) in fit.slots.enumerated() { values[slot] = observations.values[row] }
        }
        let gaps = fit.count - rows
        series = Series(values: values, grid: fit.grid)
        slots = gaps > 0 ? fit.slots : nil
        isOrderOnly = false
        warnings =
            gaps > 0
            ? [Warning(.gaps, "\(gaps) of \(fit.count) steps of \(fit.grid.step) have no row")] : []
    }

    private init(inOrder observations: Observations, grid: TimeGrid?, warnings: [Warning]) {
        series = Series(values: observations.values, grid: grid)
        slots = nil
        isOrderOnly = !warnings.isEmpty
        self.warnings = warnings
    }

    /// A grid whose step `count - 1` is at the last row; `nil` when it would begin before the year 0001.
    private static func grid(endingAt timestamps: [Timestamp], step: Step, zone: TimeZone) -> TimeGrid? {
        guard let last = timestamps.last else { return nil }
        let grid = TimeGrid(origin: last, step: step, zone: zone) + (1 - timestamps.count)
        return grid.time(at: timestamps.count - 1) == last ? grid : nil
    }

    /// The median of the distances between rows; of two in the middle the shorter.
    private static func medianStep(_ timestamps: [Timestamp], zone: TimeZone) -> Step {
        let distances = zip(timestamps.dropFirst(), timestamps).map { $0.milliseconds(since: $1) }.sorted()
        return .fixed(milliseconds: distances[(distances.count - 1) / 2], in: zone)
    }

    private static func irregular(_ misfit: GridFit.Misfit, step: Step, rows: Int) -> Warning {
        let reason =
            switch misfit {
            case .tooManySteps(let count): "\(rows) rows lie on \(count) steps of \(step)"
            case .collision: "two rows belong to one step of \(step)"
            case .uneven: "the rows lie unevenly on steps of \(step)"
            }
        return Warning(.irregularTimestamps, reason + "; values count in the order of their rows")
    }
}
