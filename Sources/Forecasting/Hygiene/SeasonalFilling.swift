import TimeSeries

/// Fills the gaps of a history with its season, where that tells more than the neighbours do.
///
/// A gap shorter than a season is a straight line between its neighbours, or the season before plus a straight
/// line between the changes over a season around it, whichever would have missed the known values by less
/// in a gap of that length. One in the first season takes the season after less the change. In longer gaps a
/// value lies between the nearest known ones of its phase, so that no change is added up. Without a season,
/// with less than two of them, or where a phase was never seen, gaps are straight lines.
struct SeasonalFilling {
    /// Steps in a season, 1 for none.
    let period: Int

    /// The two ways are compared on so many of the latest steps at most.
    private static let mostCompared = 4_000

    /// The values of a history of at least one finite value, without a gap. O(n) for a bounded number of
    /// different lengths of gaps.
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``.
    func filled(_ history: Series) throws(ForecastError) -> [Double] {
        let plain = try FilledHistory(history, atLeast: 1)
        let count = plain.values.count
        guard period > 1, count >= 2 * period, plain.wasMissing.contains(true) else { return plain.values }
        var values = plain.values
        for phase in 0..<period { fill(&values, from: phase, plain.wasMissing) }
        guard let changes = changes(plain) else { return values }
        var isLine: [Gap.Kind: Bool] = [:]
        for gap in Gap.all(plain.wasMissing) where gap.steps.count < period {
            let usesLine =
                isLine[gap.kind] ?? lineIsBetter(in: gap.kind, history.values, count: count)
            isLine[gap.kind] = usesLine
            for step in gap.steps {
                if usesLine {
                    values[step] = plain.values[step]
                } else if step >= period, !plain.wasMissing[step - period] {
                    values[step] = plain.values[step - period] + changes[step - period]
                } else if step + period < count, !plain.wasMissing[step + period] {
                    values[step] = plain.values[step + period] - changes[step]
                }
            }
        }
        return values
    }

    /// Missing steps in a row.
    private struct Gap {
        /// What gaps have in common whose filling misses by the same.
        struct Kind: Hashable {
            /// Steps from a typical place in the gap to what is known.
            let reach: Int
            /// Whether only one side is known.
            let isAtEnd: Bool
        }

        let steps: Range<Int>
        let kind: Kind

        static func all(_ wasMissing: [Bool]) -> [Gap] {
            var gaps: [Gap] = []
            var begin: Int?
            for step in 0...wasMissing.count {
                if step < wasMissing.count, wasMissing[step] {
                    begin = begin ?? step
                } else if let first = begin {
                    let isAtEnd = first == 0 || step == wasMissing.count
                    let kind = Kind(reach: (step - first + 1) / 2, isAtEnd: isAtEnd)
                    gaps.append(Gap(steps: first..<step, kind: kind))
                    begin = nil
                }
            }
            return gaps
        }
    }

    /// Whether known values are nearer to a line through those at `reach` than their changes over a season are.
    private func lineIsBetter(in kind: Gap.Kind, _ given: [Double], count: Int) -> Bool {
        var line = 0.0
        var season = 0.0
        let reach = kind.reach
        let last = kind.isAtEnd ? count : count - reach
        let first = max(period + reach, count - Self.mostCompared)
        for step in first..<max(first, last) {
            let other = kind.isAtEnd ? step - reach : step + reach
            let value = given[step] - (given[step - reach] + given[other]) / 2
            let earlier =
                given[step - period] - (given[step - period - reach] + given[other - period]) / 2
            guard value.isFinite, earlier.isFinite else { continue }
            line += abs(value)
            season += abs(value - earlier)
        }
        return line < season
    }

    /// The change over a season that ends at each step from the second season on; `nil` where none is known.
    private func changes(_ plain: FilledHistory) -> [Double]? {
        let known = (period..<plain.values.count).map { step in
            plain.wasMissing[step] || plain.wasMissing[step - period]
                ? Double.nan : plain.values[step] - plain.values[step - period]
        }
        return try? FilledHistory(Series(values: known), atLeast: 1).values
    }

    /// Fills one phase between the nearest known values of it.
    private func fill(_ values: inout [Double], from phase: Int, _ wasMissing: [Bool]) {
        var before: Int?
        var step = phase
        while step < values.count {
            guard wasMissing[step] else {
                before = step
                step += period
                continue
            }
            let begin = step
            while step < values.count, wasMissing[step] { step += period }
            let after = step < values.count ? step : nil
            guard before != nil || after != nil else { return }
            for missing in stride(from: begin, to: min(step, values.count), by: period) {
                switch (before, after) {
                case (let before?, let after?):
                    let share = Double(missing - before) / Double(after - before)
                    values[missing] = values[before] * (1 - share) + values[after] * share
                case (let before?, nil): values[missing] = values[before]
                case (nil, let after?): values[missing] = values[after]
                case (nil, nil): break
                }
            }
        }
    }
}
