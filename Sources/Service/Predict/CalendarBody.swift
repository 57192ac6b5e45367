import Networking
import Pipeline
import TimeSeries

/// The keys of a request that say what is known of certain days.
enum CalendarBody {
    static let keys = ["holidays", "events", "ical"]
    /// No request names more countries or calendar files.
    private static let mostNames = 20

    /// The holidays, events and calendar files of a request.
    static func read(_ body: BodyReader, zone: TimeZone) throws(BodyError) -> EventCalendar {
        var calendar = EventCalendar()
        for (code, pointer) in try texts(body, "holidays") {
            do throws(HolidayError) {
                calendar.holidays.append(try HolidayCalendar(country: code))
            } catch {
                throw BodyError(pointer: pointer, detail: "\(error)")
            }
        }
        for (text, pointer) in try texts(body, "ical") {
            do throws(ICalendarError) {
                calendar.files.append(try ICalendar(Array(text.utf8)))
            } catch {
                throw BodyError(pointer: pointer, detail: "\(error)")
            }
        }
        for (index, element) in (try body.elements("events", most: EventCalendar.mostEvents) ?? [])
            .enumerated()
        {
            calendar.events.append(try event(element, at: "/events/\(index)", zone: zone))
        }
        return calendar
    }

    private static func event(
        _ value: JSONValue, at pointer: String, zone: TimeZone
    ) throws(BodyError) -> EventWindow {
        let body = try BodyReader(value, at: pointer, knowing: ["name", "from", "to"])
        let name = try body.string("name") ?? ""
        do throws(EventError) {
            if let from = body.member("from")?.double, let to = body.member("to")?.double {
                return try EventWindow(
                    checked: name, from: try moment(from, pointer), to: try moment(to, pointer))
            }
            return try EventWindow(
                name, from: body.member("from")?.string ?? "", to: body.member("to")?.string ?? "", zone: zone
            )
        } catch {
            throw BodyError(pointer: pointer, detail: "\(error)")
        }
    }

    private static func moment(_ seconds: Double, _ pointer: String) throws(EventError) -> Timestamp {
        do throws(TimestampError) {
            return try Timestamp(epochSeconds: seconds)
        } catch {
            throw .malformed(NumberText.short(seconds), error)
        }
    }

    /// One text or a list of them, each with its place.
    private static func texts(
        _ body: BodyReader, _ key: String
    ) throws(BodyError) -> [(text: String, pointer: String)] {
        guard let member = body.member(key) else { return [] }
        let pointer = body.pointer(to: key)
        if let text = member.string { return [(text, pointer)] }
        var texts: [(String, String)] = []
        for (index, element) in (try body.elements(key, most: mostNames) ?? []).enumerated() {
            guard let text = element.string else {
                throw BodyError(
                    pointer: "\(pointer)/\(index)", detail: "a string is needed, not \(element.kind.rawValue)"
                )
            }
            texts.append((text, "\(pointer)/\(index)"))
        }
        return texts
    }
}
