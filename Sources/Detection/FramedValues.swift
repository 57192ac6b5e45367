import Forecasting
import TimeSeries

/// The values of a series as detection judges them: without the effects of its calendar, and with the slot of each on
/// the clocks of its zone.
struct FramedValues {
    /// The values as they are; words are about them.
    let told: [Double]
    /// The values as they are judged, one a step.
    let values: [Double]
    /// The slot of each value; ascending, but for readings that clocks show twice.
    let slots: [Int]
    /// What a method learns from: one value a slot.
    let history: Series
    private let frame: CalendarFrame?

    init(_ series: Series, _ frame: CalendarFrame?) {
        told = series.values
        self.frame = frame
        values = frame?.values ?? series.values
        slots = frame?.slots ?? Array(series.values.indices)
        history = frame?.history ?? series
    }

    /// The values of the slots of the first steps; of two in one slot their mean.
    func known(steps: Int) -> [Double] {
        frame?.laidOut(steps: steps) ?? Array(values[..<steps])
    }

    /// Puts expectations and bounds back into the unit of the series.
    func restore(_ scores: inout Scores) {
        guard let frame else { return }
        scores.expected = frame.restored(scores.expected)
        scores.lower = frame.restored(scores.lower)
        scores.upper = frame.restored(scores.upper)
    }
}
