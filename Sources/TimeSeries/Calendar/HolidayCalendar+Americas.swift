extension HolidayCalendar {
    /// - Source: 5 U.S.C. § 6103; Holidays Act of Canada; Lei 662/1949, 6.802/1980 and 14.759/2023 of Brazil;
    ///   Ley Federal del Trabajo of Mexico, article 74.
    static let americas: [HolidayCalendar] = [
        HolidayCalendar("US", "United States", unitedStates),
        HolidayCalendar(
            "CA", "Canada",
            [
                .on(1, 1, "New Year's Day", .workday), .goodFriday, .on(7, 1, "Canada Day", .monday),
                HolidayRule("Labour Day", .nth(1, .monday, month: 9)),
                .on(12, 25, "Christmas Day", .workday),
            ]),
        HolidayCalendar(
            "BR", "Brazil",
            [
                .newYear, .goodFriday, .on(4, 21, "Tiradentes Day"), .labourDay,
                .on(9, 7, "Independence Day"), .on(10, 12, "Our Lady of Aparecida"),
                .on(11, 2, "All Souls' Day"), .on(11, 15, "Republic Day"),
                .on(11, 20, "Black Consciousness Day", in: 2024...9999), .christmas,
            ]),
        HolidayCalendar(
            "MX", "Mexico",
            [
                .newYear, HolidayRule("Constitution Day", .nth(1, .monday, month: 2)),
                HolidayRule("Benito Juárez's Birthday", .nth(3, .monday, month: 3)), .labourDay,
                .on(9, 16, "Independence Day"), HolidayRule("Revolution Day", .nth(3, .monday, month: 11)),
                HolidayRule("Change of Government", .table([2018_12_01, 2024_10_01, 2030_10_01])), .christmas,
            ]),
    ]

    private static let unitedStates: [HolidayRule] = [
        .on(1, 1, "New Year's Day", .nearest),
        HolidayRule("Martin Luther King Jr. Day", .nth(3, .monday, month: 1)),
        HolidayRule("Washington's Birthday", .nth(3, .monday, month: 2)),
        HolidayRule("Memorial Day", .nth(-1, .monday, month: 5)),
        .on(6, 19, "Juneteenth", .nearest, in: 2021...9999),
        .on(7, 4, "Independence Day", .nearest),
        HolidayRule("Labor Day", .nth(1, .monday, month: 9)),
        HolidayRule("Columbus Day", .nth(2, .monday, month: 10)),
        .on(11, 11, "Veterans Day", .nearest),
        HolidayRule("Thanksgiving Day", .nth(4, .thursday, month: 11)),
        .on(12, 25, "Christmas Day", .nearest),
    ]
}
