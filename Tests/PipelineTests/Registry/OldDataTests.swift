import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite(.timeLimit(.minutes(2)))
struct OldDataTests {
    private typealias Data = RegistryData

    private func points(_ result: TrainingState.Result) -> Double? {
        result.metrics.first { $0.name == "points" }?.value
    }

    @Test func `data of any age is trained on, and a window reaches back from its last point`() throws {
        let clock = RegistryClock()
        clock.wall.withLock { $0 = Data.start + 3_000 * 86_400_000 }
        let bench = try RegistryBench([Data.definition()], clock: clock)
        bench.feed(Data.season(400))
        #expect(points(try bench.train()) == 399)
        var order = Data.order()
        order.window = .fixed(milliseconds: 300 * Data.minute)
        #expect(points(try bench.train("load", order)) == 300)
        // The same from the store alone.
        try bench.monitor.checkpoint()
        #expect(points(try bench.train("load", order)) == 300)
    }

    @Test func `an isolated spike does not widen the band of a default model`() throws {
        var values = Data.season(380)
        let quiet = try RegistryBench([Data.definition()])
        quiet.feed(values)
        quiet.trainer.reconcile()
        values[200] += 1_000
        let bench = try RegistryBench([Data.definition()])
        bench.feed(values)
        bench.trainer.reconcile()
        let widths = try [quiet, bench].map { one in
            let expectation = try #require(try one.full { $0.expectation } ?? nil)
            return expectation.upper - expectation.lower
        }
        #expect(widths[1] < 1.5 * widths[0], "\(widths)")
    }
}
