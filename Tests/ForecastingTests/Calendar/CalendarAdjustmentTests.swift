import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CalendarAdjustmentTests {
    private static let berlin = try? TimeZone(named: "Europe/Berlin")

    /// Three years of hours from 2023 on: a day, a week, and whatever `effect` says of a civil time.
    private func hourly(
        days: Int = 1_096, noise: Double = 0.03, base: Double = 100, _ effect: (CivilTime) -> Double
    ) throws -> Series {
        let zone = try #require(Self.berlin)
        let grid = TimeGrid(
            origin: try Timestamp(rfc3339: "2022-12-31T23:00:00Z"), step: .fixed(milliseconds: 3_600_000),
            zone: zone)
        var random = SeededSeries(seed: 7)
        let values = (0..<days * 24).map { step in
            let civil = zone.civil(at: grid.time(at: step))
            let day = civil.hour < 7 ? 0.4 : (civil.hour < 20 ? 1.2 : 0.8)
            let week = civil.date.weekday >= 6 ? 0.7 : 1.0
            return base * day * week * (1 + noise * random.normal()) * effect(civil)
        }
        return Series(values: values, grid: grid)
    }

    private func isChristmas(_ civil: CivilTime) -> Bool { civil.date.month == 12 && civil.date.day == 25 }

    private func holidays() throws -> EventCalendar {
        EventCalendar(holidays: [try HolidayCalendar(country: "DE")])
    }

    private func step(_ text: String, _ series: Series) throws -> Int {
        try #require(series.grid).index(of: try Timestamp(rfc3339: text)).index
    }

    @Test func `the effect of a day at each hour is learned from earlier years`() throws {
        // On Christmas nobody comes in the morning and twice as many in the evening.
        let series = try hourly { self.isChristmas($0) ? ($0.hour < 12 ? 0.2 : 2) : 1 }
        let adjustment = CalendarAdjustment(series, calendar: try holidays(), horizon: 0)
        let morning = try step("2025-12-25T08:00:00Z", series)
        let evening = try step("2025-12-25T18:00:00Z", series)
        #expect(abs(adjustment.restored(100, at: morning) - 20) < 3)
        #expect(abs(adjustment.restored(100, at: evening) - 200) < 10)
        #expect(adjustment.restored(100, at: morning - 24) == 100, "24 December is no holiday")
        // The adjusted value is an ordinary one of its weekday.
        let values = adjustment.adjusted(series.values)
        #expect(abs(values[morning] / series.values[morning - 168] - 1) < 0.25)
    }

    @Test func `a later year is told by its own past alone`() throws {
        let series = try hourly { self.isChristmas($0) ? 0.3 : 1 }
        let first = try step("2023-12-25T08:00:00Z", series)
        let whole = CalendarAdjustment(series, calendar: try holidays(), horizon: 0).adjusted(series.values)
        for cut in [first + 10, first + 400, 700 * 24, 1_000 * 24] {
            let prefix = CalendarAdjustment(series.prefix(cut), calendar: try holidays(), horizon: 0)
                .adjusted(Array(series.values.prefix(cut)))
            #expect(zip(prefix, whole).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "cut at \(cut)")
        }
    }

    @Test func `a holiday that was seen once is taken for one like the others`() throws {
        let zone = try #require(Self.berlin)
        let days = Set(try HolidayCalendar(country: "DE").holidays(in: 2023).map(\.date))
        let series = try hourly(days: 364) { days.contains($0.date) ? 0.5 : 1 }
        let adjustment = CalendarAdjustment(series, calendar: try holidays(), horizon: 200)
        // New Year's Day of 2024, seen once, a day after the last value.
        let newYear = try #require(series.grid).index(
            of: zone.start(of: try #require(CivilDate(year: 2024, month: 1, day: 1))))
        #expect(abs(adjustment.restored(100, at: newYear.index + 10) - 50) < 6)
    }

    @Test func `an event that was never seen changes nothing and teaches nothing`() throws {
        let series = try hourly(days: 60) { _ in 1 }
        let event = EventWindow(
            "sale", from: try Timestamp(rfc3339: "2023-02-10T10:00:00Z"),
            to: try Timestamp(rfc3339: "2023-02-10T14:30:00Z"))
        let adjustment = CalendarAdjustment(series, calendar: EventCalendar(events: [event]), horizon: 0)
        let values = adjustment.adjusted(series.values)
        let first = try step("2023-02-10T10:00:00Z", series)
        #expect(values.indices.filter { values[$0].isNaN } == Array(first..<first + 5))
        #expect(adjustment.restored(7, at: first) == 7)
    }

    @Test func `differences are learned where values can be negative`() throws {
        var series = try hourly(days: 800, base: 1) { _ in 1 }
        let zone = try #require(Self.berlin)
        for step in series.values.indices {
            series.values[step] -= 1
            if isChristmas(zone.civil(at: try #require(series.grid).time(at: step))) {
                series.values[step] -= 10
            }
        }
        let sight = CalendarAdjustment(series.prefix(700 * 24), calendar: try holidays(), horizon: 0)
        let second = try step("2024-12-25T08:00:00Z", series.prefix(800 * 24))
        let adjustment = CalendarAdjustment(
            series,
            calendar: EventCalendar(
                events: try (2023...2024).map { year in
                    let day = try #require(CivilDate(year: year, month: 12, day: 25))
                    return EventWindow(
                        "x", from: zone.start(of: day), to: zone.start(of: day.adding(days: 1)))
                }), horizon: 0)
        #expect(abs(adjustment.restored(0, at: second) + 10) < 0.5)
        #expect(!sight.isEmpty)
    }

    /// The effect of the third of three days, worked out step by step from the two before it.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `effects are those of the formula`(seed: UInt64) throws {
        var random = SeededSeries(seed: seed)
        let days = [100, 465, 830]
        var values = (0..<900).map { _ in 50 + 5 * random.normal() }
        for day in days { values[day] *= 0.5 + random.uniform() }
        let grid = TimeGrid(origin: try Timestamp(rfc3339: "2023-01-01T00:00:00Z"), step: .days(1))
        let events = days.map { EventWindow("x", from: grid.time(at: $0), to: grid.time(at: $0 + 1)) }
        let series = Series(values: values, grid: grid)

        var seen = (values: 0.0, expected: 0.0, noise: 0.0)
        for day in days.prefix(2) {
            let around = [-21, -14, -7, 7, 14, 21].map { values[day + $0] }
            let mean = around.reduce(0, +) / 6
            seen.values += values[day]
            seen.expected += mean
            seen.noise += around.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 5 * (1 + 1 / 6.0) / 2
        }
        let shift = (seen.values - seen.expected) / 2
        let weight = 2 / (2 + min(1, seen.noise / (shift * shift)))
        let factor = 1 + weight * (seen.values / seen.expected - 1)

        let adjustment = CalendarAdjustment(series, calendar: EventCalendar(events: events), horizon: 0)
        #expect(abs(adjustment.restored(1, at: days[2]) - factor) < 1e-12, "seed \(seed)")
        let adjusted = adjustment.adjusted(values)
        #expect(adjusted[days[0]].isNaN && abs(adjusted[days[2]] * factor - values[days[2]]) < 1e-9)
    }

    @Test func `an effect that is mere noise is shrunk`() throws {
        let series = try hourly(noise: 0.2) { _ in 1 }
        let adjustment = CalendarAdjustment(series, calendar: try holidays(), horizon: 0)
        let christmas = try step("2025-12-25T00:00:00Z", series) - 1
        let factors = (christmas..<christmas + 24).map { adjustment.restored(1, at: $0) }
        // Two noisy years of 0.2 each would spread by 0.15.
        let spread = (factors.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / 24).squareRoot()
        #expect(spread < 0.16 && factors.allSatisfy { $0 > 0.5 && $0 < 1.5 })
    }

    @Test func `without windows in its time a calendar is empty, and there is no frame`() throws {
        let series = try hourly(days: 5) { _ in 1 }
        let later = EventWindow(
            "later", from: try Timestamp(rfc3339: "2030-01-01T00:00:00Z"),
            to: try Timestamp(rfc3339: "2030-01-02T00:00:00Z"))
        #expect(CalendarAdjustment(series, calendar: EventCalendar(events: [later]), horizon: 24).isEmpty)
        #expect(CalendarFrame(series, calendar: EventCalendar(events: [later]), horizon: 24) == nil)
        #expect(CalendarFrame(Series(values: series.values), calendar: try holidays(), horizon: 24) == nil)
    }

    @Test func `steps belong to the shorter of two windows`() throws {
        let series = try hourly(days: 60) { _ in 1 }
        let long = EventWindow(
            "month", from: try Timestamp(rfc3339: "2023-01-10T00:00:00Z"),
            to: try Timestamp(rfc3339: "2023-02-10T00:00:00Z"))
        let short = EventWindow(
            "hour", from: try Timestamp(rfc3339: "2023-01-20T08:10:00Z"),
            to: try Timestamp(rfc3339: "2023-01-20T08:20:00Z"))
        let grid = try #require(series.grid)
        let found = try #require(
            CalendarOccurrences(series, grid: grid, windows: [long, short], count: series.values.count))
        let inside = try step("2023-01-20T08:00:00Z", series)
        #expect(found.all.map(\.name) == ["month", "hour"] && found.all[1].steps == [inside])
        #expect(found.all[0].steps.count == 31 * 24 - 1)
    }
}
