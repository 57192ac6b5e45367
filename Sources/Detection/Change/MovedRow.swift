/// A level that moved, by the rows of its series.
public struct MovedRow: Sendable, Hashable {
    /// The first row of the new level, by estimate.
    public var at: Int
    /// The row that confirmed it.
    public var confirmed: Int
    /// What happened.
    public var change: LevelChange
}

/// Watches the level of a series whose season becomes known on the way.
struct RowLevels {
    private var watch: LevelWatch?
    private(set) var found: [MovedRow] = []

    /// From now on compares with a season before.
    ///
    /// - Parameters:
    ///   - season: Steps in each season, ascending; of several the longest that can be remembered counts.
    ///   - values: All before the next one.
    mutating func use(_ season: [Int], after values: some Sequence<Double>) {
        var watch = LevelWatch(season: season.last { $0 <= LevelWatch.longestPeriod } ?? 1)
        guard watch.period != self.watch?.period else { return }
        for value in values { _ = watch.push(value) }
        self.watch = watch
    }

    /// Takes the value of a row.
    mutating func push(_ value: Double, row: Int) {
        guard let change = watch?.push(value) else { return }
        found.append(MovedRow(at: row - change.stepsAgo, confirmed: row, change: change))
    }

    /// The changes of a whole series.
    static func all(_ values: [Double], season: [Int]) -> [MovedRow] {
        var levels = RowLevels()
        levels.use(season, after: [])
        for (row, value) in values.enumerated() { levels.push(value, row: row) }
        return levels.found
    }
}
