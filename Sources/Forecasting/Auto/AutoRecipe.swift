/// What differs between the automatic combination and the prototype from which it grew.
///
/// The prototype is kept because its golden vectors check every candidate and feature.
struct AutoRecipe: Equatable {
    /// How many of the candidates take part.
    let candidates: Int
    /// The test of a season looks at every lag; else at about 48 of them.
    private let testsEveryLag: Bool
    /// The phase columns of the ridge are centred over its rows; else over one cycle.
    private let centresOverRows: Bool
    /// Ridges of long seasons see the last six of them; else the whole history.
    private let usesAllRows: Bool
    /// A shift of the level late in the history is healed for candidates that look far back.
    let guardsLevel: Bool

    /// The prototype.
    static let published = AutoRecipe(
        candidates: 16, testsEveryLag: true, centresOverRows: true, usesAllRows: true, guardsLevel: false)
    /// The one that forecasts.
    static let current = AutoRecipe(
        candidates: 18, testsEveryLag: false, centresOverRows: false, usesAllRows: false, guardsLevel: true)

    /// A period from which on a season is long.
    static let longPeriod = 96
    private static let lagsOfTest = 48
    private static let cyclesOfRidge = 6

    /// The test looks at every so many lags, each of which stands for as many.
    func lagStride(period: Int) -> Int { testsEveryLag ? 1 : max(1, period / Self.lagsOfTest) }

    /// The last values from which a ridge of a long season learns; `nil` for all.
    func rowsOfRidge(period: Int) -> Int? {
        usesAllRows || period < Self.longPeriod ? nil : Self.cyclesOfRidge * period
    }

    /// What is taken off the phase columns.
    func centres(_ phases: PhaseColumns, from first: Int, to end: Int) -> [Double] {
        if centresOverRows { return phases.means(from: first, to: end) }
        // One column a phase has the same mean over every cycle; whole waves have none.
        let mean =
            phases.columns == phases.period ? RidgeAutoregression.phaseScale / Double(phases.period) : 0
        return [Double](repeating: mean, count: phases.columns)
    }
}
