import TimeSeries

/// Fills the gaps of a history with its season.
///
/// A missing value is the one a season before plus the change over a season that its neighbours show, on a
/// straight line between them; within the first season, the one a season later less that change. Without a
/// season, or with less than two of them, gaps are filled on a straight line.
struct SeasonalFilling {
    /// Steps in a season, 1 for none.
    let period: Int

    /// The values of a history of at least one finite value, without a gap. O(n).
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``.
    func filled(_ history: Series) throws(ForecastError) -> [Double] {
        let plain = try FilledHistory(history, atLeast: 1)
        let count = plain.values.count
        guard period > 1, count >= 2 * period, plain.wasMissing.contains(true) else { return plain.values }
        let known = (period..<count).map { step in
            plain.wasMissing[step] || plain.wasMissing[step - period]
                ? Double.nan : plain.values[step] - plain.values[step - period]
        }
        guard let changes = try? FilledHistory(Series(values: known), atLeast: 1).values else {
            return plain.values
        }
        var values = plain.values
        for step in (0..<period).reversed()
        where plain.wasMissing[step] && !plain.wasMissing[step + period] {
            values[step] = values[step + period] - changes[step]
        }
        for step in period..<count where plain.wasMissing[step] {
            values[step] = values[step - period] + changes[step - period]
        }
        return values
    }
}
