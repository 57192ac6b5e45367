extension HolidayCalendar {
    /// Countries with holidays that follow the moon.
    ///
    /// China has its statutory days, without the working days that are moved each year to make them longer.
    ///
    /// - Source: Regulation on Public Holidays of China (State Council, 1999, with the changes of 2007, 2013 and
    ///   2024); Act on Public Holidays of Korea (2021) and the decrees before it; the yearly lists of compulsory
    ///   gazetted holidays of the government of India.
    static let lunar: [HolidayCalendar] = [
        HolidayCalendar("CN", "China", china), HolidayCalendar("KR", "South Korea", korea),
        HolidayCalendar("IN", "India", india),
    ]

    private static let china: [HolidayRule] = [
        .newYear,
        HolidayRule("Spring Festival Eve", .table(LunarDays.chineseNewYear, plus: -1), in: 2025...9999),
        HolidayRule("Spring Festival", .table(LunarDays.chineseNewYear)),
        HolidayRule("Spring Festival, second day", .table(LunarDays.chineseNewYear, plus: 1)),
        HolidayRule("Spring Festival, third day", .table(LunarDays.chineseNewYear, plus: 2)),
        HolidayRule("Qingming Festival", .table(LunarDays.qingming)),
        .labourDay, .on(5, 2, "Labour Day, second day", in: 2025...9999),
        HolidayRule("Dragon Boat Festival", .table(LunarDays.dragonBoat)),
        HolidayRule("Mid-Autumn Festival", .table(LunarDays.midAutumn)),
        .on(10, 1, "National Day"), .on(10, 2, "National Day, second day"),
        .on(10, 3, "National Day, third day"),
    ]

    private static let korea: [HolidayRule] = [
        .newYear,
        HolidayRule("Seollal Eve", .table(LunarDays.seollal, plus: -1)),
        HolidayRule("Seollal", .table(LunarDays.seollal)),
        HolidayRule("Day after Seollal", .table(LunarDays.seollal, plus: 1)),
        .on(3, 1, "Independence Movement Day"), .on(5, 1, "Labour Day", in: 2026...9999),
        .on(5, 5, "Children's Day"), HolidayRule("Buddha's Birthday", .table(LunarDays.koreanVesak)),
        .on(6, 6, "Memorial Day"), .on(7, 17, "Constitution Day", in: 2026...9999),
        .on(8, 15, "Liberation Day"),
        HolidayRule("Chuseok Eve", .table(LunarDays.midAutumn, plus: -1)),
        HolidayRule("Chuseok", .table(LunarDays.midAutumn)),
        HolidayRule("Day after Chuseok", .table(LunarDays.midAutumn, plus: 1)),
        .on(10, 3, "National Foundation Day"), .on(10, 9, "Hangul Day"), .christmas,
        HolidayRule("Substitute Holiday", .table(LunarDays.koreanSubstitutes)),
        HolidayRule("Declared Holiday", .table(LunarDays.koreanSingleDays)),
        HolidayRule("Election Day", .table(LunarDays.koreanElections)),
    ]

    private static let india: [HolidayRule] = [
        .on(1, 26, "Republic Day"), HolidayRule("Holi", .table(LunarDays.holi)),
        HolidayRule("Mahavir Jayanti", .table(LunarDays.mahavir)), .goodFriday,
        HolidayRule("Buddha Purnima", .table(LunarDays.buddhaPurnima)),
        HolidayRule("Eid al-Fitr", .table(LunarDays.eidAlFitr)),
        HolidayRule("Eid al-Adha", .table(LunarDays.eidAlAdha)),
        HolidayRule("Muharram", .table(LunarDays.ashura)), .on(8, 15, "Independence Day"),
        HolidayRule("Milad-un-Nabi", .table(LunarDays.milad)), .on(10, 2, "Gandhi Jayanti"),
        HolidayRule("Dussehra", .table(LunarDays.dussehra)), HolidayRule("Diwali", .table(LunarDays.diwali)),
        HolidayRule("Guru Nanak's Birthday", .table(LunarDays.guruNanak)), .christmas,
    ]
}
