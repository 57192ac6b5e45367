public import Forecasting
public import Storage
import Glibc
import TimeSeries

extension Monitor {
    /// One series as it is drawn.
    ///
    /// - Parameters:
    ///   - series: A stored series.
    ///   - progress: May cancel a fit; the band or the outlook is then left out.
    /// - Throws: ``StorageError`` for points that cannot be read.
    /// - Complexity: O(points between start and end, and some hundred before); a fit where no live model knows what to
    ///   expect.
    public func chart(
        of series: SeriesDescription, _ question: ChartQuestion = ChartQuestion(),
        progress: FitProgress = .ignored
    ) throws(StorageError) -> SeriesChart {
        let id = series.id
        guard let view = look(at: id) else { return SeriesChart(series: series, state: .noData) }
        var chart = SeriesChart(series: series, state: view.row.state)
        guard let last = try lastTime(of: id) else { return chart }
        chart.extent = min(try firstTime(of: id) ?? last, last)...last
        chart.finality = view.finality
        if chart.finality == nil { chart.finality = try storedFinality(of: id) }
        let end = question.end ?? last
        let draft = ChartDraft(
            view: view, definition: series.definition, clock: try clock(of: series, view), end: end,
            question: question, isRate: series.aggregation == .rate,
            aggregation: series.aggregation ?? .mean)
        let history = try history(for: draft, of: series)
        let columns = history.points
        chart.rollup = history.remark
        let start = question.start ?? start(of: columns, draft)
        guard start <= end, question.start != nil || columns.times.first ?? .max <= end else { return chart }
        chart.times = start...end
        var filter = AnomalyFilter()
        filter.series = [id]
        filter.times = start...end
        chart.anomalies = try anomalies(filter)
        let points = draft.points(columns, start: start, stretches: chart.anomalies.map { $0.from...$0.to })
        let shown = points.shown
        chart.count = shown.count
        chart.points = Downsampling.places(of: shown, most: question.points).map { shown[$0] }
        chart.step = draft.clock?.step ?? StepFinder.step(of: shown.suffix(100).map(\.time))
        chart.band = band(of: draft, points, columns, kept: chart.points.map(\.time), progress)
        if end >= last { chart.outlook = outlook(of: draft, points, progress) }
        return chart
    }

    /// The steps of a series of the full tier; `nil` for the light tier, and where nobody knows the step.
    private func clock(of series: SeriesDescription, _ view: SeriesView) throws(StorageError) -> StepClock? {
        guard let definition = series.definition else { return nil }
        if let clock = view.clock { return clock }
        guard let chunk = try store.lastChunk(of: series.id) else { return nil }
        let times = try ChunkCodec.decode(chunk.bytes).times
        return StepFinder.step(of: times.suffix(100)).map { StepClock(step: $0, zone: definition.timezone) }
    }

    /// The points of a chart, and some before.
    private func history(
        for draft: ChartDraft, of series: SeriesDescription
    ) throws(StorageError) -> StoredHistory {
        guard let start = draft.question.start else {
            var history = StoredHistory()
            history.points = try newestColumns(for: draft, of: series.id)
            return history
        }
        guard start <= draft.end else { return StoredHistory() }
        if let clock = draft.clock {
            let first = clock.time(of: clock.index(at: start) - ChartDraft.lead).milliseconds
            return try history(of: series, in: min(first, start)...draft.lastNeeded)
        }
        let distance = try distance(of: series.id, draft.view)
        let before = try newestPoints(
            of: series.id, until: start - 1, count: ChartDraft.lead, distance: distance)
        var within = try history(of: series, in: start...draft.end)
        within.points = PointColumns(joining: [before.suffix(ChartDraft.lead), within.points])
        return within
    }

    /// The newest points up to the end of a chart.
    private func newestColumns(for draft: ChartDraft, of id: UInt32) throws(StorageError) -> PointColumns {
        guard let clock = draft.clock else {
            return try newestPoints(
                of: id, until: draft.end, count: ChartQuestion.mostPoints + ChartDraft.lead + 1,
                distance: try distance(of: id, draft.view))
        }
        let steps = ChartQuestion.mostPoints + ChartDraft.lead
        let first = clock.time(of: clock.index(at: draft.end) - steps).milliseconds
        let found = try points(of: id, in: first...max(draft.lastNeeded, first))
        // A series with holes has its newest steps further back.
        return found.count >= steps ? found : try points(of: id, in: Int64.min...draft.lastNeeded)
    }

    /// Where a chart of the newest points begins.
    private func start(of columns: PointColumns, _ draft: ChartDraft) -> Int64 {
        let all = draft.points(columns, start: .min, stretches: []).all
        let first = all.suffix(ChartQuestion.mostPoints).first?.time
        return first ?? columns.times.first ?? draft.end
    }
}

/// A chart on its way: what is asked, and what the shard had to say.
struct ChartDraft {
    let view: SeriesView
    /// There for series of the full tier.
    let definition: MetricDefinition?
    /// Its steps, when they are known.
    let clock: StepClock?
    /// The chart ends at this time.
    let end: Int64
    let question: ChartQuestion
    /// Light tier: whether values are rates of a counter.
    let isRate: Bool
    /// Full tier: how the samples of a step become a value.
    let aggregation: Aggregation

    /// Values before a chart that a detector goes over, so that it knows what is usual.
    static let lead = 500

    /// The values of some points.
    ///
    /// - Parameter stretches: Where values were called anomalous, if they were unusual enough.
    func points(
        _ columns: PointColumns, start: Int64, stretches: [ClosedRange<Int64>]
    ) -> ChartPoints {
        // Half a step of the score byte below p*: what is stored of p is rounded.
        let least = -log10(view.threshold) * 20 - 0.5
        let isAnomalous = { (time: Int64, byte: UInt8) -> Bool in
            ScoreByte.isScore(byte) && Double(byte) >= least && stretches.contains { $0.contains(time) }
        }
        var points: ChartPoints
        if let clock {
            points = ChartPoints(
                columns, aggregation: aggregation, clock: clock, start: start, threshold: view.threshold,
                isAnomalous: isAnomalous)
        } else {
            points = ChartPoints(
                columns, isRate: isRate, start: start, threshold: view.threshold, isAnomalous: isAnomalous)
        }
        points.cut(after: end)
        return points
    }

    /// Points up to this time tell the value of the last step of the chart: the first one after it ends it.
    var lastNeeded: Int64 {
        guard let clock else { return end }
        return max(end, clock.time(of: clock.index(at: end) + 2).milliseconds - 1)
    }
}

extension PointColumns {
    /// The last points only.
    fileprivate func suffix(_ count: Int) -> PointColumns {
        var cut = PointColumns()
        cut.times = times.suffix(count)
        cut.values = values.suffix(count)
        cut.scores = scores.suffix(count)
        return cut
    }
}
