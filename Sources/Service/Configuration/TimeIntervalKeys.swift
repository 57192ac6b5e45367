internal import Alerting
internal import TimeSeries

/// Every key of an element of a time interval, and of a time range in it.
private enum TimeIntervalKeys {
    static let all: [MapKey<MuteInterval>] = [
        MapKey("location") { interval, node, reader throws(ConfigurationError) in
            interval.zone = try reader.timeZone(node, "location")
        },
        MapKey("times") { interval, node, reader throws(ConfigurationError) in
            guard case .list(let elements) = node.content else {
                throw node.error(in: reader.file, "times must be a list of maps, not \(node.kind)")
            }
            for element in elements {
                var ends: (start: Int?, end: Int?) = (nil, nil)
                reader.readMap(element, times, of: "a time range", into: &ends)
                for key in ["start_time", "end_time"]
                where element.member(key) == nil && element.kind == "map" {
                    throw element.error(
                        in: reader.file, "the time range has no \(key), such as \(key): '08:00'")
                }
                guard let start = ends.start, let end = ends.end else { continue }
                guard start < end else {
                    throw element.error(
                        in: reader.file,
                        "the time range ends before it begins; write two, to and from '24:00'")
                }
                interval.times.append(start..<end)
            }
        },
        MapKey("weekdays") { interval, node, reader throws(ConfigurationError) in
            interval.weekdays = try reader.ranges(node, "weekdays", "as monday:friday", of: 7) {
                CalendarNames.place(of: $0, in: CalendarNames.weekdays)
            }
        },
        MapKey("days_of_month") { interval, node, reader throws(ConfigurationError) in
            interval.daysOfMonth = try reader.daysOfMonth(node)
        },
        MapKey("months") { interval, node, reader throws(ConfigurationError) in
            interval.months = try reader.ranges(node, "months", "as may:august or 5:8") {
                CalendarNames.place(of: $0, in: CalendarNames.months).map { $0 + 1 }
                    ?? Int($0).flatMap { (1...12).contains($0) ? $0 : nil }
            }
        },
        MapKey("years") { interval, node, reader throws(ConfigurationError) in
            interval.years = try reader.ranges(node, "years", "as 2026:2030") {
                Int($0).flatMap { (1...9_999).contains($0) ? $0 : nil }
            }
        },
    ]

    private static let times: [MapKey<(start: Int?, end: Int?)>] = [
        MapKey("start_time") { ends, node, reader throws(ConfigurationError) in
            ends.start = try reader.minute(node, "start_time")
        },
        MapKey("end_time") { ends, node, reader throws(ConfigurationError) in
            ends.end = try reader.minute(node, "end_time")
        },
    ]
}

private enum CalendarNames {
    static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ]

    static func place(of name: String, in names: [String]) -> Int? { names.firstIndex(of: name.lowercased()) }
}

extension ValueReader {
    /// The time intervals, by their names.
    mutating func timeIntervals(
        _ node: YAMLNode, into draft: inout AlertingDraft
    ) throws(ConfigurationError) {
        for (name, node) in try named(node, "time_intervals") {
            draft.intervalNames.append(name)
            var intervals: [MuteInterval] = []
            readMap(
                node,
                [
                    MapKey("name") { _, _, _ throws(ConfigurationError) in },
                    MapKey("time_intervals") { intervals, node, reader throws(ConfigurationError) in
                        guard case .list(let elements) = node.content else {
                            throw node.error(in: reader.file, "time_intervals must be a list of maps")
                        }
                        for element in elements {
                            var interval = MuteInterval()
                            reader.readMap(
                                element, TimeIntervalKeys.all, of: "a time interval", into: &interval)
                            intervals.append(interval)
                        }
                    },
                ], of: "a named time interval", into: &intervals)
            if intervals.isEmpty {
                findings.add(
                    node.error(in: file, "the time interval \"\(name)\" has no time_intervals"), at: node)
            }
            draft.settings.timeIntervals[name] = intervals
        }
    }

    /// The minute of the day, up to 24:00.
    fileprivate func minute(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Int {
        let text = try text(node, name)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...59).contains(minute), hour >= 0, hour * 60 + minute <= 1_440
        else { throw complaint(node, name, "a time from '00:00' to '24:00'", text) }
        return hour * 60 + minute
    }

    /// Words or ranges of words, which stand for numbers.
    ///
    /// - Parameter cycle: How many there are before the first comes again; a range may then go over the end.
    fileprivate func ranges(
        _ node: YAMLNode, _ name: String, _ example: String, of cycle: Int? = nil,
        _ number: (String) -> Int?
    ) throws(ConfigurationError) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for text in try texts(node, name) {
            let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { number($0.trimmed) }
            guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1],
                low <= high || cycle != nil
            else { throw complaint(node, name, "ranges \(example)", text) }
            if low <= high {
                ranges.append(low...high)
            } else if let cycle {
                ranges += [low...cycle - 1, 0...high]
            }
        }
        return ranges
    }

    /// Days counted from the first, or with a minus from the last of the month.
    fileprivate func daysOfMonth(_ node: YAMLNode) throws(ConfigurationError) -> [ClosedRange<Int>] {
        func day(_ text: String) -> Int? {
            Int(text).flatMap { (1...31).contains(abs($0)) ? $0 : nil }
        }
        var ranges: [ClosedRange<Int>] = []
        for text in try texts(node, "days_of_month") {
            let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { day($0.trimmed) }
            guard (1...2).contains(ends.count), let low = ends[0], var high = ends[ends.count - 1] else {
                throw complaint(node, "days_of_month", "ranges as 1:5 or -3:-1", text)
            }
            if low > 0, high == -1 { high = 31 }
            guard low <= high, (low > 0) == (high > 0) else {
                throw complaint(
                    node, "days_of_month", "ranges that rise and are counted from one side, as 1:5 or -3:-1",
                    text)
            }
            ranges.append(low...high)
        }
        return ranges
    }
}
