import Alerting
import Networking
import Pipeline
import Query
import Testing
import TimeSeries

@testable import Service

private func incident(_ change: (inout Incident) -> Void = { _ in }) throws -> Incident {
    let labels = try Labels([(name: "__name__", value: "up"), (name: "job", value: "api")])
    let verdict = Verdict(
        key: .init(series: 7, kind: .anomaly, from: 1_000), isOver: false, time: 2_500, labels: labels,
        definition: "checkout", severity: .critical,
        peak: .init(
            time: 2_000, value: 9, expected: 1, lower: 0, upper: .nan, score: 1.5, pValue: 1e-6, direction: 1,
            evidence: "residual"), sentence: "9 is above.", lateness: 0, leastOpen: 0)
    var incident = Incident(
        id: 17, state: .open, kind: .anomaly, severity: .critical, title: "checkout", opened: 3_000,
        started: 1_000, members: [.init(verdict: verdict, joined: 3_000)])
    incident.timeline = [.init(time: 3_000, kind: .opened, text: "began", by: "")]
    change(&incident)
    return incident
}

private func json(
    _ incident: Incident, isUnix: Bool = true, silences: [Silence] = [], _ deliveries: [Delivery] = []
) -> HTTPResponse {
    let form = IncidentJSON(isUnix: isUnix, silences: silences, now: 5_000)
    return .json { form.write(incident, deliveries, to: &$0) }
}

@Suite struct AlertRouteTests {
    @Test func `an incident is written with everything that is known of it`() throws {
        let sent = Delivery(
            sequence: 3, incident: 17, channel: "ops/webhook", event: .updated, update: 2, created: 0,
            due: 4_000)
        let taken = try incident {
            $0.acknowledgement = .init(by: "me", comment: "mine", at: 4_000, until: nil)
            $0.resolved = 9_500
        }
        let answer = json(taken, [sent])
        expectSchema(answer, "Incident")
        let expected =
            #"{"id":17,"state":"open","kind":"anomaly","severity":"critical","title":"checkout","#
            + #""sentence":"9 is above.","#
            + #""labels":{"alertname":"checkout","job":"api","kind":"anomaly","severity":"critical"},"#
            + #""definitions":["checkout"],"opened_at":3,"started_at":1,"updated_at":3,"resolved_at":9.5,"#
            + #""acknowledged":{"by":"me","at":4,"until":null,"comment":"mine"},"silenced":false,"#
            + #""member_count":1,"active_count":1,"peak_score":1.5,"members":[{"rank":1,"series":7,"name":"up","#
            + #""labels":{"job":"api"},"definition":"checkout","state":"active","from":1,"to":2.5,"#
            + #""peak_score":1.5,"actual":9,"expected":1,"lower":0,"upper":null,"direction":"above","#
            + #""sentence":"9 is above."}],"#
            + #""timeline":[{"time":3,"kind":"opened","text":"began","by":""}],"#
            + #""deliveries":[{"sequence":3,"id":"incident-17-updated-2","incident":17,"channel":"ops/webhook","#
            + #""event":"updated","state":"waiting","attempts":0,"due_at":4,"last_error":null}]}"#
        #expect(answer.text == expected)
        let text = json(try incident(), isUnix: false)
        expectSchema(text, "Incident")
        #expect(text.text.contains(#""opened_at":"1970-01-01T00:00:03Z""#), "\(text.text)")
        #expect(text.text.contains(#""acknowledged":null"#))
    }

    @Test func `a silence counts only while it holds and fits`() throws {
        func isSilenced(_ matcher: String, _ starts: Int64, _ ends: Int64) throws -> Bool {
            let silence = Silence(
                id: "s", matchers: [try Selector.Matcher(parsing: matcher)], starts: starts, ends: ends,
                createdBy: "", comment: "")
            return json(try incident(), silences: [silence]).text.contains(#""silenced":true"#)
        }
        #expect(try isSilenced("job=api", 0, 5_001) && isSilenced("alertname=~check.*", 5_000, 6_000))
        #expect(try !isSilenced("job=api", 0, 5_000) && !isSilenced("job=api", 5_001, 6_000))
        #expect(try !isSilenced("job=db", 0, 9_000))
    }

    @Test(arguments: [
        ("POST", "/api/v1/incidents", "{}", 422, "/title: a text is needed"),
        ("POST", "/api/v1/incidents", #"{"tittle":"x"}"#, 422, "unknown key; did you mean"),
        ("POST", "/api/v1/incidents", #"{"title":"x","severity":"bad"}"#, 422, "/severity: one of"),
        ("POST", "/api/v1/incidents", #"{"title":"x","labels":{"a b":"c"}}"#, 422, "/labels: "),
        ("POST", "/api/v1/incidents", #"{"title":"x","labels":{"a":1}}"#, 422, "/labels/a: "),
        ("POST", "/api/v1/incidents", "{", 400, "malformed-json"),
        ("GET", "/api/v1/incidents/x", "", 422, "id must be a whole number"),
        ("GET", "/api/v1/incidents/99", "", 404, "unknown-incident"),
        ("GET", "/api/v1/incidents?x=1", "", 422, "invalid-query"),
        ("GET", "/api/v1/incidents?state=opn", "", 422, "state must be some of open, acknowledged, resolved"),
        ("POST", "/api/v1/incidents/99/ack", "", 404, "unknown-incident"),
        ("POST", "/api/v1/incidents/99/ack", #"{"until":"soon"}"#, 422, "/until: a duration such as 2h"),
        (
            "POST", "/api/v1/incidents/99/ack", #"{"until":"2020-01-01T00:00:00Z"}"#, 422,
            "it lies in the past"
        ),
        ("POST", "/api/v1/incidents/99/comments", "{}", 422, "/text: "),
        ("POST", "/api/v1/incidents/99/resolve", "{}", 404, "unknown-incident"),
        ("POST", "/api/v1/incidents/99/unack", #"{"comment":"x"}"#, 422, "unknown key"),
        ("POST", "/api/v1/silences", "{}", 422, "endsAt"),
        ("POST", "/api/v1/silences", #"{"duration":"2h"}"#, 422, "/matchers: either"),
        ("POST", "/api/v1/silences", #"{"duration":"2h","matchers":["a="]}"#, 422, "silence everything"),
        ("POST", "/api/v1/silences", #"{"duration":"2h","matchers":["a"]}"#, 422, "/matchers/0: column 2"),
        ("POST", "/api/v1/silences", #"{"duration":"2h","selector":"{"}"#, 422, "/selector: "),
        (
            "POST", "/api/v1/silences",
            #"{"duration":"2h","matchers":[{"name":"a","value":"(","isRegex":true}]}"#, 422,
            "a regular expression"
        ),
        (
            "POST", "/api/v1/silences", #"{"matchers":["a=b"],"endsAt":"2020-01-01T00:00:00Z","startsAt":0}"#,
            422,
            "it lies in the past"
        ),
        ("DELETE", "/api/v1/silences/none", "", 404, "unknown-silence"),
        ("POST", "/api/v1/events", #"{"title":"x","time":10,"end":9}"#, 422, "it lies before its time"),
        ("DELETE", "/api/v1/events/none", "", 404, "unknown-event"),
        ("POST", "/api/v1/events", #"{"title":"x","mode":"mute"}"#, 422, "/match: a mode needs"),
        ("POST", "/api/v1/events", #"{"title":"x","match":"up"}"#, 422, "/mode: what is said"),
        ("POST", "/api/v1/events", #"{"title":"x","mode":"off"}"#, 422, "/mode: one of"),
        ("POST", "/api/v1/events", #"{"title":"x","mode":"mute","match":"up"}"#, 422, "/end: "),
        (
            "POST", "/api/v1/events", #"{"title":"x","mode":"mute","definition":"y","time":1,"end":2}"#, 422,
            "no definition is named"
        ),
        ("POST", "/api/v1/feedback", "{}", 422, "/verdict: "),
        ("POST", "/api/v1/feedback", #"{"verdict":"expected"}"#, 422, "/anomaly: either"),
        ("POST", "/api/v1/feedback", #"{"verdict":"expected","incident":9}"#, 404, "unknown-incident"),
        (
            "POST", "/api/v1/feedback", #"{"verdict":"expected","anomaly":{"series":"up","from":9}}"#, 404,
            "unknown-anomaly"
        ),
        ("DELETE", "/api/v1/feedback/none", "", 404, "unknown-event"),
        ("POST", "/api/v1/preview", "{}", 422, "/metric: "),
        ("POST", "/api/v1/preview", #"{"metric":{"match":"{"}}"#, 422, "match must be a selector"),
        ("POST", "/api/v1/preview", #"{"metric":{"match":"up","calendar":"x"}}"#, 422, "/metric/calendar"),
        ("GET", "/api/v1/deliveries?state=lost", "", 422, "state must be one of waiting"),
        ("POST", "/api/v1/deliveries/99/retry", "{}", 404, "unknown-delivery"),
    ])
    func `every failure is a problem document`(
        method: String, path: String, body: String, status: Int, text: String
    ) throws {
        let service = try StoredService()
        let parts = path.split(separator: "?")
        let query = parts.dropFirst().flatMap { $0.split(separator: "&") }.map {
            (name: String($0.prefix { $0 != "=" }), value: String($0.drop { $0 != "=" }.dropFirst()))
        }
        let answer = service.ask(
            method, String(parts[0]), query, type: body.isEmpty ? nil : "application/json",
            body: Array(body.utf8))
        #expect(answer.status == status, "\(answer.text)")
        #expect(
            answer.header("Content-Type") == Problem.contentType && answer.text.contains(text),
            "\(answer.text)")
    }

    @Test func `an incident is opened, taken on, commented, given back and resolved by hand`() throws {
        let service = try StoredService()
        let opened = service.post(
            "/api/v1/incidents",
            #"{"title":"Disk","severity":"critical","labels":{"host":"a"},"text":"it is full","by":"me"}"#)
        #expect(opened.status == 201, "\(opened.text)")
        expectSchema(opened, "Incident")
        let root = try JSONDocument(opened.body).root
        let id = try #require(root["id"]?.integer)
        #expect(opened.header("Location") == "/api/v1/incidents/\(id)")
        #expect(root["state"]?.string == "open" && root["kind"]?.string == "manual")
        #expect(root["labels"]?["host"]?.string == "a" && root["labels"]?["severity"]?.string == "critical")
        let path = "/api/v1/incidents/\(id)"
        let taken = service.post(path + "/ack", #"{"by":"you","comment":"on it","until":"2h"}"#)
        expectSchema(taken, "Incident")
        #expect(taken.text.contains(#""until":"2025-01-10T02:00:00Z""#), "\(taken.text)")
        #expect(taken.text.contains(#""state":"acknowledged""#))
        #expect(
            service.post(path + "/comments", #"{"by":"you","text":"still"}"#).text.contains(
                #""text":"still""#))
        #expect(service.post(path + "/unack", #"{"by":"you"}"#).text.contains(#""state":"open""#))
        let list = service.get("/api/v1/incidents", [("state", "open"), ("time", "unix")])
        expectSchema(list, "Incidents")
        #expect(list.text.contains(#""opened_at":1736467200"#), "\(list.text)")
        #expect(service.post(path + "/resolve", "").text.contains(#""state":"resolved""#))
        #expect(
            service.get("/api/v1/incidents", [("state", "open")]).text == #"{"incidents":[],"next":null}"#)
        #expect(service.post(path + "/resolve", "").status == 409)
        #expect(service.get(path).text.contains(#""kind":"resolved""#))
    }

    @Test func `incidents are read page by page, all of them and each once`() throws {
        let service = try StoredService()
        for place in 0..<7 { _ = service.post("/api/v1/incidents", #"{"title":"t\#(place)"}"#) }
        var seen: [Int] = []
        var query: [(name: String, value: String)] = [("limit", "3"), ("state", "open")]
        for page in 0..<3 {
            let answer = service.get("/api/v1/incidents", query)
            expectSchema(answer, "Incidents")
            let root = try JSONDocument(answer.body).root
            let ids = (root["incidents"]?.elements).map(Array.init)?.compactMap { $0["id"]?.integer } ?? []
            seen += ids.map { Int($0) }
            let next = root["next"]?.integer
            #expect((next == nil) == (page == 2) && (page == 2 || next == ids.last))
            // One that comes meanwhile moves no page.
            _ = service.post("/api/v1/incidents", #"{"title":"later"}"#)
            if let next { query = [("limit", "3"), ("before", "\(next)")] }
        }
        #expect(seen == [7, 6, 5, 4, 3, 2, 1])
        expectProblem(service.get("/api/v1/incidents", [("before", "99")]), 404)
        expectProblem(service.get("/api/v1/incidents", [("before", "x")]), 422, "before")
        for id in ["+1", "01"] { #expect(service.get("/api/v1/incidents/" + id).status == 422) }
    }

    @Test func `a silence is put, seen on an incident and ended`() throws {
        let service = try StoredService()
        _ = service.post("/api/v1/incidents", #"{"title":"Disk","labels":{"host":"a"}}"#)
        let put = service.post(
            "/api/v1/silences",
            #"{"matchers":[{"name":"host","value":"a|b","isRegex":true}],"duration":"1h","createdBy":"me"}"#)
        expectSchema(put, "SilenceID")
        let id = try #require(try JSONDocument(put.body).root["silenceID"]?.string)
        let list = service.get("/api/v1/silences")
        expectSchema(list, "Silences")
        #expect(
            list.text.contains(#""endsAt":"2025-01-10T01:00:00Z""#)
                && list.text.contains(#""state":"active""#))
        #expect(service.get("/api/v1/incidents").text.contains(#""silenced":true"#))
        #expect(service.ask("DELETE", "/api/v1/silences/\(id)").status == 200)
        #expect(service.get("/api/v1/incidents").text.contains(#""silenced":false"#))
    }

    @Test func `an event is noted, listed and taken away`() throws {
        let service = try StoredService()
        let put = service.post(
            "/api/v1/events", #"{"title":"deploy","time":1736467000,"labels":{"app":"x"}}"#)
        #expect(put.status == 201, "\(put.text)")
        expectSchema(put, "ChangeEvent")
        let id = try #require(try JSONDocument(put.body).root["id"]?.string)
        let list = service.get("/api/v1/events", [("start", "1736466000"), ("time", "unix")])
        expectSchema(list, "ChangeEvents")
        #expect(list.text.contains(#""start":1736467000,"end":1736467000"#), "\(list.text)")
        #expect(service.ask("DELETE", "/api/v1/events/\(id)").status == 200)
        #expect(service.get("/api/v1/events").text == #"{"events":[]}"#)
    }
}
