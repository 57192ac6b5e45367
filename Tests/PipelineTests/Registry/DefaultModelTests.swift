import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite(.timeLimit(.minutes(2)))
struct DefaultModelTests {
    private typealias Data = RegistryData

    @Test func `the first default comes with 24 known steps, and again when they have doubled`() throws {
        let bench = try RegistryBench([Data.definition { $0.season = nil }])
        let values = Data.season(400)
        var tried: [Int] = []
        for step in 0..<400 {
            bench.feed([values[step]], from: step)
            bench.trainer.reconcile()
            let triedAt = try bench.full { $0.triedAt } ?? 0
            if triedAt != tried.last ?? 0 { tried.append(triedAt) }
            if step < 24 { #expect(try bench.live() == nil && bench.full { $0.expectation == nil } == true) }
        }
        #expect(tried == [24, 48, 96, 192, 384])
        #expect(try bench.full { $0.live?.season } == [24])
        #expect(try bench.full { $0.live?.method } == "seasonal-naive")
        // Warm-up is unscored, and so is the step that is not over; everything else is judged.
        let scores = try bench.points().scores
        #expect(scores.prefix(24).allSatisfy { $0 == 255 } && scores[399] == 255)
        #expect(scores[25..<399].allSatisfy { $0 != 255 })
    }

    @Test func `a season that is given is longer than what is known at first`() throws {
        let bench = try RegistryBench([Data.definition { $0.season = .steps(30) }])
        let values = Data.season(70)
        bench.feed(values[..<30])
        bench.trainer.reconcile()
        #expect(try bench.full { $0.triedAt } == 29)
        let first = try bench.full { ($0.live?.version, $0.live?.method, $0.live?.season) }
        #expect(first?.0 == nil || first?.0 == 0, "\(String(describing: first))")
        bench.feed(values[30...], from: 30)
        bench.trainer.reconcile()
        #expect(try bench.live() == 0 && bench.full { $0.live?.season } == [30])
        #expect(try bench.full { $0.triedAt } == 69)
    }

    @Test func `a series without known values has no default, and is not asked again for nothing`() throws {
        let bench = try RegistryBench([Data.definition { $0.range = ValueRange(min: 1_000, max: nil) }])
        bench.feed(Data.season(60))
        bench.trainer.reconcile()
        #expect(try bench.live() == nil && bench.full { $0.triedAt } == 59)
    }

    @Test func `many new series get their defaults in one look`() throws {
        let bench = try RegistryBench([Data.definition()])
        for host in 0..<45 { bench.feed(Data.season(60, seed: UInt64(host)), Data.labels("load", host)) }
        bench.trainer.reconcile()
        let status = bench.monitor.fullTier()
        #expect(status.count == 45 && status.allSatisfy { $0.version == 0 && !$0.wantsDefault })
    }

    @Test func `thresholds follow the number of series in powers of two, live ones too`() throws {
        let definition = try Data.definition {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week))
        }
        let bench = try RegistryBench([definition])
        bench.feed(Data.season(430))
        bench.trainer.reconcile()
        let one = 2.0 / 10_080
        var widths: [Double] = []
        for (count, share) in [(1, 1.0), (2, 2), (3, 4), (4, 4), (5, 8)] {
            if count > 1 { bench.feed([1], Data.labels("load", count)) }
            for host in [0, count] where host == 0 || count > 1 {
                let found = try #require(try bench.full(Data.labels("load", host)) { $0.threshold })
                #expect(abs(found - one / share) < 1e-12, "\(count) series, host \(host)")
            }
            let width = try #require(
                try bench.full { full in full.expectation.map { $0.upper - $0.lower } } ?? nil)
            widths.append(width)
        }
        #expect(
            widths[0] < widths[1] && widths[1] < widths[2] && widths[2] == widths[3] && widths[3] < widths[4])
    }
}
