extension RecurrenceRule {
    /// Parts of rules that are not followed.
    private static let unsupported = ["BYSETPOS", "BYWEEKNO", "BYYEARDAY", "BYHOUR", "BYMINUTE", "BYSECOND"]
    private static let weekdays: [String: Weekday] = [
        "MO": .monday, "TU": .tuesday, "WE": .wednesday, "TH": .thursday, "FR": .friday, "SA": .saturday,
        "SU": .sunday,
    ]
    private static let largestInterval = 10_000
    private static let largestCount = 10_000

    /// Reads a rule such as `FREQ=MONTHLY;BYDAY=2TU;COUNT=10`.
    ///
    /// - Parameter moment: Reads the value of UNTIL.
    init(
        _ line: ICalendarLine, moment: (String) throws(ICalendarError) -> ICalendarEvent.Moment
    ) throws(ICalendarError) {
        var frequency: Frequency?
        var read = RecurrenceRule(frequency: .daily)
        for part in line.value.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { throw line.error("'\(part.prefix(40))' in the rule has no '='") }
            let value = pair[1].uppercased()
            switch pair[0].uppercased() {
            case "FREQ":
                frequency = Frequency(rawValue: value)
                guard frequency != nil else {
                    throw line.error(
                        "events that recur \(value.prefix(40)) are not read; write DAILY, WEEKLY, MONTHLY or "
                            + "YEARLY")
                }
            case "INTERVAL": read.interval = try Self.numbers(value, in: 1...Self.largestInterval, line)[0]
            case "COUNT": read.count = try Self.numbers(value, in: 1...Self.largestCount, line)[0]
            case "UNTIL": read.until = try moment(value)
            case "BYMONTH": read.months = try Self.numbers(value, in: 1...12, line)
            case "BYMONTHDAY":
                read.monthDays = try Self.numbers(value, in: -31...31, line)
                guard !read.monthDays.contains(0) else { throw line.error("no month has a day 0") }
            case "BYDAY": read.days = try Self.days(value, line)
            case "WKST": read.weekStart = try Self.days(value, line)[0].weekday
            case let name where Self.unsupported.contains(name):
                throw line.error("\(name) in a rule is not read; write its days as events of their own")
            default: break
            }
        }
        guard let frequency else { throw line.error("the rule has no FREQ") }
        if frequency == .daily || frequency == .weekly, read.days.contains(where: { $0.ordinal != nil }) {
            throw line.error("a place in the month needs FREQ=MONTHLY or YEARLY")
        }
        self = read
        self.frequency = frequency
    }

    private static func numbers(
        _ text: String, in range: ClosedRange<Int>, _ line: ICalendarLine
    ) throws(ICalendarError) -> [Int] {
        var numbers: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).prefix(400) {
            guard let number = Int(part), range.contains(number) else {
                throw line.error(
                    "'\(part.prefix(40))' in the rule is not from \(range.lowerBound) to \(range.upperBound)")
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func days(_ text: String, _ line: ICalendarLine) throws(ICalendarError) -> [Day] {
        var days: [Day] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).prefix(400) {
            let place = part.dropLast(2)
            let ordinal = place.isEmpty ? nil : Int(place)
            guard let weekday = weekdays[String(part.suffix(2))], place.isEmpty || ordinal != nil,
                ordinal.map({ $0 != 0 && abs($0) <= 53 }) ?? true
            else { throw line.error("'\(part.prefix(40))' is no day such as MO or -1FR") }
            let day = Day(weekday: weekday, ordinal: ordinal)
            if !days.contains(day) { days.append(day) }
        }
        return days
    }
}
