import Ingest
import Query
import Storage
import Synchronization
import TimeSeries

/// Points of formulas on their way, and how far groups are once they have arrived.
private struct FormulaBatch {
    var points = DecodedPoints()
    var next: [(labels: Labels, step: Int)] = []

    /// So many points go at once.
    static let most = 50_000
}

extension FormulaRunner {
    /// How far back a formula begins that has made nothing yet, in milliseconds.
    private static let longestPast = 30 * Step.millisecondsInDay
    /// No more steps are made at a look of what lies behind; a month of seconds.
    private static let mostSteps = 2_592_000
    /// So many values of inputs are in memory at once.
    private static let mostValues = 2_000_000

    /// Makes the steps of one formula that ended since the last look.
    ///
    /// - Parameter fillingHoles: Whether late points came, so that steps of the last `lateness` may have a value by now.
    /// - Returns: Whether it is done with all there is; otherwise it wants to be asked again.
    func advance(
        _ work: inout FormulaWork, last: inout [UInt32: Int64], fillingHoles: Bool, isPatient: Bool
    ) -> Bool {
        work.update(from: monitor)
        guard !work.groups.isEmpty else { return true }
        do throws(StorageError) {
            guard try findStep(&work), let clock = work.clock else { return true }
            guard try update(&last, of: work.series) else { return false }
            var batch = FormulaBatch()
            let isReady = !isPatient || work.isReady(last: last, now: monitor.surroundings.steady())
            let past = monitor.surroundings.wall() - work.definition.latenessMilliseconds
            var isDone = true
            for group in work.groups {
                guard !isInterrupted else { return false }
                let lateness = work.definition.latenessMilliseconds
                let end = group.end(last: group.leaves.map { last[$0.series] ?? .min }, lateness: lateness)
                guard end > .min, end < .max else { continue }
                var next = work.next[group.labels]
                if next == nil {
                    next = try begin(of: group, in: work, clock, end: end)
                    // Of what was made before nobody asks again; a past that still comes may begin earlier.
                    if monitor.number(of: work.labels(of: group)) != nil { work.next[group.labels] = next }
                }
                guard let known = next else { continue }
                let close = clock.index(at: end)
                if fillingHoles, try !fill(group, of: work, before: known, clock, last, &batch) {
                    return false
                }
                guard close > known else { continue }
                guard isReady || clock.time(of: known + 1).milliseconds >= past else {
                    isDone = false
                    continue
                }
                let steps = max(known, close - Self.mostSteps)..<close
                guard try make(group, of: &work, steps, clock, last, &batch) else { return false }
            }
            guard send(&batch, of: &work) else { return false }
            work.unreadable = nil
            return isDone
        } catch {
            work.unreadable = "stored points cannot be read: \(error)"
            return false
        }
    }

    /// Asks for the times of the newest points of series.
    ///
    /// - Returns: Whether they are known; not when the monitor has stopped.
    private func update(_ last: inout [UInt32: Int64], of series: Set<UInt32>) throws(StorageError) -> Bool {
        guard let inMemory = monitor.lastTimesInMemory(of: series) else { return false }
        for id in series {
            if let time = inMemory[id] {
                last[id] = time
            } else if last[id] == nil {
                // A series that is not in memory gets no points without coming into it.
                last[id] = try monitor.store.lastChunk(of: id)?.last
            }
        }
        return true
    }

    /// The first step of a group that was not made yet; `nil` while its inputs have no points.
    private func begin(
        of group: FormulaGroup, in work: FormulaWork, _ clock: StepClock, end: Int64
    ) throws(StorageError) -> Int? {
        if let output = monitor.number(of: work.labels(of: group)),
            let last = try monitor.lastTime(of: output)
        {
            return clock.index(at: last) + 1
        }
        var first: [Int64] = []
        for leaf in group.leaves { first.append(try monitor.firstTime(of: leaf.series) ?? .max) }
        let start = group.start(first: first)
        guard start < .max else { return nil }
        return clock.index(at: max(start, end - min(Self.longestPast, end - Timestamp.earliest.milliseconds)))
    }

    /// Finds the step after the first points of the inputs: the longest of theirs.
    ///
    /// - Returns: Whether it is known.
    private func findStep(_ work: inout FormulaWork) throws(StorageError) -> Bool {
        guard work.clock == nil else { return true }
        var longest: Step?
        for id in work.eldest {
            guard let id, let step = try firstStep(of: id) else { return false }
            if step.nominalMilliseconds > longest?.nominalMilliseconds ?? 0 { longest = step }
        }
        work.clock = longest.map { StepClock(step: $0, zone: work.definition.timezone) }
        return work.clock != nil
    }

    private func firstStep(of series: UInt32) throws(StorageError) -> Step? {
        guard let first = try monitor.firstTime(of: series) else { return nil }
        for span: Int64 in [3_600_000, Step.millisecondsInDay, Self.longestPast, .max / 2] {
            var finder = StepFinder()
            for time in try monitor.points(of: series, in: first...(first + span)).times.prefix(64) {
                if let step = finder.take(time) { return step }
            }
        }
        return nil
    }

    // MARK: - Values

    /// Makes a run of steps of a group, part by part.
    private func make(
        _ group: FormulaGroup, of work: inout FormulaWork, _ steps: Range<Int>, _ clock: StepClock,
        _ last: [UInt32: Int64], _ batch: inout FormulaBatch
    ) throws(StorageError) -> Bool {
        let most = max(256, min(Self.mostValues / max(group.leaves.count, 1), FormulaBatch.most))
        var first = steps.lowerBound
        while first < steps.upperBound {
            let part = first..<min(first + most, steps.upperBound)
            guard let points = try points(of: group, work, part, clock, last) else { return false }
            batch.points.append(work.labels(of: group), points)
            batch.next.append((group.labels, part.upperBound))
            if batch.points.points.count >= FormulaBatch.most, !send(&batch, of: &work) { return false }
            first = part.upperBound
        }
        return true
    }

    /// Makes those of the last steps that had no value until late points came.
    ///
    /// - Returns: Not when it was interrupted.
    private func fill(
        _ group: FormulaGroup, of work: FormulaWork, before next: Int, _ clock: StepClock,
        _ last: [UInt32: Int64], _ batch: inout FormulaBatch
    ) throws(StorageError) -> Bool {
        let labels = work.labels(of: group)
        let lateness = work.definition.latenessMilliseconds
        let end = clock.time(of: next).milliseconds
        let first = clock.index(at: end - min(max(lateness, 0), Self.longestPast))
        guard let output = monitor.number(of: labels), first < next, next - first <= Self.mostSteps else {
            return true
        }
        // What is stored stays, also where a late point would have made another value.
        let stored = try monitor.points(of: output, in: clock.time(of: first).milliseconds...end)
        let known = Set(stored.times)
        guard let all = try points(of: group, work, first..<next, clock, last) else { return false }
        batch.points.append(labels, all.filter { !known.contains($0.milliseconds) })
        return true
    }

    /// The points of a run of steps that have a value; `nil` when it was interrupted.
    private func points(
        of group: FormulaGroup, _ work: FormulaWork, _ steps: Range<Int>, _ clock: StepClock,
        _ last: [UInt32: Int64]
    ) throws(StorageError) -> [Point]? {
        let begin = clock.time(of: steps.lowerBound).milliseconds
        let times = begin...max(begin, clock.time(of: steps.upperBound).milliseconds - 1)
        var columns: [[Double]] = []
        for leaf in group.leaves {
            guard !isInterrupted else { return nil }
            guard last[leaf.series] ?? .min >= begin else {
                // It has ended before: of the members of an aggregation most may have.
                columns.append([Double](repeating: .nan, count: steps.count))
                continue
            }
            let column = FormulaColumn(aggregation: work.aggregation(of: leaf), clock: clock)
            let points =
                column.looksBack
                ? try monitor.pointsWithOneBefore(of: leaf.series, in: times)
                : try monitor.points(of: leaf.series, in: times)
            columns.append(column.values(of: points, steps: steps))
        }
        let values = group.values(columns, count: steps.count)
        return zip(steps, values).compactMap { step, value in
            value.isNaN ? nil : Point(milliseconds: clock.time(of: step).milliseconds, value: value)
        }
    }

    /// Brings points the way of all points, and waits until they are durable and applied.
    private func send(_ batch: inout FormulaBatch, of work: inout FormulaWork) -> Bool {
        let count = batch.points.points.count
        if count > 0 {
            let answer = Promise<IngestReport>()
            monitor.ingest(batch.points) { answer.fulfil($0) }
            // Whoever cannot take them now is asked again; nothing counts as made until then.
            guard let report = answer.wait(), report.failure == nil else { return false }
            work.made += report.counts.newest + report.counts.late
            work.refused = report.errors.first.map { "\(report.rejected) points were refused: \($0)" }
        }
        for (labels, step) in batch.next { work.next[labels] = step }
        batch = FormulaBatch()
        return true
    }
}
