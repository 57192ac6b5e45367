import TimeSeries

/// The windows of a calendar on the steps of a series, and what was seen in each of them.
struct CalendarOccurrences {
    /// One window that has steps of the series.
    struct Occurrence {
        var name: String
        var isHoliday: Bool
        /// The steps that belong to it, ascending; those of a shorter window inside are not among them.
        var steps: [Int]
    }

    /// What a window did to the values, by part of the civil day.
    struct Sight {
        /// Sums over steps with a value and an expectation.
        var values: [Double]
        var expected: [Double]
        var counts: [Double]
        /// The variance of a value around its expectation, summed over steps that tell.
        var noise = 0.0
        var noiseCount = 0.0

        init(parts: Int) {
            values = [Double](repeating: 0, count: parts)
            expected = values
            counts = values
        }
    }

    /// By the first step.
    private(set) var all: [Occurrence] = []
    /// The window of each step; -1 for none.
    private(set) var owner: [Int]
    /// How many parts a civil day has.
    let parts: Int
    /// What occurrences did that lie far enough back.
    private var sights: [Int: Sight?] = [:]
    private var found: [Int: References] = [:]

    /// A civil day is told apart in no more parts than quarters of an hour.
    private static let shortestPart: Int64 = 900_000
    /// Expected values come from so many weeks on either side …
    private static let weeksAround = 8
    /// … of which the nearest so many count, as of the days where weeks have none.
    private static let mostCounted = 3

    private let grid: TimeGrid
    private let values: [Double]
    private let partLength: Int64

    /// The windows that touch `count` steps of a series; `nil` when a step is longer than a day.
    init?(_ series: Series, grid: TimeGrid, windows: [EventWindow], count: Int) {
        guard grid.step.nominalMilliseconds <= Step.millisecondsInDay else { return nil }
        self.grid = grid
        values = series.values
        partLength = max(grid.step.nominalMilliseconds, Self.shortestPart)
        parts = Int((Step.millisecondsInDay + partLength - 1) / partLength)
        owner = [Int](repeating: -1, count: count)
        // Shorter windows first: a longer one around them has what they leave. Each step is taken once, however
        // many windows lie over it.
        let order = windows.indices.sorted { a, b in
            let lengths = (
                windows[a].to.milliseconds(since: windows[a].from),
                windows[b].to.milliseconds(since: windows[b].from)
            )
            return lengths.0 != lengths.1 ? lengths.0 < lengths.1 : a < b
        }
        var free = FreeSteps(count: count)
        for index in order {
            let steps = Self.steps(of: windows[index], on: grid, count: count)
            while let step = free.take(in: steps) { owner[step] = index }
        }
        var steps: [Int: [Int]] = [:]
        for (step, index) in owner.enumerated() where index >= 0 { steps[index, default: []].append(step) }
        let kept = steps.sorted { ($0.value[0], $0.key) < ($1.value[0], $1.key) }
        for (place, (index, steps)) in kept.enumerated() {
            all.append(
                Occurrence(
                    name: windows[index].name, isHoliday: windows[index].kind == .holiday, steps: steps))
            for step in steps { owner[step] = place }
        }
    }

    /// The steps that a window touches: those that begin in it, that hold all of it or more than half of which lies
    /// in it.
    private static func steps(of window: EventWindow, on grid: TimeGrid, count: Int) -> Range<Int> {
        let first = max(grid.index(of: window.from).index - 1, 0)
        let last = min(grid.index(of: window.to).index + 1, count - 1)
        guard first <= last else { return 0..<0 }
        func isTouched(_ step: Int) -> Bool {
            let begin = grid.time(at: step)
            if begin >= window.from && begin < window.to { return true }
            let end = grid.time(at: step + 1)
            let inside = min(end, window.to).milliseconds(since: max(begin, window.from))
            return (window.from >= begin && window.from < end && window.to <= end)
                || 2 * inside > end.milliseconds(since: begin)
        }
        // They have no gaps: only those at the ends are looked at.
        guard let begin = (first...last).first(where: isTouched),
            let end = (begin...last).last(where: isTouched)
        else { return 0..<0 }
        return begin..<(end + 1)
    }

    /// The part of the civil day that a step lies in.
    func part(of step: Int) -> Int {
        Int(Int64(grid.zone.civil(at: grid.time(at: step)).millisecondOfDay) / partLength)
    }

    /// What an occurrence did, by values before `limit` alone.
    ///
    /// - Returns: `nil` when no step of it has a value and an expectation.
    mutating func sight(ofOccurrence place: Int, before limit: Int) -> Sight? {
        let last = all[place].steps[all[place].steps.count - 1]
        let reach = Int64(Self.weeksAround * 7 + 1) * Step.millisecondsInDay / grid.step.nominalMilliseconds
        // Later values than the weeks around it change nothing.
        guard limit > last + Int(reach) else { return sight(of: all[place], before: limit) }
        if let known = sights[place] { return known }
        let sight = sight(of: all[place], before: limit)
        sights[place] = .some(sight)
        return sight
    }

    private mutating func sight(of occurrence: Occurrence, before limit: Int) -> Sight? {
        var sight = Sight(parts: parts)
        var isEmpty = true
        for step in occurrence.steps where step < limit && step < values.count && values[step].isFinite {
            let known = references(of: step).places(before: limit)
            guard !known.isEmpty else { continue }
            let expected = known.reduce(0) { $0 + values[$1] } / Double(known.count)
            let part = part(of: step)
            sight.values[part] += values[step]
            sight.expected[part] += expected
            sight.counts[part] += 1
            isEmpty = false
            guard known.count > 1 else { continue }
            let squares = known.reduce(0) { $0 + (values[$1] - expected) * (values[$1] - expected) }
            sight.noise += squares / Double(known.count - 1) * (1 + 1 / Double(known.count))
            sight.noiseCount += 1
        }
        return isEmpty ? nil : sight
    }

    /// Whether an occurrence has values, but windows lie over everything that they could be compared with.
    mutating func isMatchless(occurrence place: Int, before limit: Int) -> Bool {
        for step in all[place].steps where step < limit && step < values.count && values[step].isFinite {
            return references(of: step).isMatchless(before: limit)
        }
        return false
    }

    // MARK: - References

    /// Steps of ordinary values that one is compared with, the nearest first, earlier ones before later ones.
    private struct References {
        /// Of the same weekday and civil time.
        var weekly: [Int] = []
        /// Of the same civil time on other weekdays; only looked for where no earlier week has one.
        var daily: [Int] = []
        /// The first step of the same weekday and time that lies in a window; without one `Int.max`.
        var weeklyInWindow = Int.max
        var dailyInWindow = Int.max

        /// Those of the same weekday. Where windows lie over all of these, an event fills its own weekday and time,
        /// and other weekdays are what there is.
        func places(before limit: Int) -> [Int] {
            let known = weekly.filter { $0 < limit }
            guard known.isEmpty, weeklyInWindow < limit else { return known }
            return daily.filter { $0 < limit }
        }

        func isMatchless(before limit: Int) -> Bool {
            min(weeklyInWindow, dailyInWindow) < limit && !weekly.contains { $0 < limit }
                && !daily.contains { $0 < limit }
        }
    }

    /// What a step is compared with, in the weeks around it and outside every window; found once.
    private mutating func references(of step: Int) -> References {
        if let known = found[step] { return known }
        var references = References()
        let civil = grid.zone.civil(at: grid.time(at: step))
        (references.weekly, references.weeklyInWindow) = places(
            around: civil, days: Array(1...Self.weeksAround).map { 7 * $0 })
        if !references.weekly.contains(where: { $0 < step }) {
            (references.daily, references.dailyInWindow) = places(around: civil, days: Array(1...6))
        }
        found[step] = references
        return references
    }

    /// The nearest steps at a time of the day so many days earlier or later that have a value outside windows, and
    /// the first of those inside.
    private func places(around civil: CivilTime, days: [Int]) -> (free: [Int], inWindow: Int) {
        var free: [Int] = []
        var inWindow = Int.max
        for side in [-1, 1] {
            var counted = 0
            for day in days where counted < Self.mostCounted {
                let reading = CivilTime(
                    date: civil.date.adding(days: side * day), millisecondOfDay: civil.millisecondOfDay)
                let place = grid.index(of: grid.zone.meaning(of: reading).first)
                guard place.isExact, values.indices.contains(place.index), values[place.index].isFinite else {
                    continue
                }
                if owner[place.index] >= 0 {
                    inWindow = min(inWindow, place.index)
                } else {
                    free.append(place.index)
                    counted += 1
                }
            }
        }
        return (free, inWindow)
    }
}

/// Steps that are taken one after the other, each once.
private struct FreeSteps {
    /// For each step one that no free step lies before, itself if it is free; the last entry lies behind all steps.
    private var next: [Int]

    init(count: Int) { next = Array(0...count) }

    /// Takes the first free step of a range; `nil` when there is none. O(1) amortised, nearly.
    mutating func take(in range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var step = range.lowerBound
        while next[step] != step {
            next[step] = next[next[step]]
            step = next[step]
        }
        guard step < range.upperBound else { return nil }
        next[step] = step + 1
        return step
    }
}
