import Testing

@testable import TimeSeries

@Suite struct HolidayCalendarTests {
    /// Dates that were announced or celebrated, and days that were none.
    private static let facts: [(String, [String])] = [
        (
            "US",
            [
                "2024-11-28 Thanksgiving Day", "2025-11-27 Thanksgiving Day",
                "2021-07-05 Independence Day (observed)",
                "2020-07-03 Independence Day (observed)", "2021-12-31 New Year's Day (observed)",
                "2021-06-18 Juneteenth (observed)", "2024-05-27 Memorial Day",
                "2026-01-19 Martin Luther King Jr. Day",
                "2023-09-04 Labor Day",
            ]
        ),
        (
            "CA",
            [
                "2021-12-27 Christmas Day (observed)", "2018-07-02 Canada Day (observed)",
                "2025-09-01 Labour Day",
            ]
        ),
        (
            "GB",
            [
                "2025-04-21 Easter Monday", "2016-12-27 Christmas Day (observed)",
                "2021-12-28 Boxing Day (observed)",
                "2020-05-08 Early May Bank Holiday", "2022-06-02 Spring Bank Holiday",
                "2023-05-08 Coronation",
                "2022-09-19 State Funeral", "2024-08-26 Summer Bank Holiday",
            ]
        ),
        (
            "IE",
            [
                "2023-02-06 Saint Brigid's Day", "2030-02-01 Saint Brigid's Day",
                "2024-10-28 October Bank Holiday",
            ]
        ),
        (
            "DE",
            [
                "2017-10-31 Reformation Day", "2025-10-03 German Unity Day", "2025-05-29 Ascension Day",
                "2026-05-25 Whit Monday", "2024-03-29 Good Friday",
            ]
        ),
        ("AT", ["2025-06-19 Corpus Christi", "2025-10-26 National Day"]), ("CH", ["2025-08-01 National Day"]),
        ("FR", ["2025-07-14 National Day", "2025-05-08 Victory Day"]), ("BE", ["2025-07-21 National Day"]),
        ("NL", ["2025-04-26 King's Day", "2024-04-27 King's Day", "2025-05-05 Liberation Day"]),
        ("ES", ["2025-12-06 Constitution Day"]), ("PT", ["2016-12-01 Restoration of Independence"]),
        ("IT", ["2025-06-02 Republic Day", "2026-10-04 Saint Francis of Assisi"]),
        ("PL", ["2025-12-24 Christmas Eve", "2018-11-12 Independence Day (centenary)"]),
        ("CZ", ["2025-11-17 Freedom and Democracy Day", "2016-03-25 Good Friday"]),
        ("SE", ["2025-06-21 Midsummer Day", "2025-11-01 All Saints' Day"]),
        ("NO", ["2025-05-17 Constitution Day"]),
        ("DK", ["2023-05-05 Great Prayer Day"]),
        ("FI", ["2024-06-21 Midsummer Eve", "2025-12-06 Independence Day"]),
        ("GR", ["2024-05-06 Easter Monday", "2021-05-03 Easter Monday", "2025-03-03 Clean Monday"]),
        (
            "JP",
            [
                "2015-09-22 National Holiday", "2019-04-30 National Holiday",
                "2019-05-06 Children's Day (observed)",
                "2020-07-24 Sports Day", "2024-02-12 Foundation Day (observed)",
                "2024-09-22 Autumnal Equinox Day",
                "2026-09-22 National Holiday", "2021-08-09 Mountain Day (observed)",
            ]
        ),
        ("AU", ["2020-01-27 Australia Day (observed)", "2022-09-22 National Day of Mourning"]),
        (
            "NZ",
            [
                "2022-06-24 Matariki", "2022-01-04 Day after New Year's Day (observed)",
                "2021-04-26 Anzac Day (observed)",
            ]
        ),
        ("BR", ["2024-11-20 Black Consciousness Day"]), ("MX", ["2025-02-03 Constitution Day"]),
        (
            "ZA",
            ["2022-12-27 Declared Holiday", "2025-04-28 Freedom Day (observed)", "2024-05-29 Election Day"]
        ),
        ("IN", ["2025-10-20 Diwali", "2024-03-25 Holi", "2025-08-15 Independence Day"]),
        (
            "CN",
            [
                "2025-01-29 Spring Festival", "2024-09-17 Mid-Autumn Festival",
                "2023-06-22 Dragon Boat Festival",
            ]
        ),
        ("KR", ["2025-10-06 Chuseok", "2027-02-07 Seollal", "2025-05-06 Substitute Holiday"]),
    ]

    @Test(arguments: facts)
    func `holidays are on the days on which they were`(country: String, days: [String]) throws {
        let calendar = try HolidayCalendar(country: country)
        for day in days {
            let year = try #require(Int(day.prefix(4)))
            let found = calendar.holidays(in: year).map { "\($0.date) \($0.name)" }
            #expect(found.contains(day), "\(day) of \(country): \(found)")
        }
    }

    @Test(arguments: [
        ("DE", "2024-11-20"), ("DE", "2024-10-31"), ("DK", "2024-04-26"), ("CZ", "2015-04-03"),
        ("PT", "2015-12-01"), ("NL", "2025-04-27"), ("US", "2020-06-19"), ("GB", "2020-05-04"),
        ("JP", "2019-12-23"), ("JP", "2020-10-12"), ("PL", "2024-12-24"), ("CN", "2024-02-09"),
    ])
    func `days that were none are none`(country: String, day: String) throws {
        let year = try #require(Int(day.prefix(4)))
        #expect(try !HolidayCalendar(country: country).holidays(in: year).contains { "\($0.date)" == day })
    }

    /// The number of holidays of each country in 2015 … 2030, compared with the calendars of the Python package
    /// holidays 0.109 but for what is told in the rules.
    @Test(arguments: [
        ("AT", 208), ("BE", 192), ("BR", 151), ("CH", 64), ("CZ", 207), ("DE", 145), ("DK", 169), ("FI", 240),
        ("FR", 176), ("GB", 144), ("IE", 153), ("JP", 290), ("MX", 115), ("NL", 164), ("NO", 191),
        ("NZ", 198),
        ("PL", 215), ("PT", 204), ("SE", 208), ("US", 191), ("ZA", 220),
    ])
    func `every year has its number of days`(country: String, count: Int) throws {
        let calendar = try HolidayCalendar(country: country)
        #expect(Set((2015...2030).flatMap { calendar.holidays(in: $0).map(\.date) }).count == count)
    }

    @Test(arguments: [
        (2000, "2000-04-23", "2000-04-30"), (2008, "2008-03-23", "2008-04-27"),
        (2011, "2011-04-24", "2011-04-24"),
        (2016, "2016-03-27", "2016-05-01"), (2019, "2019-04-21", "2019-04-28"),
        (2024, "2024-03-31", "2024-05-05"),
        (2025, "2025-04-20", "2025-04-20"), (2038, "2038-04-25", "2038-04-25"),
        (1954, "1954-04-18", "1954-04-25"),
        (1818, "1818-03-22", "1818-04-26"),
    ])
    func `Easter of west and east`(year: Int, western: String, orthodox: String) throws {
        #expect(try #require(Easter.western(year)).description == western)
        #expect(try #require(Easter.orthodox(year)).description == orthodox)
    }

    @Test func `every country is well formed and every year ascends`() {
        #expect(HolidayCalendar.all.count == 29)
        for calendar in HolidayCalendar.all {
            for year in [1, 1583, 1999, 2015, 2026, 2035, 2100, 9999] {
                let days = calendar.holidays(in: year)
                #expect(
                    days.map(\.date) == days.map(\.date).sorted() && days.allSatisfy { $0.date.year == year })
            }
        }
    }

    @Test func `a country without a calendar is refused with those that have one`() {
        #expect(throws: HolidayError.self) { try HolidayCalendar(country: "XX") }
        do throws(HolidayError) {
            _ = try HolidayCalendar(country: "UK")
        } catch {
            #expect("\(error)".contains("AT, AU, BE") && "\(error)".contains("GB"))
        }
    }
}
