/// How the times of rows lie on a grid.
struct GridFit {
    /// The grid, moved so that the first row is at step 0.
    let grid: TimeGrid
    /// The step of each row, ascending strictly from 0.
    let slots: [Int]
    /// The number of steps from the first row to the last.
    var count: Int { (slots.last ?? -1) + 1 }

    /// Why rows do not lie on a grid.
    enum Misfit: Error, Equatable {
        /// So many steps from the first row to the last.
        case tooManySteps(Int)
        /// Two rows belong to one step.
        case collision
        /// Too many rows lie far from their step.
        case uneven
    }

    /// A grid may have so many steps for each row and a thousand more, lest one wrong time fills the memory.
    static let mostStepsPerRow = 10
    static let spareSteps = 1_000
    /// A row farther from its step than this, in steps, is off the grid. Jitter of ±0.2 stays below, even
    /// when half the rows are shifted by half a step and the grid lies in between.
    static let farthest = 0.35
    /// The share of rows that may be off the grid; times without any order have 0.3.
    static let mostOffGrid = 0.25

    /// Puts rows on their nearest steps. Nothing is allocated when they are too many.
    ///
    /// - Parameter timestamps: Ascending strictly, at least one.
    init(_ timestamps: [Timestamp], on grid: TimeGrid) throws(Misfit) {
        guard let first = timestamps.first, let last = timestamps.last else { throw .uneven }
        let start = grid.index(of: first).index
        let (steps, overflow) = grid.index(of: last).index.subtractingReportingOverflow(start)
        guard !overflow, (steps - Self.spareSteps) / Self.mostStepsPerRow < timestamps.count else {
            throw .tooManySteps(overflow ? .max : steps)
        }
        let far = Int64(Double(grid.step.nominalMilliseconds) * Self.farthest)
        var slots: [Int] = []
        slots.reserveCapacity(timestamps.count)
        var previous = -1
        var offGrid = 0
        for timestamp in timestamps {
            let place = grid.index(of: timestamp)
            guard place.index - start > previous else { throw .collision }
            previous = place.index - start
            slots.append(previous)
            if abs(place.distance) > far { offGrid += 1 }
        }
        guard Double(offGrid) <= Self.mostOffGrid * Double(timestamps.count) else { throw .uneven }
        self.grid = grid + start
        self.slots = slots
    }

    /// Puts rows on a grid of a known step. It begins at the first row; where that does not fit, because that
    /// row itself is off, at the phase that most rows have, or else in the middle of all phases.
    init(_ timestamps: [Timestamp], step: Step, zone: TimeZone) throws(Misfit) {
        guard let first = timestamps.first else { throw .uneven }
        let plain = TimeGrid(
            origin: first, step: step, zone: zone, dayOfMonth: Self.dayOfMonth(timestamps, step, zone))
        var misfit: Misfit
        do {
            try self.init(timestamps, on: plain)
            return
        } catch {
            misfit = error
        }
        guard case .fixed(let milliseconds) = step, misfit == .collision || misfit == .uneven else {
            throw misfit
        }
        for phase in Self.phases(timestamps, milliseconds) {
            let origin = first.advanced(byMilliseconds: phase)
            do {
                try self.init(timestamps, on: TimeGrid(origin: origin, step: step, zone: zone))
                return
            } catch {
                misfit = error
            }
        }
        throw misfit
    }

    /// The day that monthly rows aim at: the largest, when all others are the ends of shorter months.
    private static func dayOfMonth(_ timestamps: [Timestamp], _ step: Step, _ zone: TimeZone) -> Int? {
        guard case .months = step else { return nil }
        return CalendarPattern(timestamps, zone: zone)?.dayOfMonth
    }

    /// The median and the middle of the distances to the grid that begins at the first row, in milliseconds.
    ///
    /// Distances lie on a circle; it is cut open in its longest empty arc.
    private static func phases(_ timestamps: [Timestamp], _ step: Int64) -> [Int64] {
        guard let first = timestamps.first else { return [] }
        let sorted = timestamps.map { $0.milliseconds(since: first).flooredRemainder(by: step) }.sorted()
        var cut = 0
        var longest: Int64 = -1
        for index in sorted.indices {
            let before = index > 0 ? sorted[index - 1] : sorted[sorted.count - 1] - step
            if sorted[index] - before > longest {
                longest = sorted[index] - before
                cut = index
            }
        }
        let open = sorted[cut...] + sorted[..<cut].map { $0 + step }
        let distances = Array(open)
        let middle = distances[0] + (distances[distances.count - 1] - distances[0]) / 2
        return [distances[distances.count / 2], middle]
    }
}
