internal import Glibc

extension ForecastReport {
    /// A method over all sets.
    public struct Overall: Sendable, Equatable {
        /// The name of the method.
        public let method: String
        /// Whether it is a peer.
        public let isPeer: Bool
        /// On how many sets it has an OWA.
        public let sets: Int
        /// The geometric mean of its OWA over them.
        public let owa: Double
        /// The geometric mean of its mean CPU milliseconds over the sets where the times of all rows are
        /// known, so that methods compare; `nan` for none.
        public let milliseconds: Double
    }

    /// The clock of a thread may stand still during the fastest methods; a mean of logarithms needs a floor.
    static let shortestMilliseconds = 1e-4

    /// Every method over all sets that it has an OWA on, in the order of the rows.
    public var overall: [Overall] {
        var names: [String] = []
        for row in rows where !names.contains(row.method) { names.append(row.method) }
        let timed = Set(sets.filter { set in rows.allSatisfy { $0.set != set || $0.isTimed } })
        return names.map { name in
            let own = rows.filter { $0.method == name && $0.owa.isFinite && $0.owa > 0 }
            let times = own.filter { timed.contains($0.set) }.map(\.meanMilliseconds)
            return Overall(
                method: name, isPeer: own.first?.isPeer ?? false, sets: own.count,
                owa: Self.geometricMean(own.map(\.owa)),
                milliseconds: Self.geometricMean(times.map { max($0, Self.shortestMilliseconds) }))
        }
    }

    /// The geometric mean of positive numbers; `nan` of none.
    private static func geometricMean(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
    }
}

extension ForecastReport.Row {
    /// Whether its time is known, or it has no figures at all.
    fileprivate var isTimed: Bool { meanMilliseconds.isFinite || !owa.isFinite }
}
