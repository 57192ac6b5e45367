import Alerting
import Networking
public import Pipeline
import Storage
import TimeSeries

extension Handlers {
    private static let day: Int64 = 86_400_000

    /// Takes what somebody says of an anomaly or an incident, or tells what it would change.
    @Sendable static func giveFeedback(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let isUnix = try request.wantsEpochSeconds()
        let keys = ["anomaly", "incident", "verdict", "dry_run", "days", "by"]
        let body = try AlertBody(request, knowing: keys, now: context.nowMilliseconds)
        guard let verdict = try body.choice("verdict", Feedback.self) else {
            let all = Feedback.allCases.map(\.rawValue).joined(separator: ", ")
            throw BodyError(pointer: "/verdict", detail: "one of \(all) is needed")
        }
        let isDryRun = try body.isSet("dry_run") ?? false
        let days = try body.whole("days", in: 1...3_650) ?? 30
        let event = try event(
            of: verdict, about: try anomalies(body, monitor), by: body.who(), body.now, monitor)
        let effect = try monitor.effect(of: event, since: body.now - Int64(days) * day)
        let stored = isDryRun ? nil : try monitor.alerts.put(event)
        let report = stored == nil ? nil : try monitor.redeclare()
        return .json(status: isDryRun ? 200 : 201) { json in
            json.object { json in
                if let stored { json.member("id", stored.id) }
                json.member("verdict", verdict.rawValue)
                json.member("dry_run", isDryRun)
                FeedbackJSON.write(effect.series, effect.incidents, days: days, isUnix, monitor, to: &json)
                if let report { DeclarationJSON.write(report, to: &json) }
            }
        }
    }

    /// What was said of anomalies, the latest first.
    @Sendable static func feedback(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let query = try QueryParameters(request, knowing: ["start", "end", "time"])
        let isUnix = try query.choice("time", ["rfc3339", "unix"]) == "unix"
        let found = try desk.events(in: query.times(), limit: .max).filter {
            $0.declaration?.feedback != nil
        }
        return .json { json in
            json.object { json in
                json.key("feedback")
                json.array { json in for event in found { write(event, isUnix, to: &json) } }
            }
        }
    }

    /// Takes back what was said of an anomaly.
    @Sendable static func withdrawFeedback(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try removeEvent(request, context)
    }

    /// The anomalies that a body names.
    private static func anomalies(_ body: AlertBody, _ monitor: Monitor) throws -> [StoredAnomaly] {
        let keys = ["labels", "series", "from", "definition"]
        let named = try body.object("anomaly", knowing: keys).map { AlertBody($0, now: body.now) }
        let incident = try body.whole("incident", in: 1...Int.max)
        guard (named == nil) != (incident == nil) else {
            throw BodyError(
                pointer: "/anomaly",
                detail: "either \"anomaly\", as {\"series\": \"load{host=\\\"a\\\"}\", \"from\": "
                    + "\"2026-11-27T08:00:00Z\"}, or the number of an \"incident\" is needed")
        }
        var filter = AnomalyFilter()
        filter.limit = .max
        if let incident {
            return try monitor.alerts.incident(Int64(incident)).members.flatMap { member in
                filter.series = [member.verdict.key.series]
                filter.times = member.verdict.key.from...max(member.verdict.key.from, member.verdict.time)
                return member.verdict.key.kind == .anomaly ? try monitor.anomalies(filter) : []
            }
        }
        guard let named, let from = try named.moment("from") else {
            throw BodyError(pointer: "/anomaly/from", detail: "a time in the anomaly is needed")
        }
        let labels = try named.labels()
        let selector = try named.selector(try named.text("series"), at: "/anomaly/series")
        guard (labels.pairs.isEmpty) != (selector == nil) else {
            throw BodyError(
                pointer: "/anomaly/labels",
                detail: "either all \"labels\" of the series or \"series\" is needed")
        }
        let matching = monitor.series(matching: selector).filter {
            labels.pairs.isEmpty || $0.labels == labels
        }
        filter.series = Set(matching.map(\.id))
        filter.times = from...from
        let definition = try named.text("definition")
        return try monitor.anomalies(filter).filter { definition == nil || $0.definition == definition }
    }

    /// What a verdict declares of the times of anomalies.
    private static func event(
        of verdict: Feedback, about anomalies: [StoredAnomaly], by: String, _ now: Int64, _ monitor: Monitor
    ) throws(Problem) -> ChangeEvent {
        let judged = anomalies.filter { !$0.definition.isEmpty }
        guard !judged.isEmpty else {
            let reason =
                anomalies.isEmpty
                ? "No anomaly is known there: GET /api/v1/anomalies lists those that are."
                : "No definition judges its series, which therefore learns by itself alone: write one first."
            throw Problem("unknown-anomaly", 404, "Unknown anomaly", detail: reason)
        }
        let stretches = judged.map { anomaly in
            let isOpenEnded = anomaly.isOpen || verdict == .newNormal
            return Declaration.Stretch(
                labels: monitor.series(anomaly.series)?.labels ?? .none,
                from: verdict == .falseAlarm ? anomaly.from : min(anomaly.began, anomaly.from),
                to: isOpenEnded
                    ? max(now, anomaly.to)
                    : anomaly.to + (verdict == .falseAlarm ? quiet(after: anomaly, monitor) : 0))
        }
        let starts = stretches.map(\.from).min() ?? now
        return ChangeEvent(
            title: "feedback: \(verdict.rawValue)", text: "said by \(by)", starts: starts,
            ends: stretches.map(\.to).max() ?? starts, labels: .none,
            declaration: Declaration(modes: verdict.modes, stretches: stretches, feedback: verdict))
    }
}

/// Milliseconds after a stretch in which it could have gone on: what is normal ends with a return, which is normal too.
private func quiet(after anomaly: StoredAnomaly, _ monitor: Monitor) -> Int64 {
    let definition = monitor.definitions.first { $0.name == anomaly.definition }
    let between = (anomaly.to - anomaly.from) / Int64(max(anomaly.count - 1, 1))
    return 10 * (definition?.step?.nominalMilliseconds ?? max(between, 1))
}

/// What a feedback changes, in answers.
private enum FeedbackJSON {
    static func write(
        _ effects: [DeclarationEffect], _ incidents: IncidentEffect, days: Int, _ isUnix: Bool,
        _ monitor: Monitor, to json: inout JSONWriter
    ) {
        let parts = [
            ("removed", effects.flatMap(\.removed)), ("added", effects.flatMap(\.added)),
            ("kept", effects.flatMap(\.kept)),
        ]
        let counts = parts.map { "\($0.1.count) \($0.0)" }.joined(separator: ", ")
        let told = [
            ("removed", incidents.removed), ("added", incidents.added), ("kept", incidents.kept),
        ]
        let toldCounts = told.map { "\($0.1.count) \($0.0)" }.joined(separator: ", ")
        json.member(
            "summary",
            "of the anomalies of the last \(days) days: \(counts); of the incidents: \(toldCounts)")
        json.key("incidents")
        json.object { json in
            for (name, incidents) in told {
                json.key(name)
                json.array { json in
                    for incident in incidents { PreviewJSON.write(incident, isUnix, to: &json) }
                }
            }
        }
        for (name, anomalies) in parts {
            json.key(name)
            json.array { json in
                for anomaly in anomalies {
                    json.object { json in
                        json.key("labels")
                        json.labels((monitor.series(anomaly.series)?.labels ?? .none).pairs)
                        json.member("definition", anomaly.definition)
                        json.time("from", anomaly.from, isUnix)
                        json.time("to", anomaly.to, isUnix)
                        json.member("peak_score", anomaly.score)
                        json.member("sentence", anomaly.sentence)
                    }
                }
            }
        }
        json.member("points", effects.reduce(0) { $0 + $1.points })
    }
}

extension ReplayError: ProblemConvertible {
    /// 413 for too many points, 409 for a past that cannot be gone over, and what storage says of itself.
    public var problem: Problem {
        switch self {
        case .tooManyPoints(let count, let most):
            Problem(
                "limit-exceeded", 413, "Limit exceeded",
                detail: "\(count) points would be gone over, at most \(most) are at once: ask for fewer "
                    + "\"days\" or for fewer series")
        case .unreadable(let series):
            Problem(
                "conflict", 409, "Conflict",
                detail: "The past of series \(series) cannot be gone over: its state is of another build.")
        case .storage(let error): error.problem
        case .alerts(let error): error.problem
        }
    }
}
