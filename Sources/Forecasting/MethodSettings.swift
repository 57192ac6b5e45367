/// What a catalogue needs to know of a series to make a method for it.
public struct MethodSettings: Sendable, Equatable {
    /// Steps in each season, ascending, each at least 2; empty when there is none.
    public var season: [Int]
    /// Steps in the seasons that the step of the series suggests, whether or not the values show them;
    /// empty where it suggests none or the seasons were given.
    public var natural: [Int]
    /// How many steps will be asked for, at least 1; methods that learn a fixed span ahead use it.
    public var horizon: Int
    /// Where seeded methods begin.
    public var seed: UInt64

    /// Settings for a series with these seasons.
    public init(season: [Int] = [], natural: [Int] = [], horizon: Int = 1, seed: UInt64 = 1) {
        self.season = season
        self.natural = natural
        self.horizon = max(horizon, 1)
        self.seed = seed
    }

    /// The shortest season, 1 when there is none.
    public var period: Int { season.first ?? 1 }
    /// The second season, 0 when there is none.
    public var longPeriod: Int { season.count > 1 ? season[1] : 0 }
}
