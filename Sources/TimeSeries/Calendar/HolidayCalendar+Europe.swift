/// Holidays that many countries share.
extension HolidayRule {
    static let newYear = HolidayRule("New Year's Day", .fixed(month: 1, day: 1))
    static let epiphany = HolidayRule("Epiphany", .fixed(month: 1, day: 6))
    static let maundyThursday = HolidayRule("Maundy Thursday", .easter(-3))
    static let goodFriday = HolidayRule("Good Friday", .easter(-2))
    static let easterSunday = HolidayRule("Easter Sunday", .easter(0))
    static let easterMonday = HolidayRule("Easter Monday", .easter(1))
    static let labourDay = HolidayRule("Labour Day", .fixed(month: 5, day: 1))
    static let ascension = HolidayRule("Ascension Day", .easter(39))
    static let pentecost = HolidayRule("Pentecost", .easter(49))
    static let whitMonday = HolidayRule("Whit Monday", .easter(50))
    static let corpusChristi = HolidayRule("Corpus Christi", .easter(60))
    static let assumption = HolidayRule("Assumption Day", .fixed(month: 8, day: 15))
    static let allSaints = HolidayRule("All Saints' Day", .fixed(month: 11, day: 1))
    static let immaculateConception = HolidayRule("Immaculate Conception", .fixed(month: 12, day: 8))
    static let christmasEve = HolidayRule("Christmas Eve", .fixed(month: 12, day: 24))
    static let christmas = HolidayRule("Christmas Day", .fixed(month: 12, day: 25))
    static let secondChristmas = HolidayRule("Second Day of Christmas", .fixed(month: 12, day: 26))

    /// The same day of every year of a country's own.
    static func on(
        _ month: Int, _ day: Int, _ name: String, _ substitute: Substitute = .none,
        in years: ClosedRange<Int> = 1...9999, except exceptions: [Int] = []
    ) -> HolidayRule {
        HolidayRule(name, .fixed(month: month, day: day), substitute, in: years, except: exceptions)
    }
}

extension HolidayCalendar {
    /// - Source: the holiday acts of the countries.
    static let europe: [HolidayCalendar] = [
        HolidayCalendar("GB", "United Kingdom (England and Wales)", greatBritain),
        HolidayCalendar("IE", "Ireland", ireland),
        HolidayCalendar(
            "DE", "Germany",
            [
                .newYear, .goodFriday, .easterMonday, .labourDay, .ascension, .whitMonday,
                .on(10, 3, "German Unity Day"), .on(10, 31, "Reformation Day", in: 2017...2017),
                .christmas, .secondChristmas,
            ]),
        HolidayCalendar(
            "AT", "Austria",
            [
                .newYear, .epiphany, .easterMonday, .labourDay, .ascension, .whitMonday, .corpusChristi,
                .assumption, .on(10, 26, "National Day"), .allSaints, .immaculateConception, .christmas,
                .secondChristmas,
            ]),
        HolidayCalendar(
            "CH", "Switzerland", [.newYear, .ascension, .on(8, 1, "National Day"), .christmas]),
        HolidayCalendar(
            "FR", "France",
            [
                .newYear, .easterMonday, .labourDay, .on(5, 8, "Victory Day"), .ascension, .whitMonday,
                .on(7, 14, "National Day"), .assumption, .allSaints, .on(11, 11, "Armistice Day"), .christmas,
            ]),
        HolidayCalendar(
            "BE", "Belgium",
            [
                .newYear, .easterSunday, .easterMonday, .labourDay, .ascension, .pentecost, .whitMonday,
                .on(7, 21, "National Day"), .assumption, .allSaints, .on(11, 11, "Armistice Day"), .christmas,
            ]),
        HolidayCalendar(
            "NL", "Netherlands",
            [
                .newYear, .goodFriday, .easterSunday, .easterMonday,
                .on(4, 27, "King's Day", except: [2014, 2025, 2031]),
                // A Sunday gives way to the Saturday before.
                HolidayRule("King's Day", .table([2014_04_26, 2025_04_26, 2031_04_26])),
                HolidayRule(
                    "Liberation Day", .table([2015_05_05, 2020_05_05, 2025_05_05, 2030_05_05, 2035_05_05])),
                .ascension, .pentecost, .whitMonday, .christmas, .secondChristmas,
            ]),
        HolidayCalendar(
            "ES", "Spain",
            [
                .newYear, .epiphany, .goodFriday, .labourDay, .assumption, .on(10, 12, "National Day"),
                .allSaints, .on(12, 6, "Constitution Day"), .immaculateConception, .christmas,
            ]),
        HolidayCalendar("PT", "Portugal", portugal),
        HolidayCalendar(
            "IT", "Italy",
            [
                .newYear, .epiphany, .easterSunday, .easterMonday, .on(4, 25, "Liberation Day"), .labourDay,
                .on(6, 2, "Republic Day"), .assumption,
                .on(10, 4, "Saint Francis of Assisi", in: 2026...9999), .allSaints, .immaculateConception,
                .christmas, .secondChristmas,
            ]),
        HolidayCalendar("PL", "Poland", poland),
        HolidayCalendar("CZ", "Czechia", czechia),
        HolidayCalendar("GR", "Greece", greece),
    ]

    private static let greatBritain: [HolidayRule] = [
        .on(1, 1, "New Year's Day", .workday), .goodFriday, .easterMonday,
        HolidayRule("Early May Bank Holiday", .nth(1, .monday, month: 5), except: [2020]),
        HolidayRule("Early May Bank Holiday", .table([2020_05_08])),
        HolidayRule("Spring Bank Holiday", .nth(-1, .monday, month: 5), except: [2022]),
        HolidayRule("Spring Bank Holiday", .table([2022_06_02])),
        HolidayRule("Platinum Jubilee", .table([2022_06_03])),
        HolidayRule("State Funeral", .table([2022_09_19])),
        HolidayRule("Coronation", .table([2023_05_08])),
        HolidayRule("Summer Bank Holiday", .nth(-1, .monday, month: 8)),
        .on(12, 25, "Christmas Day", .workday), .on(12, 26, "Boxing Day", .workday),
    ]

    private static let ireland: [HolidayRule] = [
        .newYear,
        // The first Monday of February, or 1 February where that is a Friday.
        HolidayRule("Saint Brigid's Day", .nth(1, .monday, month: 2), in: 2023...9999, except: [2030]),
        HolidayRule("Saint Brigid's Day", .table([2030_02_01])),
        .on(3, 17, "Saint Patrick's Day"),
        HolidayRule("Day of Remembrance", .table([2022_03_18])),
        .easterMonday,
        HolidayRule("May Bank Holiday", .nth(1, .monday, month: 5)),
        HolidayRule("June Bank Holiday", .nth(1, .monday, month: 6)),
        HolidayRule("August Bank Holiday", .nth(1, .monday, month: 8)),
        HolidayRule("October Bank Holiday", .nth(-1, .monday, month: 10)),
        .christmas, .on(12, 26, "Saint Stephen's Day"),
    ]

    private static let portugal: [HolidayRule] = [
        .newYear, .goodFriday, .easterSunday, .on(4, 25, "Freedom Day"), .labourDay,
        // Four holidays were suspended from 2013 to 2015.
        HolidayRule("Corpus Christi", .easter(60), in: 2016...9999), .on(6, 10, "Portugal Day"), .assumption,
        .on(10, 5, "Republic Day", in: 2016...9999), .on(11, 1, "All Saints' Day", in: 2016...9999),
        .on(12, 1, "Restoration of Independence", in: 2016...9999), .immaculateConception, .christmas,
    ]

    private static let poland: [HolidayRule] = [
        .newYear, .epiphany, .easterSunday, .easterMonday, .labourDay, .on(5, 3, "Constitution Day"),
        .pentecost, .corpusChristi, .assumption, .allSaints, .on(11, 11, "Independence Day"),
        HolidayRule("Independence Day (centenary)", .table([2018_11_12])),
        .on(12, 24, "Christmas Eve", in: 2025...9999), .christmas, .secondChristmas,
    ]

    private static let czechia: [HolidayRule] = [
        .newYear, HolidayRule("Good Friday", .easter(-2), in: 2016...9999), .easterMonday, .labourDay,
        .on(5, 8, "Victory Day"), .on(7, 5, "Saints Cyril and Methodius"), .on(7, 6, "Jan Hus Day"),
        .on(9, 28, "Statehood Day"), .on(10, 28, "Independence Day"),
        .on(11, 17, "Freedom and Democracy Day"), .christmasEve, .christmas, .secondChristmas,
    ]

    private static let greece: [HolidayRule] = [
        .newYear, .epiphany, HolidayRule("Clean Monday", .orthodoxEaster(-48)),
        .on(3, 25, "Independence Day"), HolidayRule("Good Friday", .orthodoxEaster(-2)),
        HolidayRule("Easter Monday", .orthodoxEaster(1)), .on(5, 1, "Labour Day", except: [2024]),
        // Days on which Labour Day was held because it fell on a free day or into Holy Week.
        HolidayRule("Labour Day", .table([2021_05_04, 2022_05_02, 2024_05_07])),
        HolidayRule("Whit Monday", .orthodoxEaster(50)), .assumption, .on(10, 28, "Ochi Day"), .christmas,
        .on(12, 26, "Synaxis of the Mother of God"),
    ]
}
