import Alerting
import Networking
import Pipeline
import Query

extension Handlers {
    /// Silences that are not over, and those that ended less than a day ago.
    @Sendable static func silences(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        let isUnix = try request.wantsEpochSeconds()
        let (found, now) = (try desk.silences(), context.nowMilliseconds)
        return .json { json in
            json.object { json in
                json.key("silences")
                json.array { json in
                    for silence in found { json.object { write(silence, isUnix, now, to: &$0) } }
                }
            }
        }
    }

    /// Adds a silence, or replaces the one of its name; the form is that of Alertmanager.
    @Sendable static func silence(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let desk = try context.requireAlerts()
        _ = try QueryParameters(request, knowing: [])
        let keys = [
            "id", "matchers", "selector", "startsAt", "endsAt", "duration", "createdBy", "comment",
        ]
        let body = try AlertBody(request, knowing: keys, now: context.nowMilliseconds)
        let starts = try body.moment("startsAt") ?? body.now
        let (end, duration) = (try body.moment("endsAt"), try body.duration("duration"))
        guard (end == nil) != (duration == nil) else {
            throw BodyError(pointer: "/endsAt", detail: "either \"endsAt\" or \"duration\", as 2h, is needed")
        }
        let ends = end ?? body.later(starts, by: duration ?? 0)
        guard ends > starts else { throw BodyError(pointer: "/endsAt", detail: "it is not after its start") }
        guard ends > body.now else { throw BodyError(pointer: "/endsAt", detail: "it lies in the past") }
        let silence = try desk.put(
            Silence(
                id: body.text("id", most: AlertBody.longestName) ?? "", matchers: body.matchers(),
                starts: starts, ends: ends, createdBy: body.who("createdBy"),
                comment: body.text("comment") ?? ""))
        return .json { json in json.object { $0.member("silenceID", silence.id) } }
    }

    /// Ends a silence now.
    @Sendable static func expireSilence(_ request: Request, _ context: Context) throws -> HTTPResponse {
        _ = try QueryParameters(request, knowing: [])
        let id = request.parameter("id")
        try context.requireAlerts().expire(silence: id)
        return .json { json in json.object { $0.member("silenceID", id) } }
    }

    private static func write(
        _ silence: Silence, _ isUnix: Bool, _ now: Int64, to json: inout JSONWriter
    ) {
        json.member("id", silence.id)
        json.member("state", now < silence.starts ? "pending" : now < silence.ends ? "active" : "expired")
        json.key("matchers")
        json.array { json in
            for matcher in silence.matchers {
                let comparison = matcher.comparison
                json.object { json in
                    json.member("name", matcher.name)
                    json.member("value", matcher.value)
                    json.member("isRegex", comparison == .matches || comparison == .matchesNot)
                    json.member("isEqual", comparison == .equal || comparison == .matches)
                }
            }
        }
        json.time("startsAt", silence.starts, isUnix)
        json.time("endsAt", silence.ends, isUnix)
        json.member("createdBy", silence.createdBy)
        json.member("comment", silence.comment)
    }
}
