import Storage
import TestSupport
import Testing

@testable import Pipeline

@Suite struct StepAggregatorTests {
    private struct Sample {
        var time: Int64
        var value: Double
        var step: Int
    }

    /// All samples first, then the value of each step from those that lie in it.
    private func twin(_ samples: [Sample], _ aggregation: Aggregation) -> [Int: Double] {
        var values: [Int: Double] = [:]
        for step in Set(samples.map(\.step)) {
            let finite = samples.filter { $0.step == step && $0.value.isFinite }.map(\.value)
            var value = Double.nan
            switch aggregation {
            case .mean where !finite.isEmpty: value = finite.reduce(0, +) / Double(finite.count)
            case .sum where !finite.isEmpty: value = finite.reduce(0, +)
            case .last: value = finite.last ?? .nan
            case .max: value = finite.max() ?? .nan
            case .rate: value = rate(samples, step)
            default: break
            }
            values[step] = value
        }
        return values
    }

    private func rate(_ samples: [Sample], _ step: Int) -> Double {
        var increase = 0.0
        var seconds = 0.0
        for (before, now) in zip(samples, samples.dropFirst()) {
            guard now.step == step, before.value.isFinite, now.value.isFinite else { continue }
            let time = Double(now.time - before.time) / 1_000
            // What was counted before a reset nobody knows.
            guard now.value >= before.value else { continue }
            let grown = now.value - before.value
            // As the rate of the sample and back, for the same rounding.
            increase += grown / time * time
            seconds += time
        }
        return seconds > 0 ? increase / seconds : .nan
    }

    @Test(arguments: Aggregation.allCases, 0..<8 as Range<UInt64>)
    func `each step has the value of its samples`(aggregation: Aggregation, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var samples: [Sample] = []
        var time: Int64 = -50_000
        for _ in 0..<400 {
            time += Int64.random(in: 1...9_000, using: &random)
            let missing = [Double.nan, .infinity, -.infinity]
            let value =
                Int.random(in: 0..<4, using: &random) == 0
                ? missing[Int.random(in: 0..<3, using: &random)] : Double.random(in: -5...5, using: &random)
            samples.append(
                Sample(time: time, value: value, step: Int((Double(time) / 10_000).rounded(.down))))
        }
        let expected = twin(samples, aggregation)
        var aggregator = StepAggregator()
        #expect(aggregator.open == nil)
        var told: [Int] = []
        for sample in samples {
            if let ended = aggregator.take(sample.time, sample.value, at: sample.step, aggregation) {
                told.append(ended.index)
                let value = expected[ended.index] ?? 0
                #expect(
                    ended.value.bitPattern == value.bitPattern || ended.value.isNaN && value.isNaN, "\(ended)"
                )
            }
            #expect(aggregator.open == sample.step)
        }
        #expect(told == expected.keys.sorted().dropLast())
    }

    @Test func `sums beyond all numbers are unknown`() {
        var aggregator = StepAggregator()
        for time in 0..<3 as Range<Int64> {
            _ = aggregator.take(time, .greatestFiniteMagnitude, at: 0, .mean)
        }
        #expect(aggregator.take(10, 1, at: 1, .mean)?.value.isNaN == true)
    }
}

@Suite struct MissingStepsTests {
    private typealias Told = (value: Double, isMeasured: Bool)

    /// Looks at the whole row at once.
    private func twin(_ values: [Double], _ policy: MissingPolicy) -> [Told] {
        var told: [Told] = []
        for (place, value) in values.enumerated() {
            guard value.isNaN else {
                told.append((value, true))
                continue
            }
            let before = values[..<place].lastIndex { !$0.isNaN }
            let after = values[place...].firstIndex { !$0.isNaN }
            switch policy {
            case .unknown: told.append((.nan, false))
            case .zero: told.append((0, false))
            case .last: told.append((before.map { values[$0] } ?? .nan, false))
            case .interpolate(let most):
                let length = (after ?? values.count) - (before ?? -1) - 1
                guard let before, length <= most else {
                    told.append((.nan, false))
                    continue
                }
                // A row that may still end in time waits.
                guard let after else { return told }
                let rise = (values[after] - values[before]) * Double(place - before)
                told.append((values[before] + rise / Double(length + 1), false))
            }
        }
        return told
    }

    @Test(
        arguments: [
            MissingPolicy.unknown, .zero, .last, .interpolate(most: 0), .interpolate(most: 1),
            .interpolate(most: 3),
        ], 0..<20 as Range<UInt64>)
    func `steps without a sample are filled as the metric wants`(policy: MissingPolicy, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var values: [Double] = []
        while values.count < 120 {
            let isGap = Int.random(in: 0..<3, using: &random) == 0
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                values.append(isGap ? .nan : Double.random(in: -9...9, using: &random))
            }
        }
        var steps = MissingSteps()
        var told: [Told] = []
        for value in values { steps.take(value, policy) { told.append(($0, $1)) } }
        let expected = twin(values, policy)
        #expect(told.count == expected.count, "seed \(seed)")
        for (got, want) in zip(told, expected) {
            #expect(got.isMeasured == want.isMeasured)
            #expect(got.value == want.value || got.value.isNaN && want.value.isNaN, "seed \(seed)")
        }
    }
}

@Suite struct AnomalyRunTests {
    private func peak(_ time: Int64, _ score: Double) -> AnomalyRun.Peak {
        AnomalyRun.Peak(time: time, value: Double(time), score: score)
    }

    private func stored(_ run: AnomalyRun) -> StoredAnomaly {
        run.stored(series: 3, definition: "d", definitionHash: "h")
    }

    /// Which of some quiet values in a row ended the run.
    private func passes(_ run: inout AnomalyRun, _ values: Int, closeAfter: Int32) -> [Bool] {
        (0..<values).map { _ in run.pass(closeAfter: closeAfter) }
    }

    @Test func `a run spans its anomalous values and remembers the most unusual`() {
        var run = AnomalyRun()
        #expect(!run.isOpen)
        run.add(peak(10, 1))
        run.add(peak(20, 3))
        let early = passes(&run, 2, closeAfter: 3)
        #expect(early == [false, false])
        run.add(peak(50, 2))
        let anomaly = stored(run)
        #expect(anomaly.isOpen && anomaly.from == 10 && anomaly.to == 50 && anomaly.count == 3)
        #expect(anomaly.peak == 20 && anomaly.value == 20 && anomaly.score == 3)
        #expect(anomaly.series == 3 && anomaly.definition == "d" && anomaly.definitionHash == "h")
    }

    @Test func `quiet values in a row close it, one anomalous value begins the count anew`() {
        var run = AnomalyRun()
        run.add(peak(1, 1))
        let first = passes(&run, 1, closeAfter: 2)
        run.add(peak(3, 1))
        let second = passes(&run, 3, closeAfter: 2)
        #expect(first == [false] && second == [false, true, false])
        let isClosedAgain = run.close()
        #expect(!run.isOpen && !isClosedAgain)
        #expect(stored(run).to == 3 && !stored(run).isOpen)
    }

    @Test func `a value that is neither anomalous nor quiet begins the count anew`() {
        var run = AnomalyRun()
        run.add(peak(1, 1))
        var isOver: [Bool] = []
        for isQuiet in [true, true, false, true, true, true] {
            isOver.append(run.pass(isQuiet: isQuiet, closeAfter: 3))
        }
        #expect(isOver == [false, false, false, false, false, true] && !run.isOpen)
    }

    @Test func `anomalous values in a row confirm, others break the row, and the end forgets it`() {
        var confirmation = Confirmation()
        confirmation.add(openAfter: 3)
        confirmation.add(openAfter: 3)
        confirmation.pass()
        confirmation.add(openAfter: 3)
        confirmation.add(openAfter: 3)
        #expect(!confirmation.isConfirmed)
        confirmation.add(openAfter: 3)
        confirmation.pass()
        #expect(confirmation.isConfirmed)
        let (first, second) = (confirmation.end(), confirmation.end())
        #expect(first && !second && !confirmation.isConfirmed)
    }

    @Test func `the next run knows nothing of the last`() {
        var run = AnomalyRun()
        run.add(peak(1, 9))
        let isClosed = run.close()
        #expect(isClosed)
        run.add(peak(5, 1))
        let anomaly = stored(run)
        #expect(anomaly.from == 5 && anomaly.count == 1 && anomaly.score == 1 && anomaly.peak == 5)
        #expect(!stored(run.ended).isOpen && run.isOpen)
    }
}
