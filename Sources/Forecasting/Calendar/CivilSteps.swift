public import TimeSeries

/// Where the steps of a series lie on the clocks of its zone, when these change in its time.
///
/// A *slot* is a reading of the clock. The hour that clocks skip is a slot without a step, and the one that they
/// show twice is a slot of two steps, so that a day always has as many slots and a season as well.
public struct CivilSteps: Sendable {
    /// Steps from `first` on lie `shift` slots behind their number.
    private struct Stretch: Sendable {
        var first: Int
        var shift: Int
    }

    /// Ascending; the first begins at step 0 with shift 0.
    private let stretches: [Stretch]
    /// Slots as if clocks never changed: a grid of UTC that shows the civil time.
    let grid: TimeGrid

    /// The slots of `count` steps; `nil` where clocks do not change among them, or a slot would not be whole: then
    /// slots are steps.
    ///
    /// O(changes of clocks).
    public init?(_ grid: TimeGrid, count: Int) {
        guard case .fixed(let length) = grid.step, length < Step.millisecondsInDay,
            Step.millisecondsInDay % length == 0, !grid.zone.isUTC, count > 0
        else { return nil }
        let begin = grid.zone.offset(at: grid.origin)
        let end = grid.time(at: count - 1)
        var stretches = [Stretch(first: 0, shift: 0)]
        var moment = grid.origin
        while let change = grid.zone.nextChange(after: moment), change.at <= end {
            let (shift, rest) = (Int64(change.from - begin) * 1_000).quotientAndRemainder(dividingBy: length)
            guard rest == 0 else { return nil }
            let since = change.at.milliseconds(since: grid.origin)
            let first = Int(since / length) + (since % length > 0 ? 1 : 0)
            stretches.append(Stretch(first: first, shift: Int(shift)))
            moment = change.at
        }
        guard stretches.count > 1 else { return nil }
        self.stretches = stretches
        self.grid = TimeGrid(
            origin: grid.origin.advanced(byMilliseconds: Int64(begin) * 1_000), step: grid.step)
    }

    /// The slot of a step, which may lie past those that were counted. O(changes of clocks).
    public func slot(of step: Int) -> Int {
        let stretch = stretches.last { $0.first <= step }
        return step + (stretch?.shift ?? 0)
    }

    /// The slots of the first steps.
    public func slots(_ count: Int) -> [Int] {
        var slots = [Int](0..<count)
        for (place, stretch) in stretches.enumerated() where stretch.shift != 0 {
            let end = place + 1 < stretches.count ? stretches[place + 1].first : count
            for step in stretch.first..<max(min(end, count), stretch.first) where step < count {
                slots[step] += stretch.shift
            }
        }
        return slots
    }

    /// Values by slot: the mean of two in one slot, `nan` in a slot without any.
    ///
    /// - Parameters:
    ///   - values: One a step.
    ///   - slots: The slot of each.
    static func laidOut(_ values: [Double], on slots: [Int]) -> [Double] {
        precondition(values.count == slots.count, "\(values.count) values on \(slots.count) slots")
        var sums = [Double](repeating: .nan, count: (slots.max() ?? -1) + 1)
        var counts = [Int](repeating: 0, count: sums.count)
        for (value, slot) in zip(values, slots) where value.isFinite {
            sums[slot] = counts[slot] == 0 ? value : sums[slot] + value
            counts[slot] += 1
        }
        for slot in sums.indices where counts[slot] > 1 { sums[slot] /= Double(counts[slot]) }
        return sums
    }
}
