public import Storage
public import TimeSeries

extension Monitor {
    /// The values of a stored series as a question takes them: one a point, counters as rates; of a definition with a
    /// step one a step, as it says.
    ///
    /// - Parameter times: Milliseconds since 1970, ends included.
    /// - Returns: `nan` marks a missing value; empty when nothing is stored in these times.
    public func observations(
        of series: SeriesDescription, in times: ClosedRange<Int64>
    ) throws(StorageError) -> Observations {
        let points = try points(of: series.id, in: times)
        var taken: (times: [Timestamp], values: [Double]) = ([], [])
        if let definition = series.definition, let step = definition.step {
            let clock = StepClock(step: step, zone: definition.timezone)
            let policy = FullPolicy(
                definition, hash: "", metricName: series.labels[Labels.metricName] ?? "", series: 1)
            if let history = StepHistory(points, policy: policy, clock: clock, end: nil) {
                taken.values = history.values
                taken.times = history.values.indices.map { clock.time(of: history.first + $0) }
            }
        } else {
            taken = Self.values(points, isRate: series.aggregation == .rate)
        }
        do throws(ObservationsError) {
            return try Observations(labels: series.labels, timestamps: taken.times, values: taken.values)
        } catch {
            throw .corrupt(path: "series \(series.id)", detail: "\(error)")
        }
    }

    /// One value a point.
    private static func values(
        _ points: PointColumns, isRate: Bool
    ) -> (times: [Timestamp], values: [Double]) {
        var times: [Timestamp] = []
        var values: [Double] = []
        var rate = CounterRate()
        for place in 0..<points.count {
            let value = points.values[place]
            guard value.isFinite else {
                rate.interrupt()
                continue
            }
            guard let value = isRate ? rate.rate(points.times[place], value) : value, value.isFinite else {
                continue
            }
            times.append(Timestamp(milliseconds: points.times[place]))
            values.append(value)
        }
        return (times, values)
    }
}
