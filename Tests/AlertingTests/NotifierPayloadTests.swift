import Foundation
import Networking
import TestSupport
import Testing
import TimeSeries

@testable import Alerting

/// A notifier of the catalogue with options that each kind accepts.
private func notifier(_ kind: String, _ change: (inout NotifierOptions) -> Void = { _ in }) throws
    -> any Notifier
{
    let channel = try #require(NotifierCatalog.named(kind)).make(options(kind, change))
    guard case .each(let notifier) = channel else { throw NotifierError(key: kind, reason: "a picture") }
    return notifier
}

private func options(_ kind: String, _ change: (inout NotifierOptions) -> Void = { _ in }) -> NotifierOptions
{
    var options = NotifierOptions()
    switch kind {
    case "webhook": options.texts["url"] = "http://127.0.0.1:9/hook"
    case "alertmanager": options.lists["urls"] = ["http://127.0.0.1:9"]
    case "slack": options.texts["url"] = "https://hooks.slack.com/services/T0/B0/secret\n"
    case "pagerduty": options.texts["routing_key"] = "R0KEY"
    default:
        options.texts = ["from": "bell@example.org", "smtp": "smtp://127.0.0.1:9"]
        options.lists["to"] = ["ann@example.org", "bob@example.org"]
    }
    change(&options)
    return options
}

/// Compares with a golden file, byte for byte; what it is now is kept beside the temporary files.
private func expectGolden(_ name: String, _ bytes: [UInt8]) {
    let golden = (try? Repository.bytes("Tests/AlertingTests/Golden/" + name)) ?? []
    guard golden != bytes else { return }
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("golden-" + name)
    try? Data(bytes).write(to: place)
    Issue.record("\(name) differs; it is now: \(place.path)")
}

private func acknowledged() -> Incident {
    var incident = Sample.incident()
    incident.state = .acknowledged
    incident.acknowledgement = .init(
        by: "ann", comment: "looking", at: Sample.noon + 60_000, until: Sample.noon + 3_660_000)
    incident.timeline = [
        .init(time: Sample.noon, kind: .opened, text: incident.title),
        .init(time: Sample.noon + 60_000, kind: .acknowledged, text: "looking", by: "ann"),
    ]
    return incident
}

@Test(arguments: ["webhook", "slack", "pagerduty", "email"])
func `payloads are byte for byte those of the golden files`(kind: String) throws {
    let notifier = try notifier(kind)
    let suffix = kind == "email" ? ".txt" : ".json"
    let later = Sample.noon + 20 * Sample.minute
    let over = Sample.resolved(Sample.incident(), at: later)
    expectGolden(kind + "-opened" + suffix, notifier.payload(for: Sample.message()))
    expectGolden(
        kind + "-updated" + suffix,
        notifier.payload(for: Sample.message(acknowledged(), .updated, update: 1, now: Sample.noon + 90_000)))
    expectGolden(
        kind + "-resolved" + suffix, notifier.payload(for: Sample.message(over, .resolved, now: later)))
}

@Test func `alerts for Alertmanager are byte for byte those of the golden file`() throws {
    let alertmanager = try Alertmanager(options("alertmanager") { $0.durations["resend"] = 30_000 })
    let later = Sample.noon + 20 * Sample.minute
    let messages = [
        Message(Sample.incident(), externalURL: "https://b.example.org", recent: Sample.recent, now: later),
        Message(
            Sample.resolved(Sample.incident(18, service: "search"), at: later),
            externalURL: "https://b.example.org", recent: Sample.recent, now: later),
    ]
    expectGolden("alertmanager.json", alertmanager.body(messages, now: later))
    #expect(alertmanager.interval == 30_000)
}

@Test(arguments: ["webhook", "slack", "pagerduty"])
func `payloads are JSON whatever the texts hold`(kind: String) throws {
    var incident = Sample.incident()
    incident.title = "quote \" slash \\ line\nend \u{1} <&> " + String(repeating: "é😀<&>", count: 2_000)
    incident.members[0].verdict.sentence = incident.title
    let bytes = try notifier(kind).payload(for: Sample.message(incident))
    let value = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let object = try #require(value)
    #expect(bytes.count < 100_000)
    if kind == "slack" {
        let blocks = try #require(object["blocks"] as? [[String: Any]])
        #expect(blocks.count <= 50)
        for block in blocks {
            let text = (block["text"] as? [String: Any])?["text"] as? String ?? ""
            #expect(text.unicodeScalars.count <= (block["type"] as? String == "header" ? 150 : 3_000))
        }
    }
    if kind == "pagerduty" {
        let payload = try #require(object["payload"] as? [String: Any])
        #expect((payload["summary"] as? String)?.unicodeScalars.count == 1_024)
        #expect((payload["component"] as? String) == "cart" && object["routing_key"] == nil)
    }
}

@Test func `a manual incident without series has a message in every form`() throws {
    var incident = Incident(
        id: 3, state: .open, kind: .manual, severity: .info, title: "Login is slow", opened: Sample.noon,
        started: Sample.noon, givenLabels: Sample.labels(("team", "web")))
    incident.timeline = [.init(time: Sample.noon, kind: .opened, text: "Three customers called", by: "bob")]
    let message = Sample.message(incident)
    #expect(message.sentence == "Three customers called" && message.labels["alertname"] == "Login is slow")
    for kind in ["webhook", "slack", "pagerduty", "email"] {
        let text = String(decoding: try notifier(kind).payload(for: message), as: UTF8.self)
        #expect(text.contains("Login is slow") && text.contains("Three customers called"))
    }
}

// MARK: - Mails

@Test func `no line of a mail is too long or holds more than ASCII, and no text adds a field`() throws {
    var incident = Sample.incident()
    incident.title = "ü\r\nBcc: eve@example.org " + String(repeating: "long ", count: 50)
    incident.members[0].verdict.sentence = String(repeating: "ärger ", count: 300) + "\n.\ntail "
    let mail = try notifier("email").payload(for: Sample.message(incident))
    #expect(mail.allSatisfy { $0 < 0x7F })
    let lines = String(decoding: mail, as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 78 && !$0.contains("\n") })
    #expect(!lines.prefix { !$0.isEmpty }.contains { $0.hasPrefix("Bcc") })
    #expect(lines.contains { $0.hasPrefix("Subject: =?UTF-8?B?") })
}

@Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
func `base64 is that of RFC 4648, section 10`(text: String, code: String) {
    #expect(MailText.base64(Array(text.utf8)) == code)
}

@Test func `quoted-printable escapes what it must and breaks lines softly`() {
    #expect(MailText.quotedPrintable("a=é \nb") == "a=3D=C3=A9=20\r\nb\r\n")
    let long = MailText.quotedPrintable(String(repeating: "x", count: 76))
    #expect(long == String(repeating: "x", count: 75) + "=\r\nx\r\n")
}

@Test func `dates of mails are those of RFC 5322`() {
    #expect(MailText.date(Sample.noon) == "Sun, 01 Mar 2026 12:00:00 +0000")
}

// MARK: - Sparklines

@Test(
    arguments: [
        ([], ""), ([5, 5], "▄▄"), ([.nan, .nan], "  "), ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([1, .nan, 2, .infinity], "▁ █ "), ([-1e308, 1e308], "▁█"),
    ] as [([Double], String)])
func `values become blocks between the smallest and the largest`(values: [Double], text: String) {
    #expect(Sparkline.text(values) == text)
}

@Test func `a sparkline has the 32 newest values`() {
    let text = Sparkline.text([1_000] + (0..<32).map(Double.init))
    #expect(text.count == 32 && text.first == "▁" && text.last == "█")
}

// MARK: - Options

@Test(arguments: NotifierCatalog.all.map(\.name))
func `every kind can be made, and says which key it misses`(kind: String) throws {
    let entry = try #require(NotifierCatalog.named(kind))
    _ = try entry.make(options(kind))
    for key in entry.keys where key.isRequired {
        do throws(NotifierError) {
            _ = try entry.make(
                options(kind) {
                    $0.texts[key.name] = nil
                    $0.lists[key.name] = nil
                })
            Issue.record("\(kind) does not need \(key.name)")
        } catch {
            #expect(error.key == key.name)
        }
    }
}

@Test(arguments: [
    ("webhook", "url", "ftp://x"), ("webhook", "url", "http://u:p@x/"),
    ("slack", "url", "hooks.slack.com/secret"),
    ("slack", "url", "https://hooks.slack.com/secret x"), ("email", "smtp", "http://x"),
    ("email", "smtp", "smtp://u:secret@x"), ("email", "from", "nobody"), ("email", "username", "ann"),
])
func `a wrong option is refused without telling secrets`(kind: String, key: String, value: String) throws {
    do throws(NotifierError) {
        guard let entry = NotifierCatalog.named(kind) else { return }
        _ = try entry.make(options(kind) { $0.texts[key] = value })
        Issue.record("\(value) was taken")
    } catch {
        #expect(error.key == key && !error.reason.contains("secret") && !error.reason.contains("u:p"))
    }
}

@Test func `flags choose the events`() throws {
    #expect(try notifier("webhook").events == [.opened, .updated, .resolved])
    let quiet = try notifier("slack") { $0.flags = ["send_resolved": false, "send_updates": false] }
    #expect(quiet.events == [.opened])
}
