extension HolidayCalendar {
    /// - Source: the holiday acts of the countries; for Japan Act 178 of 1948 with its changes.
    static let asiaPacific: [HolidayCalendar] = [
        HolidayCalendar("JP", "Japan", japan),
        HolidayCalendar(
            "AU", "Australia",
            [
                .on(1, 1, "New Year's Day", .workday), .on(1, 26, "Australia Day", .workday), .goodFriday,
                .easterMonday, .on(4, 25, "Anzac Day"),
                HolidayRule("National Day of Mourning", .table([2022_09_22])), .christmas,
                .on(12, 26, "Boxing Day"),
            ]),
        HolidayCalendar("NZ", "New Zealand", newZealand),
        HolidayCalendar("ZA", "South Africa", southAfrica),
    ]

    private static let japan: [HolidayRule] = [
        .on(1, 1, "New Year's Day", .nextDay), HolidayRule("Coming of Age Day", .nth(2, .monday, month: 1)),
        .on(2, 11, "Foundation Day", .nextDay),
        .on(2, 23, "Emperor's Birthday", .nextDay, in: 2020...9999),
        HolidayRule("Vernal Equinox Day", .equinox(.spring), .nextDay), .on(4, 29, "Showa Day", .nextDay),
        HolidayRule("Enthronement Day", .table([2019_05_01, 2019_10_22]), .nextDay),
        .on(5, 3, "Constitution Day", .nextDay), .on(5, 4, "Greenery Day", .nextDay),
        .on(5, 5, "Children's Day", .nextDay),
        HolidayRule("Marine Day", .nth(3, .monday, month: 7), except: [2020, 2021]),
        .on(8, 11, "Mountain Day", .nextDay, in: 2016...9999, except: [2020, 2021]),
        HolidayRule("Respect for the Aged Day", .nth(3, .monday, month: 9)),
        HolidayRule("Autumnal Equinox Day", .equinox(.autumn), .nextDay),
        HolidayRule("Sports Day", .nth(2, .monday, month: 10), except: [2020, 2021]),
        .on(11, 3, "Culture Day", .nextDay), .on(11, 23, "Labour Thanksgiving Day", .nextDay),
        .on(12, 23, "Emperor's Birthday", .nextDay, in: 1989...2018),
        // Moved for the games of Tokyo.
        HolidayRule("Marine Day", .table([2020_07_23, 2021_07_22])),
        HolidayRule("Sports Day", .table([2020_07_24, 2021_07_23])),
        HolidayRule("Mountain Day", .table([2020_08_10, 2021_08_08]), .nextDay),
    ]

    private static let newZealand: [HolidayRule] = [
        .on(1, 1, "New Year's Day", .workday), .on(1, 2, "Day after New Year's Day", .workday),
        .on(2, 6, "Waitangi Day", .workday), .goodFriday, .easterMonday, .on(4, 25, "Anzac Day", .workday),
        HolidayRule("King's Birthday", .nth(1, .monday, month: 6)),
        HolidayRule(
            "Matariki",
            .table([
                2022_06_24, 2023_07_14, 2024_06_28, 2025_06_20, 2026_07_10, 2027_06_25, 2028_07_14,
                2029_07_06,
                2030_06_21, 2031_07_11, 2032_07_02, 2033_06_24, 2034_07_07, 2035_06_29,
            ])),
        HolidayRule("Memorial Day", .table([2022_09_26])),
        HolidayRule("Labour Day", .nth(4, .monday, month: 10)),
        .on(12, 25, "Christmas Day", .workday), .on(12, 26, "Boxing Day", .workday),
    ]

    private static let southAfrica: [HolidayRule] = [
        .on(1, 1, "New Year's Day", .monday), .on(3, 21, "Human Rights Day", .monday), .goodFriday,
        HolidayRule("Family Day", .easter(1)), .on(4, 27, "Freedom Day", .monday),
        .on(5, 1, "Workers' Day", .monday), .on(6, 16, "Youth Day", .monday),
        .on(8, 9, "National Women's Day", .monday), .on(9, 24, "Heritage Day", .monday),
        .on(12, 16, "Day of Reconciliation", .monday), .on(12, 25, "Christmas Day", .monday),
        .on(12, 26, "Day of Goodwill", .monday),
        HolidayRule("Election Day", .table([2016_08_03, 2019_05_08, 2021_11_01, 2024_05_29, 2026_11_04])),
        HolidayRule("Declared Holiday", .table([2016_12_27, 2022_12_27, 2023_12_15])),
    ]
}
