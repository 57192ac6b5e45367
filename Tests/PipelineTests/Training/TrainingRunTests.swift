import Synchronization
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

/// Counts calls from any thread.
private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}

@Suite struct TrainingRunTests {
    private static let methods = ForecasterCatalog.names

    /// Series that do and that do not train.
    private var histories: [TrainingHistory] {
        var histories = Made.seasons(5, points: 160)
        histories[2].values.removeLast(130)
        return histories
    }

    @Test(arguments: methods)
    func `the same seed gives the same bytes, on one thread and on four`(method: String) throws {
        let settings = Made.settings(method, season: nil)
        let one = try Training(settings).run(histories)
        let bytes = try #require(one.parameters).bytes
        for parallel in [Training.inOrder, Made.threads] {
            let again = try Training(settings, parallel: parallel).run(histories)
            #expect(again.parameters?.bytes == bytes)
            #expect(again.decision == one.decision && again.metrics == one.metrics)
            #expect(again.failures == one.failures)
        }
    }

    @Test(arguments: [false, true])
    func `progress counts every unit in order, and there is room after each`(isParallel: Bool) throws {
        let seen = Mutex<[Int]>([])
        let paces = Counter()
        let progress = FitProgress { done, total in
            #expect(total == 5 * 11)
            seen.withLock { $0.append(done) }
            return true
        }
        _ = try Training(
            Made.settings("ridge"), progress: progress, pace: { paces.next() },
            parallel: isParallel ? Made.threads : Training.inOrder
        ).run(histories)
        let reports = seen.withLock { $0 }
        #expect(reports.last == 5 * 11 && zip(reports, reports.dropFirst()).allSatisfy { $0 < $1 })
        #expect(paces.value == reports.count && paces.value > 5 * 3)
    }

    @Test(arguments: ["ridge", "auto"], [false, true])
    func `a training that is cancelled at any point leaves nothing`(method: String, isParallel: Bool) throws {
        let parallel = isParallel ? Made.threads : Training.inOrder
        let reports = Counter()
        _ = try Training(
            Made.settings(method),
            progress: FitProgress { _, _ in
                reports.next()
                return true
            }
        ).run(histories)
        for point in 1...reports.value {
            let calls = Counter()
            let progress = FitProgress { _, _ in calls.next() < point }
            #expect(throws: ForecastError.cancelled, "at report \(point)") {
                try Training(Made.settings(method), progress: progress, parallel: parallel).run(histories)
            }
            #expect(calls.value == point)
        }
    }

    @Test(arguments: [1, 2, 30, 500, 2_000])
    func `a fit in the middle of a training is cancelled too`(point: Int) {
        let calls = Counter()
        let progress = FitProgress(while: { calls.next() < point })
        #expect(throws: ForecastError.cancelled) {
            try Training(Made.settings("holt-winters"), progress: progress).run(histories)
        }
        #expect(calls.value <= point + 1)
    }

    @Test func `an unknown method is refused before any work`() {
        let error = ForecastError.unknownMethod("nonsense", known: ForecasterCatalog.names)
        #expect(throws: error) { try Made.train("nonsense", histories) }
    }

    @Test func `large jobs have three origins a series`() throws {
        let outcome = try Made.train("seasonal-naive", Made.seasons(400, points: 120))
        #expect(outcome.metrics?.origins == 1_200 && outcome.metrics?.series == 400)
    }
}
