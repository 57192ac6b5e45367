import TimeSeries

/// Fills the gaps of a history with its season.
///
/// A missing value whose phase was seen a season before is that plus the change over a season which its
/// neighbours show: on a straight line between them, the nearest one at an end. One that was seen only a season
/// later is that less the change. In longer gaps a value lies between the nearest known ones of its phase, so
/// that no change is added up. Without a season, with less than two of them, or where a phase
/// was never seen, gaps are filled on a straight line.
struct SeasonalFilling {
    /// Steps in a season, 1 for none.
    let period: Int

    /// The values of a history of at least one finite value, without a gap. O(n).
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``.
    func filled(_ history: Series) throws(ForecastError) -> [Double] {
        let plain = try FilledHistory(history, atLeast: 1)
        let count = plain.values.count
        let wasMissing = plain.wasMissing
        guard period > 1, count >= 2 * period, wasMissing.contains(true) else { return plain.values }
        var values = plain.values
        for phase in 0..<period { fill(&values, from: phase, wasMissing) }
        guard let changes = changes(plain) else { return values }
        for step in 0..<count where wasMissing[step] {
            if step >= period, !wasMissing[step - period] {
                values[step] = plain.values[step - period] + changes[step - period]
            } else if step + period < count, !wasMissing[step + period] {
                values[step] = plain.values[step + period] - changes[step]
            }
        }
        return values
    }

    /// The change over a season that ends at each step from the second season on; `nil` where none is known.
    private func changes(_ plain: FilledHistory) -> [Double]? {
        let known = (period..<plain.values.count).map { step in
            plain.wasMissing[step] || plain.wasMissing[step - period]
                ? Double.nan : plain.values[step] - plain.values[step - period]
        }
        return try? FilledHistory(Series(values: known), atLeast: 1).values
    }

    /// Fills one phase.
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
