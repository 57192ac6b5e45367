import Alerting
import Networking
import Synchronization
import TestSupport
import Testing

/// A receiver on loopback that gives prepared answers in turn, then 200, and keeps what it was sent.
private final class Receiver: HTTPHandler {
    private let state: Mutex<(answers: [HTTPResponse], requests: [HTTPRequest])>

    init(_ answers: [HTTPResponse]) { state = Mutex((answers, [])) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func handle(_ request: HTTPRequest, reply: HTTPReply) {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? HTTPResponse() : state.answers.removeFirst()
        }
        reply.send(answer)
    }
}

private func outcome(_ body: () throws(NotifierFailure) -> Void) -> NotifierFailure? {
    do throws(NotifierFailure) {
        try body()
        return nil
    } catch {
        return error
    }
}

private func make(_ kind: String, _ change: (inout NotifierOptions) -> Void) throws -> NotifierChannel {
    var options = NotifierOptions()
    change(&options)
    return try #require(NotifierCatalog.named(kind)).make(options)
}

private func each(_ kind: String, _ change: (inout NotifierOptions) -> Void) throws -> any Notifier {
    guard case .each(let notifier) = try make(kind, change) else {
        throw NotifierError(key: kind, reason: "a picture")
    }
    return notifier
}

@Suite(.serialized) struct NotifierDeliveryTests {
    private func serve(_ receiver: Receiver) throws -> HTTPServer {
        try HTTPServer(HTTPServer.Configuration(), handler: receiver)
    }

    @Test func `a webhook gets the same signed bytes until it takes them`() throws {
        let receiver = Receiver([HTTPResponse(status: 500)])
        let server = try serve(receiver)
        let webhook = try each("webhook") {
            $0.texts = ["url": "http://127.0.0.1:\(server.port)/in?team=web", "secret": "s3cret\n"]
        }
        let payload = webhook.payload(for: Sample.message())
        let now = Sample.noon
        let first = outcome { () throws(NotifierFailure) in
            try webhook.send(payload, id: "incident-17-opened", now: now)
        }
        #expect(first == .retryLater(reason: "HTTP 500", after: nil))
        #expect(
            outcome { () throws(NotifierFailure) in try webhook.send(payload, id: "i", now: now + 1_999) }
                == nil)
        let requests = receiver.requests
        #expect(requests.map(\.body) == [payload, payload] && requests.allSatisfy { $0.method == "POST" })
        for (request, seconds) in zip(requests, [1_772_366_400, 1_772_366_401]) {
            #expect(request.path == "/in" && request.query.map(\.value) == ["web"])
            #expect(request.header("content-type") == "application/cloudevents+json")
            let code = Digest.hmacSHA256(Array("\(seconds).".utf8) + payload, key: Array("s3cret".utf8))
            #expect(
                request.header("bellwether-signature") == "t=\(seconds),v1=" + Digest.hexadecimal(code))
        }
    }

    @Test func `answers of a webhook become success or one of two failures`() throws {
        let answers = [
            HTTPResponse(status: 410), HTTPResponse(status: 429, headers: [("Retry-After", "7")]),
            HTTPResponse(status: 503, headers: [("Retry-After", "Sun, 01 Mar 2026 12:01:00 GMT")]),
            HTTPResponse(status: 302, headers: [("Location", "/elsewhere")]), HTTPResponse(status: 204),
        ]
        let receiver = Receiver(answers)
        let server = try serve(receiver)
        let webhook = try each("webhook") { $0.texts = ["url": "http://127.0.0.1:\(server.port)"] }
        let outcomes = answers.map { _ in
            outcome { () throws(NotifierFailure) in try webhook.send([1], id: "i", now: Sample.noon) }
        }
        guard case .rejected(_, isGone: true) = outcomes[0], case .rejected(_, isGone: false) = outcomes[3]
        else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(outcomes[1] == .retryLater(reason: "HTTP 429", after: 7))
        #expect(outcomes[2] == .retryLater(reason: "HTTP 503", after: 60))
        #expect(outcomes[4] == nil)
        #expect(receiver.requests.map(\.path) == ["/", "/", "/", "/", "/"])
        #expect(receiver.requests.allSatisfy { $0.header("bellwether-signature") == nil })
    }

    @Test func `a receiver that is not there, or says nothing, is tried later`() throws {
        let port = try FreePort.next()
        let webhook = try each("webhook") { $0.texts = ["url": "http://127.0.0.1:\(port)/secret"] }
        let failure = outcome { () throws(NotifierFailure) in try webhook.send([1], id: "i", now: 0) }
        #expect(failure == .retryLater(reason: "the connection was refused", after: nil))
    }

    @Test func `Slack's address is in no failure`() throws {
        let path = "/services/T0/B0/s3cret"
        let receiver = Receiver([HTTPResponse(status: 400, body: Array("no_team at \(path)".utf8))])
        let server = try serve(receiver)
        let slack = try each("slack") { $0.texts = ["url": "http://127.0.0.1:\(server.port)\(path)"] }
        let send = { () throws(NotifierFailure) in try slack.send([0x7B, 0x7D], id: "i", now: 0) }
        #expect(outcome(send) == .rejected(reason: "HTTP 400: no_team at redacted", isGone: false))
        #expect(outcome(send) == nil && receiver.requests.allSatisfy { $0.path == path })
        server.stop(grace: .zero)
        let failure = outcome(send)
        #expect(failure != nil && !"\(String(describing: failure))".contains("s3cret"))
    }

    @Test func `PagerDuty gets the routing key that the kept payload lacks`() throws {
        let receiver = Receiver([])
        let server = try serve(receiver)
        let pager = try each("pagerduty") {
            $0.texts = ["routing_key": "R0\"KEY", "url": "http://127.0.0.1:\(server.port)/v2/enqueue"]
        }
        let payload = pager.payload(for: Sample.message())
        #expect(outcome { () throws(NotifierFailure) in try pager.send(payload, id: "i", now: 0) } == nil)
        let body = try #require(receiver.requests.first?.body)
        let text = String(decoding: body, as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"routing_key":"R0\"KEY","event_action":"trigger","#
                    + #""dedup_key":"bellwether-incident-17-1772366400000""#))
        #expect(!String(decoding: payload, as: UTF8.self).contains("KEY"))
    }

    @Test func `every Alertmanager gets all that fires and what was resolved lately`() throws {
        let receivers = [Receiver([HTTPResponse(status: 503)]), Receiver([])]
        let servers = try receivers.map(serve)
        let channel = try make("alertmanager") {
            $0.lists["urls"] = servers.map { "http://127.0.0.1:\($0.port)/" }
        }
        guard case .picture(let picture) = channel else {
            Issue.record("no picture")
            return
        }
        let now = Sample.noon + 3_600_000
        let incidents = [
            Sample.incident(1), Sample.resolved(Sample.incident(2), at: now - 900_000),
            Sample.resolved(Sample.incident(3), at: now - 900_001),
        ]
        let messages = incidents.map { Message($0, externalURL: "http://b", recent: { _ in [] }, now: now) }
        let failure = outcome { () throws(NotifierFailure) in try picture.send(messages, now: now) }
        #expect(failure == .retryLater(reason: "HTTP 503", after: nil))
        #expect(outcome { () throws(NotifierFailure) in try picture.send([messages[2]], now: now) } == nil)
        for receiver in receivers {
            #expect(receiver.requests.map(\.path) == ["/api/v2/alerts"])
            let body = String(decoding: try #require(receiver.requests.first?.body), as: UTF8.self)
            #expect(body.contains(#""incident":"1""#) && body.contains(#""incident":"2""#))
            #expect(!body.contains(#""incident":"3""#))
            #expect(body.contains(#""endsAt":"2026-03-01T13:04:00Z""#))
        }
    }

    @Test func `the outbox delivers through a real receiver in order`() throws {
        let receiver = Receiver([HTTPResponse(status: 500)])
        let server = try serve(receiver)
        let webhook = try each("webhook") { $0.texts = ["url": "http://127.0.0.1:\(server.port)/"] }
        var settings = AlertSettings()
        settings.receivers = [
            .init(name: "ops", channels: [(name: "ops/webhook", kind: "webhook", channel: .each(webhook))])
        ]
        var route = AlertRoute(receiver: "ops")
        route.groupWait = 0
        settings.route = route
        var outbox = Outbox(settings, waiting: [], lastSequence: 0)
        var incident = Sample.incident()
        _ = outbox.note(.opened, of: incident, now: Sample.noon)
        incident = Sample.resolved(incident, at: Sample.noon + 1)
        _ = outbox.note(.resolved, of: incident, now: Sample.noon + 1)
        var now = Sample.noon
        while let next = outbox.nextDue {
            now = max(now, next)
            for due in outbox.due(now: now, silences: [], incident: { _ in incident }).send {
                let made =
                    due.payload.isEmpty
                    ? webhook.payload(for: Sample.message(incident, due.event, now: now)) : due.payload
                let kept = outbox.setPayload(made, of: due.sequence, now: Sample.noon)
                let failure = outcome { () throws(NotifierFailure) in
                    try webhook.send(kept.payload, id: kept.eventID, now: now)
                }
                _ = outbox.finish(due.sequence, failure.map { .failure($0) } ?? .success(()), now: now)
            }
        }
        let bodies = receiver.requests.map { String(decoding: $0.body, as: UTF8.self) }
        let ids = bodies.map { $0.contains("-opened") ? "opened" : "resolved" }
        #expect(ids == ["opened", "opened", "resolved"] && bodies[0] == bodies[1])
    }
}
