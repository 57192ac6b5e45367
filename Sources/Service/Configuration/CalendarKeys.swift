internal import TimeSeries

/// Every key of an event.
private enum EventKeys {
    /// An event while it is read.
    struct Draft {
        var name = ""
        var from = ""
        var to = ""
    }

    static let all: [MapKey<Draft>] = [
        MapKey("name") { draft, node, reader throws(ConfigurationError) in
            draft.name = try reader.text(node, "name")
        },
        MapKey("from") { draft, node, reader throws(ConfigurationError) in
            draft.from = try reader.text(node, "from")
        },
        MapKey("to") { draft, node, reader throws(ConfigurationError) in
            draft.to = try reader.text(node, "to")
        },
    ]
}

extension ValueReader {
    /// Countries whose public holidays are known: one code or a list.
    func holidays(_ node: YAMLNode) throws(ConfigurationError) -> [HolidayCalendar] {
        var calendars: [HolidayCalendar] = []
        for element in try oneOrMore(node, "holidays") {
            let code = try text(element, "holidays")
            do throws(HolidayError) {
                calendars.append(try HolidayCalendar(country: code))
            } catch {
                throw element.error(in: file, "holidays must be codes of countries: \(error)")
            }
        }
        return calendars
    }

    /// Calendar files, beside this file: one path or a list.
    mutating func calendarFiles(_ node: YAMLNode) throws(ConfigurationError) -> [ICalendar] {
        var files: [ICalendar] = []
        for element in try oneOrMore(node, "calendar") {
            let path = beside(try text(element, "calendar"))
            let calendar = try calendarFile(path, element)
            warnings += calendar.warnings.map { "\(path): line \($0.line): \($0.reason)" }
            files.append(calendar)
        }
        return files
    }

    private func calendarFile(_ path: String, _ node: YAMLNode) throws(ConfigurationError) -> ICalendar {
        let bytes: [UInt8]
        do throws(ConfigurationError) {
            bytes = try SmallFile(path).bytes
        } catch {
            throw node.error(in: file, "the calendar \(path) \(error.message)")
        }
        do throws(ICalendarError) {
            return try ICalendar(bytes)
        } catch {
            throw node.error(in: file, "the calendar \(path): \(error)")
        }
    }

    /// Events with their times.
    mutating func events(_ node: YAMLNode) throws(ConfigurationError) -> [EventWindow] {
        guard case .list(let elements) = node.content else {
            throw node.error(in: file, "events must be a list of maps, not \(node.kind)")
        }
        guard elements.count <= EventCalendar.mostEvents else {
            throw node.error(in: file, "at most \(EventCalendar.mostEvents) events, not \(elements.count)")
        }
        var events: [EventWindow] = []
        for element in elements {
            var draft = EventKeys.Draft()
            readMap(element, EventKeys.all, of: "an event", into: &draft)
            do throws(EventError) {
                events.append(try EventWindow(draft.name, from: draft.from, to: draft.to, zone: zone))
            } catch {
                throw element.error(in: file, "\(error)")
            }
        }
        return events
    }

    private func oneOrMore(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> [YAMLNode] {
        switch node.content {
        case .list(let elements): return elements
        case .scalar: return [node]
        default: throw node.error(in: file, "\(name) must be one value or a list, not a \(node.kind)")
        }
    }
}
