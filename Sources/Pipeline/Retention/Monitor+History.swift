public import Storage
public import TimeSeries

/// Points of a series, and rollups where the points have gone.
public struct StoredHistory: Sendable {
    /// By time; a rollup is one point: the mean, or what the metric's aggregation makes of it, at its begin, or the last
    /// value at its end.
    public var points = PointColumns()
    /// How many values each point stands for; empty where each is one.
    var weights: [Double] = []
    /// Before this time, milliseconds since 1970, points are rollups; `nil` where there is none.
    public var rolledUntil: Int64?
    /// The widths of the rollups, the coarsest first.
    public var widths: [RollupWidth] = []

    /// What is to be said of it; `nil` where all points are as they came.
    public var remark: String? {
        rolledUntil.map { until in
            let widths = widths.map { "\(Step.fixed(milliseconds: $0.milliseconds))" }.joined(
                separator: " and ")
            return
                "before \(Timestamp(milliseconds: until).rfc3339(in: .utc)) points are rollups of \(widths): older "
                + "ones are not kept (retention)"
        }
    }
}

extension StoredHistory {
    /// One value for each step in which there is a finite one, at its begin; a mean is that of all values.
    func steps(of step: Step, _ aggregation: Aggregation) -> [(time: Int64, value: Double)] {
        guard aggregation == .mean, !weights.isEmpty else { return points.steps(of: step, aggregation) }
        let clock = StepClock(step: step, zone: .utc)
        var steps: [(time: Int64, value: Double)] = []
        var (open, sum, weight) = (Int.min, 0.0, 0.0)
        func end() {
            guard weight > 0 else { return }
            steps.append((clock.time(of: open).milliseconds, sum / weight))
        }
        for place in 0..<points.count where points.values[place].isFinite {
            let index = clock.index(at: points.times[place])
            if index != open {
                end()
                (open, sum, weight) = (index, 0, 0)
            }
            sum += points.values[place] * weights[place]
            weight += weights[place]
        }
        end()
        return steps
    }
}

extension Monitor {
    /// The points of a series, and before the first that is kept its rollups: of five minutes where there are some,
    /// before them of an hour.
    ///
    /// - Parameter times: Milliseconds since 1970, ends included.
    public func history(
        of series: SeriesDescription, in times: ClosedRange<Int64>
    ) throws(StorageError) -> StoredHistory {
        var history = StoredHistory()
        history.points = try points(of: series.id, in: times)
        guard let first = try firstPointTime(of: series.id), times.lowerBound < first else { return history }
        let wanted = times.lowerBound..<min(first, times.upperBound == .max ? .max : times.upperBound + 1)
        let fine = try store.rollups(of: series.id, .fiveMinutes, in: wanted)
        // An interval of an hour with a finer one in it would count twice.
        let firstFine = try store.firstRollup(of: series.id, .fiveMinutes) ?? first
        let end = min(wanted.upperBound, RollupWidth.hour.begin(of: firstFine))
        let coarse =
            wanted.lowerBound < end
            ? try store.rollups(of: series.id, .hour, in: wanted.lowerBound..<end) : RollupColumns()
        guard coarse.count + fine.count > 0 else { return history }
        var old = PointColumns()
        for (columns, width) in [(coarse, RollupWidth.hour), (fine, .fiveMinutes)] where columns.count > 0 {
            history.widths.append(width)
            history.weights += columns.counts
            columns.append(to: &old, width, series.aggregation ?? .mean, before: first)
        }
        for place in 0..<history.points.count {
            old.append(
                history.points.times[place], history.points.values[place], history.points.scores[place])
        }
        history.weights += [Double](repeating: 1, count: history.points.count)
        history.points = old
        history.rolledUntil = first
        return history
    }

    /// One point for each step, of points and rollups: as the metric is aggregated, of counters the last value.
    ///
    /// - Parameter times: Milliseconds since 1970, ends included.
    /// - Returns: The points, and whether rollups are among what they are made of.
    public func steps(
        of series: SeriesDescription, in times: ClosedRange<Int64>, every step: Step
    ) throws(StorageError) -> (points: [Point], isRolledUp: Bool) {
        let history = try history(of: series, in: times)
        let aggregation = series.aggregation ?? .mean
        let steps = history.steps(of: step, aggregation == .rate ? .last : aggregation)
        return (
            steps.map { Point(milliseconds: $0.time, value: $0.value) }, history.rolledUntil != nil
        )
    }

    /// The time of the first point or rollup of a series, milliseconds since 1970; `nil` when it has none.
    func firstTime(of series: UInt32) throws(StorageError) -> Int64? {
        guard let first = try firstPointTime(of: series) else { return nil }
        var earliest = first
        for width in RollupWidth.allCases {
            if let rolled = try store.firstRollup(of: series, width) { earliest = min(earliest, rolled) }
        }
        return earliest
    }
}

extension RollupColumns {
    /// Appends one point an interval; those of counters and last values stand at its end, so that rates are right.
    fileprivate func append(
        to points: inout PointColumns, _ width: RollupWidth, _ aggregation: Aggregation, before end: Int64
    ) {
        for place in 0..<count {
            let time: Int64
            let value: Double
            switch aggregation {
            case .mean: (time, value) = (times[place], sums[place] / counts[place])
            case .sum: (time, value) = (times[place], sums[place])
            case .max: (time, value) = (times[place], maxima[place])
            case .last, .rate:
                (time, value) = (min(times[place] + width.milliseconds, end) - 1, lasts[place])
            }
            points.append(time, value, worst[place])
        }
    }
}
