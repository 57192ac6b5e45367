import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CivilStepsTests {
    private static let hour: Int64 = 3_600_000

    private func grid(_ start: String, _ step: Int64, _ zone: String) throws -> TimeGrid {
        TimeGrid(
            origin: try Timestamp(rfc3339: start), step: .fixed(milliseconds: step),
            zone: try TimeZone(named: zone))
    }

    /// The obvious way: what clocks show, counted from what they show at the first step.
    private func slowSlots(_ grid: TimeGrid, _ count: Int, _ step: Int64) -> [Int] {
        func clock(_ index: Int) -> Int64 {
            let moment = grid.time(at: index)
            return moment.milliseconds + Int64(grid.zone.offset(at: moment)) * 1_000
        }
        return (0..<count).map { Int((clock($0) - clock(0)) / step) }
    }

    @Test(arguments: [
        ("Europe/Berlin", "2026-01-07T00:00:00Z", 3_600_000),
        ("Europe/Berlin", "2025-06-01T05:00:00Z", 900_000),
        ("America/New_York", "2025-02-01T00:00:00Z", 3_600_000),
        ("Australia/Sydney", "2025-01-01T00:00:00Z", 300_000),
        ("Australia/Lord_Howe", "2025-01-01T00:00:00Z", 1_800_000),
        ("Europe/London", "2024-10-27T00:00:00Z", 60_000),
    ])
    func `slots are what clocks show`(zone: String, start: String, step: Int64) throws {
        let grid = try grid(start, step, zone)
        let count = 9_000
        let slow = slowSlots(grid, count, step)
        guard let steps = CivilSteps(grid, count: count) else {
            #expect(slow == Array(0..<count))
            return
        }
        #expect(steps.slots(count) == slow)
        #expect(
            [0, 1, count / 2, count - 1].map(steps.slot) == [0, 1, count / 2, count - 1].map { slow[$0] })
    }

    @Test(arguments: [
        ("UTC", "2026-03-01T00:00:00Z", 3_600_000), ("Asia/Tokyo", "2026-03-01T00:00:00Z", 3_600_000),
        ("Europe/Berlin", "2026-04-01T00:00:00Z", 3_600_000),
        ("Europe/Berlin", "2026-03-01T00:00:00Z", 7_200_000),
        ("Europe/Berlin", "2026-03-01T00:00:00Z", 25_200_000),
    ])
    func `slots are steps where clocks do not change or a slot would not be whole`(
        zone: String, start: String, step: Int64
    ) throws {
        #expect(CivilSteps(try grid(start, step, zone), count: 1_000) == nil)
    }

    @Test func `days of 23 and 25 hours have 24 slots`() throws {
        let spring = try #require(
            CivilSteps(try grid("2026-03-28T23:00:00Z", Self.hour, "Europe/Berlin"), count: 30))
        let slots = spring.slots(30)
        // 29 March: 00, 01, 03 … 23, and then the next day.
        #expect(Array(slots.prefix(4)) == [0, 1, 3, 4] && slots[22] == 23 && slots[23] == 24)
        let values = CivilSteps.laidOut((0..<30).map(Double.init), on: slots)
        #expect(values[1] == 1 && values[2].isNaN && values[3] == 2 && values.count == 31)

        let autumn = try #require(
            CivilSteps(try grid("2026-10-24T22:00:00Z", Self.hour, "Europe/Berlin"), count: 30))
        let doubled = autumn.slots(30)
        // 25 October: 00, 01, 02, 02, 03 … 23.
        #expect(Array(doubled.prefix(5)) == [0, 1, 2, 2, 3] && doubled[24] == 23 && doubled[25] == 24)
        let means = CivilSteps.laidOut((0..<30).map(Double.init), on: doubled)
        #expect(means[2] == 2.5 && means[3] == 4 && means.count == 29)
    }

    @Test func `a missing value of a doubled hour leaves the other one`() {
        let values = CivilSteps.laidOut([1, .nan, 3, .nan, .nan], on: [0, 0, 1, 2, 2])
        #expect(values[0] == 1 && values[1] == 3 && values[2].isNaN && values.count == 3)
    }
}
