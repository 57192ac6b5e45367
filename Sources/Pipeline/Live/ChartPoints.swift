import Storage
import TimeSeries

/// The values of one series that a chart is made of, with what came before them.
struct ChartPoints {
    /// Values before the chart, to learn from, and those of the chart.
    var all: [SeriesChart.Point] = []
    /// Where the chart begins.
    var begin = 0

    /// Those of the chart.
    var shown: [SeriesChart.Point] { Array(all[begin...]) }

    /// Drops what lies behind the end of the chart.
    mutating func cut(after end: Int64) {
        while let last = all.last, last.time > end { all.removeLast() }
        begin = min(begin, all.count)
    }

    /// One value a point: as it is, or the rate of a counter.
    ///
    /// - Parameters:
    ///   - start: The chart begins at this time.
    ///   - isAnomalous: Whether a value of this score byte at this time was called anomalous.
    init(
        _ columns: PointColumns, isRate: Bool, start: Int64, threshold: Double,
        isAnomalous: (Int64, UInt8) -> Bool
    ) {
        var rate = CounterRate()
        for place in 0..<columns.count {
            let (time, byte) = (columns.times[place], columns.scores[place])
            guard columns.values[place].isFinite else {
                rate.interrupt()
                continue
            }
            let value = isRate ? rate.rate(time, columns.values[place]) : columns.values[place]
            guard let value, value.isFinite else { continue }
            if time < start { begin += 1 }
            all.append(
                SeriesChart.Point(
                    time: time, value: value, score: ScoreByte.score(byte, threshold: threshold),
                    isAnomaly: isAnomalous(time, byte)))
        }
    }

    /// One value a step that has ended.
    ///
    /// The score of a step stands at its last point: it was the newest when the step ended.
    init(
        _ columns: PointColumns, aggregation: Aggregation, clock: StepClock, start: Int64, threshold: Double,
        isAnomalous: (Int64, UInt8) -> Bool
    ) {
        var aggregator = StepAggregator()
        var byte = ScoreByte.unscored
        for place in 0..<columns.count {
            let index = clock.index(at: columns.times[place])
            let ended = aggregator.take(columns.times[place], columns.values[place], at: index, aggregation)
            if let ended {
                let time = clock.time(of: ended.index).milliseconds
                if ended.value.isFinite {
                    if time < start { begin += 1 }
                    all.append(
                        SeriesChart.Point(
                            time: time, value: ended.value,
                            score: ScoreByte.score(byte, threshold: threshold),
                            isAnomaly: isAnomalous(time, byte)))
                }
                byte = ScoreByte.unscored
            }
            if ScoreByte.isScore(columns.scores[place]) { byte = columns.scores[place] }
        }
    }
}

extension Monitor {
    /// The newest points of a series up to a time: so many, or some more.
    ///
    /// - Parameter distance: About how far they are apart, in milliseconds; 0 when nobody knows.
    func newestPoints(
        of id: UInt32, until end: Int64, count: Int, distance: Double
    ) throws(StorageError) -> PointColumns {
        var span = distance > 0 ? distance * Double(count) * 1.25 + 1 : 0
        while span > 0, span < 1e13 {
            let found = try points(of: id, in: end - Int64(span)...end)
            if found.count >= count { return found }
            span *= 8
        }
        return try points(of: id, in: Int64.min...end)
    }

    /// About how far the points of a series are apart, in milliseconds; 0 when there are too few.
    func distance(of id: UInt32, _ view: SeriesView) throws(StorageError) -> Double {
        if view.distance > 0 { return view.distance }
        guard let chunk = try store.lastChunk(of: id), chunk.count > 1 else { return 0 }
        return Double(chunk.last - chunk.first) / Double(chunk.count - 1)
    }
}
