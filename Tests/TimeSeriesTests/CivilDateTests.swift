import Testing

@testable import TimeSeries

@Suite struct CivilDateTests {
    // Golden numbers: Python 3.11, `datetime.date(y, m, d).toordinal() - date(1970, 1, 1).toordinal()`.
    @Test(arguments: [
        (1970, 1, 1, 0), (1, 1, 1, -719_162), (9999, 12, 31, 2_932_896), (2000, 2, 29, 11_016),
        (1900, 3, 1, -25_508), (2100, 2, 28, 47_540), (1969, 12, 31, -1), (2026, 11, 21, 20_778),
    ])
    func `days count from 1970`(year: Int, month: Int, day: Int, days: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days) == date)
    }

    @Test func `a walk over a thousand years agrees with a calendar on paper`() throws {
        var date = try #require(CivilDate(year: 1599, month: 12, day: 31))
        var weekday = 5  // Friday, 1599-12-31, by Python
        for _ in 0..<366_000 {
            let next = CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1)
            weekday = weekday % 7 + 1
            let expected =
                if !date.isMonthEnd {
                    CivilDate(year: date.year, month: date.month, day: date.day + 1)
                } else if date.month < 12 {
                    CivilDate(year: date.year, month: date.month + 1, day: 1)
                } else {
                    CivilDate(year: date.year + 1, month: 1, day: 1)
                }
            guard next == expected, next.weekday == weekday, date < next else {
                Issue.record("after \(date): \(next), weekday \(next.weekday), not \(weekday)")
                return
            }
            date = next
        }
    }

    @Test(arguments: [(2025, 2, 29), (1900, 2, 29), (2025, 13, 1), (2025, 0, 1), (2025, 4, 31), (2025, 1, 0)])
    func `the calendar has no such day`(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test func `months are clamped to their end and the wish is kept`() throws {
        let end = try #require(CivilDate(year: 2024, month: 1, day: 31))
        #expect(end.adding(months: 1).description == "2024-02-29")
        #expect(end.adding(months: 13).description == "2025-02-28")
        #expect(end.adding(months: 2).description == "2024-03-31")
        #expect(end.adding(months: -2).description == "2023-11-30")
        #expect(end.adding(months: 1).adding(months: 1, day: 31).description == "2024-03-31")
    }

    @Test func `days of the year count from 1`() throws {
        #expect(try #require(CivilDate(year: 2024, month: 12, day: 31)).dayOfYear == 366)
        #expect(try #require(CivilDate(year: 2025, month: 1, day: 1)).dayOfYear == 1)
    }

    @Test(arguments: [Int.min, -1_000_000_000_000, 1_000_000_000_000, Int.max])
    func `absurd distances do not trap`(distance: Int) throws {
        let date = try #require(CivilDate(year: 2025, month: 5, day: 31))
        let far = [
            date.adding(days: distance), date.adding(months: distance), CivilDate(daysSinceEpoch: distance),
        ]
        for date in far {
            #expect(CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date)
            #expect((date.year < 0) == (distance < 0))
        }
    }

    @Test func `a clock reading shows its parts`() throws {
        let time = CivilTime(clock: -1)
        #expect(time.description == "1969-12-31T23:59:59.999")
        #expect([time.hour, time.minute, time.second, time.millisecond] == [23, 59, 59, 999])
        #expect(time.clock == -1)
        #expect(time < CivilTime(clock: 0))
    }
}
