import Alerting
import Networking
import Pipeline
import Storage
import TimeSeries

extension Handlers {
    /// Incidents, the latest first, a page at a time.
    @Sendable static func incidents(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let query = try QueryParameters(
            request, knowing: ["state", "start", "end", "limit", "before", "time"])
        var filter = IncidentFilter()
        filter.states = try query.words("state", Incident.State.allCases.map(\.rawValue)).map(Set.init)
        filter.times = try query.times()
        let limit = try query.whole("limit", in: 1...10_000, default: 100)
        // One more shows that there are more.
        filter.limit = limit + 1
        if request.query("before") != nil {
            let last = try desk.incident(Int64(query.whole("before", in: 0...Int.max, default: 0)))
            filter.after = IncidentFilter.Place(opened: last.opened, id: last.id)
        }
        let isUnix = try query.choice("time", ["rfc3339", "unix"]) == "unix"
        let found = try desk.incidents(filter)
        let form = try IncidentJSON(isUnix: isUnix, silences: desk.silences(), now: context.nowMilliseconds)
        return .json { json in
            json.object { json in
                json.key("incidents")
                json.array { json in
                    for incident in found.prefix(limit) {
                        json.object { form.writeSummary(incident, to: &$0) }
                    }
                }
                json.member("next", found.count > limit ? Int(found[limit - 1].id) : nil)
            }
        }
    }

    /// An incident with its members, what happened to it, and who was told.
    @Sendable static func incident(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let isUnix = try request.wantsEpochSeconds()
        return try answer(desk.incident(request.number("id")), isUnix, desk, context)
    }

    /// Opens an incident that no metric shows.
    @Sendable static func openIncident(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let isUnix = try request.wantsEpochSeconds()
        let keys = ["title", "severity", "labels", "text", "by"]
        let body = try AlertBody(request, knowing: keys, now: context.nowMilliseconds)
        let incident = try desk.open(
            title: body.required("title", most: 500),
            severity: body.choice("severity", Severity.self) ?? .warning, labels: body.labels(),
            text: body.text("text") ?? "", by: body.who())
        var response = try answer(incident, isUnix, desk, context, status: 201)
        response.headers.append(("Location", "/api/v1/incidents/\(incident.id)"))
        return response
    }

    /// Somebody takes an incident on.
    @Sendable static func acknowledge(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try order(request, context, ["by", "comment", "until"]) { desk, id, body in
            try desk.acknowledge(
                id, by: body.who(), comment: body.text("comment") ?? "",
                until: body.momentOrDuration("until"))
        }
    }

    /// Nobody has taken it on any more.
    @Sendable static func unacknowledge(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try order(request, context, ["by"]) { desk, id, body in
            try desk.unacknowledge(id, by: body.who())
        }
    }

    /// Somebody says that it is over.
    @Sendable static func resolve(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try order(request, context, ["by", "comment"]) { desk, id, body in
            try desk.resolve(id, by: body.who(), comment: body.text("comment") ?? "")
        }
    }

    /// Somebody writes something down.
    @Sendable static func comment(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try order(request, context, ["by", "text"]) { desk, id, body in
            try desk.comment(id, by: body.who(), text: body.required("text"))
        }
    }

    private static func order(
        _ request: Request, _ context: Context, _ keys: [String],
        _ body: (AlertDesk, Int64, AlertBody) throws -> Incident
    ) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let isUnix = try request.wantsEpochSeconds()
        let read = try AlertBody(request, knowing: keys, now: context.nowMilliseconds)
        return try answer(body(desk, request.number("id"), read), isUnix, desk, context)
    }

    private static func answer(
        _ incident: Incident, _ isUnix: Bool, _ desk: AlertDesk, _ context: Context, status: Int = 200
    ) throws -> HTTPResponse {
        let form = try IncidentJSON(isUnix: isUnix, silences: desk.silences(), now: context.nowMilliseconds)
        let deliveries = try desk.deliveries(of: incident.id)
        return .json(status: status) { form.write(incident, deliveries, to: &$0) }
    }
}

extension QueryParameters {
    /// Some of several words, with commas between them; `nil` when the parameter is left out.
    func words(_ name: String, _ known: [String]) throws(Problem) -> [String]? {
        guard let text = request.query(name) else { return nil }
        let words = text.split(separator: ",").map(\.trimmed)
        for word in words where !known.contains(word) {
            throw Self.problem(
                "\(name) must be some of \(known.joined(separator: ", ")), not \"\(word.prefix(60))\"")
        }
        return words
    }
}
