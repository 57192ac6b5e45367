public import Storage
public import TimeSeries

extension Monitor {
    /// The values of a stored series as a question takes them: one a point, counters as rates; of a definition with a
    /// step one a step, as it says. Where the times reach back to before the points that are kept, rollups are used.
    ///
    /// - Parameter times: Milliseconds since 1970, ends included.
    /// - Returns: `nan` marks a missing value; empty when nothing is stored in these times. And what is to be said of
    ///   rollups; `nil` where none is used.
    public func observations(
        of series: SeriesDescription, in times: ClosedRange<Int64>
    ) throws(StorageError) -> (observations: Observations, remark: String?) {
        // Whoever asks for everything means what came, not what is left of it.
        guard times.lowerBound > .min else {
            return (try observations(of: series, try points(of: series.id, in: times)), nil)
        }
        let history = try history(of: series, in: times)
        guard let width = history.widths.first, let since = history.rolledUntil else {
            return (try observations(of: series, history.points), nil)
        }
        guard let step = series.definition?.step else {
            return (try observations(of: series, history, every: width), history.remark)
        }
        guard step.nominalMilliseconds >= width.milliseconds else {
            let points = try points(of: series.id, in: max(times.lowerBound, since)...times.upperBound)
            return (
                try observations(of: series, points),
                "only points since \(Timestamp(milliseconds: since).rfc3339(in: .utc)) are used: older ones are not "
                    + "kept (retention), and their rollups are coarser than the step of \(step)"
            )
        }
        return (try observations(of: series, history.points), history.remark)
    }

    /// One value for each interval of a width: points and rollups are of different distances.
    private func observations(
        of series: SeriesDescription, _ history: StoredHistory, every width: RollupWidth
    ) throws(StorageError) -> Observations {
        let steps = history.steps(
            of: .fixed(milliseconds: width.milliseconds), series.aggregation ?? .mean)
        return try Self.observations(
            series, steps.map { Timestamp(milliseconds: $0.time) }, steps.map(\.value))
    }

    private func observations(
        of series: SeriesDescription, _ points: PointColumns
    ) throws(StorageError) -> Observations {
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
        return try Self.observations(series, taken.times, taken.values)
    }

    private static func observations(
        _ series: SeriesDescription, _ times: [Timestamp], _ values: [Double]
    ) throws(StorageError) -> Observations {
        do throws(ObservationsError) {
            return try Observations(labels: series.labels, timestamps: times, values: values)
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

extension PointColumns {
    /// One value for each step in which there is a finite one, at its begin.
    func steps(of step: Step, _ aggregation: Aggregation) -> [(time: Int64, value: Double)] {
        let clock = StepClock(step: step, zone: .utc)
        var aggregator = StepAggregator()
        var steps: [(time: Int64, value: Double)] = []
        func note(_ ended: (index: Int, value: Double)?) {
            guard let ended, ended.value.isFinite else { return }
            steps.append((clock.time(of: ended.index).milliseconds, ended.value))
        }
        for place in 0..<count {
            note(
                aggregator.take(times[place], values[place], at: clock.index(at: times[place]), aggregation))
        }
        // The last step is wanted too, though no later point has ended it.
        if let last = times.last, let open = aggregator.open {
            note(aggregator.take(last, .nan, at: open + 1, aggregation))
        }
        return steps
    }
}
