import Storage

/// What a data directory holds of every series, its scores among it.
public struct StoredScores: Equatable, Sendable {
    /// The points of one series and the stretches that were told of it.
    private struct One: Equatable {
        var points = PointColumns()
        var stretches: [StoredAnomaly] = []
    }

    private var series: [[UInt8]: One] = [:]

    /// How many points have a score.
    public var scoredCount: Int {
        series.values.reduce(0) { $0 + $1.points.scores.count { ScoreByte.isScore($0) } }
    }
    /// How many points there are.
    public var count: Int { series.values.reduce(0) { $0 + $1.points.count } }
    /// How many stretches of anomalous values there are.
    public var stretchCount: Int { series.values.reduce(0) { $0 + $1.stretches.count } }

    /// Nothing.
    public init() {}

    /// Reads the directory of a service that has ended.
    public init(in path: String) throws {
        let store = try SQLiteStore(DataDirectory.open(path, holder: "a test"))
        for known in try store.series() {
            var one = One()
            for chunk in try store.chunks(of: known.id, in: Int64.min...Int64.max) {
                let points = try ChunkCodec.decode(chunk.bytes)
                for index in 0..<points.count {
                    one.points.append(points.times[index], points.values[index], points.scores[index])
                }
            }
            var filter = AnomalyFilter()
            filter.series = [known.id]
            filter.limit = 1_000_000
            // Numbers of series follow the order of their first samples, which threads decide.
            one.stretches = try store.anomalies(filter).map { stretch in
                var stretch = stretch
                stretch.series = 0
                return stretch
            }
            series[known.labels] = one
        }
    }

    /// The series of which two directories hold different scores, by their labels.
    public func unequal(to other: StoredScores) -> Set<String> {
        let all = Set(series.keys).union(other.series.keys)
        return Set(all.filter { series[$0] != other.series[$0] }.map(Self.name))
    }

    /// What a later directory says otherwise of the points of this one, a line a series; the newest point of a series may
    /// get its score later.
    public func contradictions(in later: StoredScores) -> [String] {
        series.compactMap { labels, one in
            let (before, after) = (one.points, later.series[labels]?.points ?? PointColumns())
            let settled = max(before.count - 1, 0)
            let isSame =
                after.count >= before.count && before.times.elementsEqual(after.times.prefix(before.count))
                && zip(before.values, after.values).allSatisfy { $0.bitPattern == $1.bitPattern }
            guard isSame else { return "\(Self.name(labels)): other points than the \(before.count) before" }
            let places = (0..<settled).filter { before.scores[$0] != after.scores[$0] }
            guard let first = places.first else { return nil }
            return
                "\(Self.name(labels)): \(places.count) of \(before.count) scores are others, the first at point \(first): "
                + "\(before.scores[first]) and \(after.scores[first])"
        }.sorted()
    }

    /// In what two directories differ, a line a series; empty when each byte of every score is the same.
    ///
    /// - Parameter leftOut: Series that are not compared.
    public func differences(to other: StoredScores, leavingOut leftOut: Set<String> = []) -> [String] {
        var found: [String] = []
        for labels in Set(series.keys).union(other.series.keys) where !leftOut.contains(Self.name(labels)) {
            let (a, b) = (series[labels] ?? One(), other.series[labels] ?? One())
            guard a != b else { continue }
            let places = zip(a.points.scores, b.points.scores).enumerated().filter {
                $0.element.0 != $0.element.1
            }
            found.append(
                "\(Self.name(labels)): \(a.points.count) and \(b.points.count) points, \(places.count) scores "
                    + "differ, the first at point \(places.first?.offset ?? 0), \(a.stretches.count) and "
                    + "\(b.stretches.count) stretches")
        }
        return found.sorted()
    }

    /// The texts of encoded labels, without their lengths.
    private static func name(_ labels: [UInt8]) -> String {
        String(decoding: labels.map { $0 > 0x20 ? $0 : 0x20 }, as: UTF8.self)
            .split(separator: " ").joined(separator: " ")
    }
}
