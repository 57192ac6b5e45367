/// The day of Easter.
public enum Easter {
    /// Easter Sunday of the western churches.
    ///
    /// - Source: the anonymous Gregorian algorithm (*Nature*, 20 April 1876), in the form of Meeus,
    ///   *Astronomical Algorithms*, 2nd ed., chapter 8.
    /// - Returns: `nil` for a year that no date has.
    public static func western(_ year: Int) -> CivilDate? {
        let place = year.flooredRemainder(by: 19)  // a
        let century = year.flooredQuotient(by: 100)  // b
        let yearOfCentury = year.flooredRemainder(by: 100)  // c
        let leapCenturies = century / 4  // d
        let restOfCentury = century % 4  // e
        let moonCorrection = (century + 8) / 25  // f
        let g = (century - moonCorrection + 1) / 3
        let epact = (19 * place + century - leapCenturies - g + 15) % 30  // h
        let leapYears = yearOfCentury / 4  // i
        let restOfYear = yearOfCentury % 4  // k
        let weekday = (32 + 2 * restOfCentury + 2 * leapYears - epact - restOfYear) % 7  // l
        let late = (place + 11 * epact + 22 * weekday) / 451  // m
        let days = epact + weekday - 7 * late + 114
        return CivilDate(year: year, month: days / 31, day: days % 31 + 1)
    }

    /// Easter Sunday of the orthodox churches, as a day of the Gregorian calendar.
    ///
    /// - Source: Meeus, *Astronomical Algorithms*, 2nd ed., chapter 8: Easter of the Julian calendar.
    /// - Returns: `nil` for a year that no date has.
    public static func orthodox(_ year: Int) -> CivilDate? {
        let d = (19 * year.flooredRemainder(by: 19) + 15) % 30
        let e = (2 * year.flooredRemainder(by: 4) + 4 * year.flooredRemainder(by: 7) - d + 34) % 7
        let days = d + e + 114
        let century = year.flooredQuotient(by: 100)
        // The two calendars differ by so many days from March of the century's first year on.
        let shift = century - century / 4 - 2
        return CivilDate(year: year, month: days / 31, day: days % 31 + 1)?.adding(days: shift)
    }
}
