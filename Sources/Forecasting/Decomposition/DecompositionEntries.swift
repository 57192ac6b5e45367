import TimeSeries

extension ForecasterCatalog {
    /// Methods that take the seasons out first.
    static let decompositions: [Entry] = [
        Entry(
            name: "stl", summary: "The season by loess, the rest by the Theta method.",
            source: "Cleveland, Cleveland, McRae & Terpenning, J. Official Statistics 6 (1990)",
            make: { DecomposedSmoothing(periods: Array($0.season.prefix(1))) },
            read: reading(DecomposedSmoothing.Model.self)),
        Entry(
            name: "mstl", summary: "Every season by loess, the rest by the Theta method.",
            source: "Bandara, Hyndman & Bergmeir, Int. J. Operational Research 52 (2025)",
            make: { DecomposedSmoothing(periods: $0.season) },
            read: reading(DecomposedSmoothing.Model.self)),
    ]
}
