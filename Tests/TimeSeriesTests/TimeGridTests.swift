import TestSupport
import Testing

@testable import TimeSeries

@Suite struct TimeGridTests {
    private func grid(_ origin: String, _ step: String, _ zone: String = "UTC") throws -> TimeGrid {
        let zone = try TimeZone(named: zone)
        return TimeGrid(
            origin: zone.meaning(of: try civil(origin)).first, step: try Step(parsing: step, in: zone),
            zone: zone)
    }

    private func times(_ grid: TimeGrid, _ indices: ClosedRange<Int>) -> [String] {
        indices.map { grid.time(at: $0).rfc3339(in: grid.zone) }
    }

    @Test func `months keep the day of the origin without drift`() throws {
        let grid = try grid("2025-01-31", "P1M")
        #expect(
            times(grid, -2...4) == [
                "2024-11-30T00:00:00Z", "2024-12-31T00:00:00Z", "2025-01-31T00:00:00Z",
                "2025-02-28T00:00:00Z", "2025-03-31T00:00:00Z", "2025-04-30T00:00:00Z",
                "2025-05-31T00:00:00Z",
            ])
        #expect(times(grid + 1, 0...2) == times(grid, 1...3))
        #expect((grid + 1) + 1 == grid + 2)
    }

    @Test func `a grid may aim at a later day than its origin has`() throws {
        let origin = try Timestamp(rfc3339: "2025-02-28T00:00:00Z")
        let grid = TimeGrid(origin: origin, step: .months(1), dayOfMonth: 31)
        #expect(
            times(grid, 0...2) == ["2025-02-28T00:00:00Z", "2025-03-31T00:00:00Z", "2025-04-30T00:00:00Z"])
    }

    @Test func `quarters and years are months`() throws {
        #expect(
            times(try grid("2024-02-29", "P1Y"), 3...4) == ["2027-02-28T00:00:00Z", "2028-02-29T00:00:00Z"])
        #expect(times(try grid("2024-10-01", "P3M"), 1...1) == ["2025-01-01T00:00:00Z"])
    }

    @Test func `months begin at local midnight`() throws {
        #expect(
            times(try grid("2025-03-01", "P1M", "Europe/Berlin"), 0...2) == [
                "2025-03-01T00:00:00+01:00", "2025-04-01T00:00:00+02:00", "2025-05-01T00:00:00+02:00",
            ])
    }

    @Test func `civil days have 23 and 25 hours when clocks change`() throws {
        let spring = try grid("2025-03-29", "1d", "Europe/Berlin")
        #expect(
            times(spring, 0...2) == [
                "2025-03-29T00:00:00+01:00", "2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00",
            ])
        let fixed = try grid("2025-03-29", "24h", "Europe/Berlin")
        #expect(times(fixed, 2...2) == ["2025-03-31T01:00:00+02:00"])
    }

    @Test func `a time of day that is skipped moves forward for that day alone`() throws {
        #expect(
            times(try grid("2025-03-29T02:30", "1d", "Europe/Berlin"), 0...2) == [
                "2025-03-29T02:30:00+01:00", "2025-03-30T03:30:00+02:00", "2025-03-31T02:30:00+02:00",
            ])
        #expect(
            times(try grid("2025-10-25T02:30", "1d", "Europe/Berlin"), 1...1)
                == ["2025-10-26T02:30:00+02:00"])
    }

    @Test func `step 0 is the origin, even in the hour that comes twice`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let origin = try Timestamp(rfc3339: "2025-10-26T02:30:00+01:00")
        #expect(TimeGrid(origin: origin, step: .days(1), zone: zone).time(at: 0) == origin)
    }

    @Test(arguments: ["1ms", "7s", "5m", "1h", "1d", "3d", "P1M", "P3M", "P1Y"])
    func `the time of a step finds the step`(step: String) throws {
        for zone in ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"] {
            let grid = try grid("2024-01-31T02:15", step, zone)
            for index in [-500, -40, -1, 0, 1, 2, 59, 60, 61, 62, 365, 366, 1_000] {
                let place = grid.index(of: grid.time(at: index))
                #expect(place.index == index && place.isExact, "\(index) of \(step) in \(zone)")
            }
        }
    }

    @Test(arguments: ["5m", "1d", "P1M"])
    func `a moment between steps goes to the nearer one`(step: String) throws {
        let grid = try grid("2024-01-31", step, "Europe/Berlin")
        for index in -30...30 {
            let (this, next) = (grid.time(at: index), grid.time(at: index + 1))
            let half = next.milliseconds(since: this) / 2
            #expect(grid.index(of: this.advanced(byMilliseconds: half - 1)).index == index)
            #expect(grid.index(of: this.advanced(byMilliseconds: half)).index == index + 1)
            #expect(grid.index(of: this.advanced(byMilliseconds: 1)).distance == 1)
            #expect(grid.index(of: this.advanced(byMilliseconds: -1)).distance == -1)
        }
    }

    @Test(
        arguments: [
            ("5m", "24h", 288), ("5m", "1d", 288), ("1h", "10m", 1), ("1h", "61m", 2), ("1h", "1d", 24),
            ("1d", "P1M", 31), ("1h", "P1M", 744), ("P1M", "P1Y", 12), ("P1M", "1y", 12), ("P3M", "P1Y", 4),
            ("P3M", "P1M", 1), ("P1M", "30d", 1), ("P1M", "32d", 2), ("1w", "P1Y", 53), ("1d", "36h", 2),
            ("P1Y", "1d", 1), ("1d", "24h", 1),
        ] as [(String, String, Int)])
    func `a horizon in time is steps, rounded up`(step: String, horizon: String, steps: Int) throws {
        #expect(try grid("2025-01-01", step).steps(covering: Step(parsing: horizon)) == steps)
    }

    @Test func `a horizon counts civil days from the step where it begins`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        let daily = try grid("2025-01-01", "1d", "Europe/Berlin")
        #expect(daily.steps(covering: try Step(parsing: "24h"), from: 88) == 1)  // 30 March has 23 hours
        #expect(daily.steps(covering: try Step(parsing: "1w", in: zone), from: 88) == 7)
        #expect(daily.steps(covering: .months(1), from: 31) == 28)
        #expect(try grid("2025-01-31", "1d").steps(covering: .months(1)) == 28)
        #expect(try grid("2025-03-30", "1h", "Europe/Berlin").steps(covering: .days(1)) == 24)
    }

    @Test(arguments: [Step.fixed(milliseconds: .max), .days(.max), .months(.max), .fixed(milliseconds: 1)])
    func `absurd steps and indices do not trap`(step: Step) throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        for origin in [Timestamp.earliest, Timestamp(milliseconds: 0), .latest] {
            let grid = TimeGrid(origin: origin, step: step, zone: zone)
            for index in [Int.min, -1, 0, 1, Int.max] {
                let time = grid.time(at: index)
                #expect(Timestamp.range.contains(time.milliseconds))
                _ = grid + index
                for duration in [Step.fixed(milliseconds: .max), .days(.max), .months(.max), .months(1)] {
                    #expect(grid.steps(covering: duration, from: index) >= 0)
                }
            }
            for moment in [Timestamp.earliest, .latest] { _ = grid.index(of: moment) }
        }
    }
}
