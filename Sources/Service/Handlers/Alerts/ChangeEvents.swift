import Alerting
import Networking
import Pipeline
import TimeSeries

extension Handlers {
    /// What happened in the world, the latest first.
    @Sendable static func events(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let query = try QueryParameters(request, knowing: ["start", "end", "limit", "time"])
        let isUnix = try query.choice("time", ["rfc3339", "unix"]) == "unix"
        let limit = try query.whole("limit", in: 1...10_000, default: 1_000)
        let found = try desk.events(in: query.times(), limit: limit)
        return .json { json in
            json.object { json in
                json.key("events")
                json.array { json in for event in found { write(event, isUnix, to: &json) } }
            }
        }
    }

    /// Notes that something happened, as a deploy.
    @Sendable static func noteEvent(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let isUnix = try request.wantsEpochSeconds()
        let keys = ["id", "title", "text", "time", "end", "labels", "mode", "match", "definition"]
        let body = try AlertBody(request, knowing: keys, now: context.nowMilliseconds)
        let starts = try body.moment("time") ?? body.now
        let ends = try body.moment("end") ?? starts
        guard ends >= starts else { throw BodyError(pointer: "/end", detail: "it lies before its time") }
        let declaration = try body.declaration(among: monitor.definitions)
        let event = try monitor.alerts.put(
            ChangeEvent(
                id: body.text("id", most: AlertBody.longestName) ?? "",
                title: body.required("title", most: 500), text: body.text("text") ?? "", starts: starts,
                ends: ends, labels: body.labels(), declaration: declaration))
        monitor.live.publish(event: event)
        // An event that takes the place of another may say less than that one did.
        let report = try monitor.redeclare()
        let warning = declaration.flatMap { DeclarationJSON.warning(of: $0, monitor) }
        return .json(status: 201) { json in
            json.object { json in
                writeMembers(of: event, isUnix, to: &json)
                if declaration != nil { DeclarationJSON.write(report, to: &json) }
                if let warning { json.member("warning", warning) }
            }
        }
    }

    /// Takes an event away.
    @Sendable static func removeEvent(_ request: Request, _ context: Context) throws -> HTTPResponse {
        _ = try QueryParameters(request, knowing: [])
        let id = request.parameter("id")
        let monitor = try context.requireMonitor()
        try monitor.alerts.remove(event: id)
        _ = try monitor.redeclare()
        return .json { json in json.object { $0.member("id", id) } }
    }

    /// An event, as lists and the stream have it.
    static func write(_ event: ChangeEvent, _ isUnix: Bool, to json: inout JSONWriter) {
        json.object { writeMembers(of: event, isUnix, to: &$0) }
    }

    /// The members of an event.
    static func writeMembers(of event: ChangeEvent, _ isUnix: Bool, to json: inout JSONWriter) {
        json.member("id", event.id)
        json.member("title", event.title)
        json.member("text", event.text)
        json.time("start", event.starts, isUnix)
        json.time("end", event.ends, isUnix)
        json.key("labels")
        json.labels(event.labels.pairs)
        if let declaration = event.declaration { DeclarationJSON.write(declaration, isUnix, to: &json) }
    }
}
