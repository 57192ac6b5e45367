import TimeSeries

/// A history whose missing steps were filled, for methods that need every value.
struct FilledHistory {
    /// The values without a gap; as many as the history has steps.
    let values: [Double]
    /// Whether the step was missing.
    let wasMissing: [Bool]

    /// Fills gaps on a straight line between their neighbours; gaps at an end take the nearest value.
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)`` counting steps,
    ///   ``ForecastError/noFiniteValues``.
    init(_ history: Series, atLeast minimum: Int) throws(ForecastError) {
        let given = history.values
        guard given.count >= minimum else { throw .historyTooShort(needed: minimum, got: given.count) }
        let missing = given.map { !$0.isFinite }
        guard let first = missing.firstIndex(of: false), let last = missing.lastIndex(of: false) else {
            throw .noFiniteValues
        }
        var filled = given
        for i in 0..<first { filled[i] = given[first] }
        for i in (last + 1)..<max(given.count, last + 1) { filled[i] = given[last] }
        var known = first
        for i in first...last where !missing[i] {
            let span = Double(i - known)
            for j in (known + 1)..<max(i, known + 1) {
                let share = Double(j - known) / span
                filled[j] = given[known] * (1 - share) + given[i] * share
            }
            known = i
        }
        values = filled
        wasMissing = missing
    }
}
