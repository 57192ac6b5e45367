import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

/// Events that fill their own weekday and time, so that there is nothing ordinary at it.
@Suite struct FrequentEventTests {
    private static let weeks = 10
    private static let grid = TimeGrid(
        origin: Timestamp(milliseconds: 1_767_571_200_000), step: .fixed(milliseconds: 3_600_000))

    /// Ten weeks of hours from Monday, 5 January 2026, and one more; 360 where an event is, about 100 elsewhere.
    private func hourly(_ isEvent: (Int) -> Bool) -> (
        history: Series, next: [Double], calendar: EventCalendar
    ) {
        var random = SeededSeries(seed: 3)
        let count = Self.weeks * 168
        let values = (0..<count + 168).map { step in
            (isEvent(step) ? 360 : (step % 24 < 7 ? 80 : 110)) + 2 * random.normal()
        }
        let events = values.indices.filter(isEvent).map {
            EventWindow("job", from: Self.grid.time(at: $0), to: Self.grid.time(at: $0 + 1))
        }
        return (
            Series(values: Array(values[..<count]), grid: Self.grid), Array(values[count...]),
            EventCalendar(events: events)
        )
    }

    /// The mean distance of forecasts from the truth at the times of events.
    private func error(
        _ method: String, _ series: Series, next: [Double], calendar: EventCalendar, at isEvent: (Int) -> Bool
    ) throws -> Double {
        let settings = MethodSettings(season: [168], natural: [24, 168], horizon: 168, seed: 1)
        let frame = CalendarFrame(series, calendar: calendar, horizon: 168)
        let fitted = try ForecasterCatalog.fit(method, to: frame?.history ?? series, settings: settings)
        let mean = fitted.framed(by: frame).mean(steps: 168)
        let steps = mean.indices.filter { isEvent(series.values.count + $0) }
        return steps.reduce(0) { $0 + abs(mean[$1] - next[$1]) } / Double(steps.count)
    }

    private static let patterns: [(name: String, isEvent: @Sendable (Int) -> Bool)] = [
        ("Monday 09:00", { $0 % 168 == 9 }),
        ("every day 09:00", { $0 % 24 == 9 }),
        ("weekdays 09:00", { $0 % 24 == 9 && $0 % 168 < 120 }),
        ("weekend nights", { $0 % 24 < 4 && $0 % 168 >= 120 }),
        ("daily since the sixth week", { $0 % 24 == 9 && $0 >= 5 * 168 }),
    ]

    @Test(arguments: patterns.indices, ["seasonal-naive", "holt-winters"])
    func `an event that fills its weekday and time is expected as well as without a calendar`(
        index: Int, method: String
    ) throws {
        let (name, isEvent) = Self.patterns[index]
        let (series, next, calendar) = hourly(isEvent)
        let with = try error(method, series, next: next, calendar: calendar, at: isEvent)
        let without = try error(method, series, next: next, calendar: .empty, at: isEvent)
        #expect(with <= max(without * 1.1, 25), "\(name), \(method): \(with) with, \(without) without")
    }

    @Test func `a weekly event is learned from the other weekdays at its time`() throws {
        let (series, _, calendar) = hourly { $0 % 168 == 9 }
        let adjustment = CalendarAdjustment(series, calendar: calendar, horizon: 168)
        let step = series.values.count + 9
        #expect(abs(adjustment.restored(110, at: step) - 360) < 10)
        #expect(adjustment.restored(110, at: step + 24) == 110, "Tuesday is no event")
        let adjusted = adjustment.adjusted(series.values)
        #expect(abs(adjusted[9 + 9 * 168] - 110) < 10, "\(adjusted[9 + 9 * 168])")
    }

    @Test func `a daily event stays as it is, but for its first days`() {
        let (series, _, calendar) = hourly { $0 % 24 == 9 }
        let adjustment = CalendarAdjustment(series, calendar: calendar, horizon: 168)
        let adjusted = adjustment.adjusted(series.values)
        let hidden = adjusted.indices.filter { adjusted[$0].isNaN }
        #expect(hidden == [9, 33])
        let changed = zip(adjusted, series.values).dropFirst(34).count { $0 != $1 }
        #expect(changed == 0)
        #expect(adjustment.restored(360, at: series.values.count + 9) == 360)
    }

    @Test(arguments: [0, 100])
    func `an event over nearly the whole history hides nothing`(first: Int) {
        let (series, _, _) = hourly { _ in false }
        let all = EventWindow(
            "always", from: Self.grid.time(at: first), to: Self.grid.time(at: series.values.count))
        let adjustment = CalendarAdjustment(series, calendar: EventCalendar(events: [all]), horizon: 24)
        let changed = zip(adjustment.adjusted(series.values), series.values).count { $0 != $1 }
        #expect(changed == 0)
        #expect(adjustment.restored(7, at: series.values.count + 3) == 7)
    }

    /// The steps of many windows over one another, each painted over the longer ones before it.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `steps of windows over one another are those of painting the longest first`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = 300
        let windows = (0..<60).map { index in
            let begin = Int.random(in: -20..<count, using: &random)
            let length = Int.random(in: 1...(index % 3 == 0 ? 100 : 5), using: &random)
            return EventWindow(
                "\(index)", from: Self.grid.time(at: begin), to: Self.grid.time(at: begin + length))
        }
        var painted = [String](repeating: "", count: count)
        let order = windows.indices.sorted { a, b in
            let (long, short) = (
                windows[a].to.milliseconds(since: windows[a].from),
                windows[b].to.milliseconds(since: windows[b].from)
            )
            return long != short ? long > short : a > b
        }
        for index in order {
            for step in 0..<count
            where Self.grid.time(at: step) >= windows[index].from
                && Self.grid.time(at: step) < windows[index].to
            {
                painted[step] = windows[index].name
            }
        }
        let series = Series(values: [Double](repeating: 1, count: count), grid: Self.grid)
        let found = try #require(
            CalendarOccurrences(series, grid: Self.grid, windows: windows, count: count))
        #expect(found.owner.map { $0 < 0 ? "" : found.all[$0].name } == painted, "seed \(seed)")
    }
}
