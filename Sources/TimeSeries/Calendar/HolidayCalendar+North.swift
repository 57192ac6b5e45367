extension HolidayCalendar {
    /// - Source: the holiday acts of the countries.
    static let northernEurope: [HolidayCalendar] = [
        HolidayCalendar(
            "SE", "Sweden",
            [
                .newYear, .epiphany, .goodFriday, .easterSunday, .easterMonday, .labourDay, .ascension,
                .pentecost, .on(6, 6, "National Day"), midsummerDay, nordicAllSaints, .christmas,
                .secondChristmas,
            ]),
        HolidayCalendar(
            "NO", "Norway",
            [
                .newYear, .maundyThursday, .goodFriday, .easterSunday, .easterMonday, .labourDay, .ascension,
                .on(5, 17, "Constitution Day"), .pentecost, .whitMonday, .christmas, .secondChristmas,
            ]),
        HolidayCalendar(
            "DK", "Denmark",
            [
                .newYear, .maundyThursday, .goodFriday, .easterSunday, .easterMonday,
                HolidayRule("Great Prayer Day", .easter(26), in: 1686...2023), .ascension, .pentecost,
                .whitMonday, .christmas, .secondChristmas,
            ]),
        HolidayCalendar(
            "FI", "Finland",
            [
                .newYear, .epiphany, .goodFriday, .easterSunday, .easterMonday, .labourDay, .ascension,
                .pentecost, HolidayRule("Midsummer Eve", .onOrAfter(.friday, month: 6, day: 19)),
                midsummerDay, nordicAllSaints, .on(12, 6, "Independence Day"), .christmasEve, .christmas,
                .secondChristmas,
            ]),
    ]

    private static let midsummerDay = HolidayRule("Midsummer Day", .onOrAfter(.saturday, month: 6, day: 20))
    private static let nordicAllSaints = HolidayRule(
        "All Saints' Day", .onOrAfter(.saturday, month: 10, day: 31))
}
