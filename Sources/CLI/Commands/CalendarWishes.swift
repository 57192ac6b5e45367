import Networking
import Service
import TimeSeries

/// What the command line says of certain days: holidays, calendar files and events.
struct CalendarWishes {
    static let options = [
        Command.Option(
            "--holidays", value: "CC,CC", "public holidays of these countries, such as DE,FR"),
        Command.Option("--calendar", value: "FILE", repeats: true, "events of an iCalendar file"),
        Command.Option(
            "--event", value: "N=FROM/TO", repeats: true,
            "an unusual time: sale=2026-11-27/2026-11-30"),
    ]

    private(set) var calendar = EventCalendar()
    /// The text of each calendar file.
    private var files: [[UInt8]] = []
    private let countries: [String]
    private var events: [(name: String, from: String, to: String)] = []

    init(_ arguments: Arguments, zone: TimeZone) throws {
        countries = (arguments.text("--holidays") ?? "").split(separator: ",").map(String.init)
        for country in countries {
            do {
                calendar.holidays.append(try HolidayCalendar(country: country))
            } catch {
                throw UsageError("--holidays: \(error)")
            }
        }
        for path in arguments.texts("--calendar") {
            let bytes = try FileInput.read(path)
            do {
                calendar.files.append(try ICalendar(bytes))
            } catch {
                throw Failure("\(path): \(error)")
            }
            files.append(bytes)
        }
        for text in arguments.texts("--event") { try add(event: text, zone: zone) }
    }

    private mutating func add(event text: String, zone: TimeZone) throws {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        let ends = parts.count == 2 ? parts[1].split(separator: "/").map(String.init) : []
        guard ends.count == 2 else {
            throw UsageError(
                "--event must be NAME=FROM/TO, such as sale=2026-11-27/2026-11-30, not '\(text)'")
        }
        do {
            calendar.events.append(try EventWindow(parts[0], from: ends[0], to: ends[1], zone: zone))
        } catch {
            throw UsageError("--event: \(error)")
        }
        events.append((parts[0], ends[0], ends[1]))
    }

    /// Writes what was wished into the body of a question to the service.
    func write(to json: inout JSONWriter) {
        if !countries.isEmpty { json.member("holidays", countries) }
        if !files.isEmpty { json.member("ical", files.map { String(decoding: $0, as: UTF8.self) }) }
        guard !events.isEmpty else { return }
        json.key("events")
        json.array { json in
            for event in events {
                json.object { json in
                    json.member("name", event.name)
                    json.member("from", event.from)
                    json.member("to", event.to)
                }
            }
        }
    }
}
