internal import TimeSeries

extension MuteInterval {
    /// Whether a moment lies in it: all that is given must hold, and of each list one entry.
    ///
    /// Days of the month count back from its end when they are negative; those that a month does not have are cut
    /// off at its ends, and a range that ends before it begins then holds never.
    ///
    /// - Parameter moment: Milliseconds since 1970.
    public func contains(_ moment: Int64) -> Bool {
        let civil = zone.civil(at: Timestamp(milliseconds: moment))
        let date = civil.date
        let minute = civil.hour * 60 + civil.minute
        let days = CivilDate.days(inMonth: date.month, of: date.year)
        return (times.isEmpty || times.contains { $0.contains(minute) })
            && (weekdays.isEmpty || weekdays.contains { $0.contains(date.weekday % 7) })
            && (daysOfMonth.isEmpty || daysOfMonth.contains { Self.holds($0, date.day, of: days) })
            && (months.isEmpty || months.contains { $0.contains(date.month) })
            && (years.isEmpty || years.contains { $0.contains(date.year) })
    }

    private static func holds(_ range: ClosedRange<Int>, _ day: Int, of days: Int) -> Bool {
        let first = range.lowerBound < 0 ? days + range.lowerBound + 1 : range.lowerBound
        let last = range.upperBound < 0 ? days + range.upperBound + 1 : range.upperBound
        return max(first, 1) <= day && day <= min(last, days)
    }
}
