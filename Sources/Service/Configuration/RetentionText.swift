public import Pipeline
internal import Storage
internal import TimeSeries

extension Retention {
    /// What is kept for how long, for people: `points 30d, rollups 5m 400d, …`.
    public var summary: String {
        guard !isForever else { return "everything is kept" }
        func time(_ kept: Int64?) -> String {
            kept.map { "\($0 / 86_400_000)d" } ?? "for ever"
        }
        let widths = RollupWidth.allCases.compactMap { width in
            rollups[width].map { "rollups of \(Step.fixed(milliseconds: width.milliseconds)) \(time($0))" }
        }
        return (["points \(time(points))"] + widths + ["anomalies and incidents \(time(records))"])
            .joined(separator: ", ")
    }

    /// About the bytes of a series in the database once it is as old as everything that is kept, or after a year
    /// where points are kept for ever.
    ///
    /// - Parameters:
    ///   - bytes: A point, as it was measured.
    ///   - step: Milliseconds between two points.
    public func bytes(pointBytes bytes: Double, step: Int64) -> Double {
        let year: Int64 = 365 * 86_400_000
        var total = Double(points ?? year) / Double(max(step, 1)) * bytes
        for (width, kept) in rollups {
            guard let points, case let kept = kept ?? year, kept > points else { continue }
            total += Double(kept - points) / Double(width.milliseconds) * Self.rollupBytes
        }
        return total
    }

    /// Bytes of one rollup, as measured of metrics of a machine a point in 15 s: 8.9 of five minutes, 12.6 of an hour.
    private static let rollupBytes = 10.0
}
