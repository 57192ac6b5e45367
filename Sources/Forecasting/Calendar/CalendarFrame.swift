public import TimeSeries

/// A series as methods are to see it: on the clocks of its zone and without the effects of its calendar; and the way
/// back to the series as it is.
///
/// *Outer* steps and values are those of the series, *inner* ones those that a method learns from. Without a change of
/// clocks and without a window of the calendar there is no frame, and nothing is computed otherwise than without one.
public struct CalendarFrame: Sendable {
    /// How many steps the series has.
    public let count: Int
    /// The series as methods see it.
    public let history: Series
    /// The slot of each step of the series; steps themselves where clocks do not change.
    public let slots: [Int]
    /// The values without the effects of the calendar, one a step of the series.
    public let values: [Double]

    private let civil: CivilSteps?
    private let adjustment: CalendarAdjustment
    private let isNonNegative: Bool

    /// The frame of a series and of the steps after it; `nil` where nothing changes.
    ///
    /// - Parameters:
    ///   - series: A series without a grid has no frame.
    ///   - horizon: How many steps after the last are asked about, at least 0.
    public init?(_ series: Series, calendar: EventCalendar, horizon: Int) {
        guard let grid = series.grid else { return nil }
        count = series.values.count
        civil = CivilSteps(grid, count: count + horizon)
        adjustment = CalendarAdjustment(series, calendar: calendar, horizon: horizon)
        guard civil != nil || !adjustment.isEmpty else { return nil }
        values = adjustment.adjusted(series.values)
        slots = civil?.slots(count) ?? Array(0..<count)
        history = Series(
            values: civil == nil ? values : CivilSteps.laidOut(values, on: slots), grid: civil?.grid ?? grid)
        isNonNegative = series.values.allSatisfy { !($0 < 0) }
    }

    /// How many inner steps the next `steps` outer ones reach over; at least 1.
    public func innerSteps(_ steps: Int) -> Int {
        guard let civil else { return steps }
        let last = (0..<steps).map { civil.slot(of: count + $0) }.max() ?? 0
        return max(last - history.values.count + 1, 1)
    }

    /// What values of outer steps in the history are, given what they are without the calendar.
    public func restored(_ values: [Double]) -> [Double] {
        values.indices.map { adjustment.restored(values[$0], at: $0) }
    }

    /// The inner history of the first outer steps.
    public func laidOut(steps: Int) -> [Double] {
        civil == nil
            ? Array(values[..<steps])
            : CivilSteps.laidOut(Array(values[..<steps]), on: Array(slots[..<steps]))
    }

    /// Outer values of the next `steps`, from inner ones.
    func outer(_ inner: [Double], steps: Int) -> [Double] {
        (0..<steps).map { step in
            let value = place(of: step).map { inner[$0] } ?? reading(of: step) ?? inner[0]
            return possible(adjustment.restored(value, at: count + step))
        }
    }

    /// An outer forecast of the next `steps`, from an inner one.
    func outer(_ inner: Forecast, steps: Int) -> Forecast {
        var outer = Forecast(
            mean: [], intervals: inner.intervals.map { .init(level: $0.level, lower: [], upper: []) })
        for step in 0..<steps {
            let place = place(of: step)
            // Clocks that were set back show a reading again that has a value: it is the best guess.
            let known = place == nil ? reading(of: step) : nil
            let shift = known.map { $0 - inner.mean[0] } ?? 0
            func restored(_ value: Double) -> Double {
                possible(adjustment.restored(value + shift, at: count + step))
            }
            outer.mean.append(restored(inner.mean[place ?? 0]))
            for level in inner.intervals.indices {
                outer.intervals[level].lower.append(restored(inner.intervals[level].lower[place ?? 0]))
                outer.intervals[level].upper.append(restored(inner.intervals[level].upper[place ?? 0]))
            }
        }
        return outer
    }

    /// The inner step ahead that an outer one is; `nil` where its reading of the clock lies in the history.
    private func place(of step: Int) -> Int? {
        guard let civil else { return step }
        let place = civil.slot(of: count + step) - history.values.count
        return place >= 0 ? place : nil
    }

    /// The value at the reading of the clock of a step ahead, if the history has one.
    private func reading(of step: Int) -> Double? {
        guard let civil else { return nil }
        let slot = civil.slot(of: count + step)
        guard history.values.indices.contains(slot), history.values[slot].isFinite else { return nil }
        return history.values[slot]
    }

    private func possible(_ value: Double) -> Double { isNonNegative ? max(value, 0) : value }
}
