import Alerting
import Foundation
import Pipeline
import Query
import Testing
import TimeSeries

@testable import Service

/// A notifier that sends nothing.
private struct Deaf: Notifier {
    let events: Set<Delivery.Event> = []
    func payload(for message: Message) -> [UInt8] { [] }
    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {}
}

/// A kind of notifier with a key of each form, whose maker refuses one value and repeats all that it was given.
private let horn = NotifierCatalog.Entry(
    "horn", "Is deaf.",
    keys: [
        NotifierKey("url", .url, isRequired: true), NotifierKey("key", .secret, isRequired: true),
        NotifierKey("to", .list), NotifierKey("loud", .flag), NotifierKey("timeout", .duration),
        NotifierKey("note", .text),
    ]
) { options throws(NotifierError) in
    guard options.texts["note"] != "refuse" else {
        throw NotifierError(key: "key", reason: "cannot be \(options.texts["key"] ?? "")")
    }
    return .each(Deaf())
}

private func resolve(_ file: String, name: String = "b.yaml") throws(ConfigurationError) -> Configuration {
    try Configuration.resolve(
        flags: [], environment: ["KEY": "s3cret"], files: [(name, Array(file.utf8))], notifiers: [horn])
}

private func messages(_ file: String, name: String = "b.yaml") -> [String] {
    do throws(ConfigurationError) {
        _ = try resolve(file, name: name)
        return []
    } catch {
        return error.all.map(\.description)
    }
}

@Suite struct AlertingConfigurationTests {
    static let whole = """
        external-url: https://bell.example/
        alerting:
          route:
            receiver: ops
            group_by: [alertname]
            group_wait: 10s
            repeat_interval: 1d
            routes:
              - matchers: ['severity="critical"', team=~"a|b"]
                receiver: pager
                continue: true
                mute_time_intervals: [weekends]
                group_wait: 0s
                routes: [{matchers: [x!=y], group_by: ['...']}]
              - {}
          receivers:
            - name: ops
              horn:
                - {url: 'https://u:p@h/x?y=z', key: '${KEY}', to: [a, b], loud: true, timeout: 1m30s, note: hi}
                - {url: http://h, key: other}
            - {name: pager}
          time_intervals:
            - name: weekends
              time_intervals:
                - weekdays: ['saturday:sunday', Monday]
                  times: [{start_time: '08:30', end_time: '24:00'}]
                  days_of_month: ['1:5', '-3:-1', '20:-1']
                  months: ['may:august', '12']
                  years: ['2026:2030', '2040']
                  location: Europe/Berlin
          merge: {within: 0s, labels: [service]}
        """

    @Test func `every key is read and branches inherit`() throws {
        let configuration = try resolve(Self.whole)
        let alerts = configuration.alerts
        #expect(alerts.externalURL == "https://bell.example")
        #expect(alerts.merging.within == 0 && alerts.merging.labels == ["service"])
        var root = AlertRoute(receiver: "ops", groupBy: ["alertname"])
        root.groupWait = 10_000
        root.repeatInterval = 86_400_000
        var pager = root
        pager.receiver = "pager"
        pager.matchers = [
            try Selector.Matcher("severity", .equal, "critical"),
            try Selector.Matcher("team", .matches, "a|b"),
        ]
        pager.continues = true
        pager.muteTimeIntervals = ["weekends"]
        pager.groupWait = 0
        var leaf = root
        leaf.receiver = "pager"
        leaf.groupWait = 0
        leaf.groupBy = ["..."]
        leaf.matchers = [try Selector.Matcher("x", .unequal, "y")]
        pager.routes = [leaf]
        root.routes = [pager, root]
        #expect(alerts.route == root)
        var interval = MuteInterval()
        interval.weekdays = [6...6, 0...0, 1...1]
        interval.times = [510..<1_440]
        interval.daysOfMonth = [1...5, -3 ... -1, 20...31]
        interval.months = [5...8, 12...12]
        interval.years = [2026...2030, 2040...2040]
        interval.zone = try TimeZone(named: "Europe/Berlin")
        #expect(alerts.timeIntervals == ["weekends": [interval]])
        #expect(alerts.receivers.map(\.name) == ["ops", "pager"])
        #expect(alerts.receivers[0].channels.map(\.name) == ["ops/horn", "ops/horn/2"])
        #expect(
            configuration.channels.map(\.settings) == [
                [
                    "url: https://redacted@h/x?redacted", "key: redacted", "to: a, b", "loud: true",
                    "timeout: 1m30s", "note: hi",
                ], ["url: http://h", "key: redacted"],
            ])
        #expect(try resolve("").alerts == AlertSettings())
        #expect(try resolve("listen: 127.0.0.1:99").alerts.externalURL == "http://127.0.0.1:99")
    }

    @Test(arguments: [
        (
            "alerting: {recievers: []}",
            #"1:12: unknown key "recievers" in alerting; did you mean "receivers"?"#
        ),
        (
            "alerting: {receivers: [{name: a, hrn: {}}]}",
            #"1:34: unknown key "hrn" in a receiver; did you mean "horn"?"#
        ),
        (
            "alerting: {receivers: [{name: ops}], route: {receiver: opss}}",
            #"1:56: there is no receiver "opss"; did you mean "ops"?"#
        ),
        (
            "alerting: {receivers: [{name: a}], route: {receiver: a, routes: [{mute_time_intervals: [b]}]}}",
            #"1:89: there is no time interval "b"; there is none"#
        ),
        ("alerting: {receivers: [{name: a}, {name: a}]}", #"1:42: the name "a" is taken at b.yaml:1:24"#),
        ("alerting: {route: {}}", "1:19: the route has no receiver, who is told when no branch is taken"),
        (
            "alerting: {receivers: [{name: a}], route: {receiver: a, matchers: [a=b]}}",
            "1:67: the root of the routes takes every incident: matchers belongs to a branch"
        ),
        (
            "alerting: {receivers: [{name: a}], route: {receiver: a, routes: [{matchers: ['a~b']}]}}",
            #"1:78: not a matcher such as severity="critical": column 2: expected =, !=, =~ or !~, found "~""#
        ),
        (
            "alerting: {time_intervals: [{name: a, time_intervals: [{weekdays: [caturday]}]}]}",
            #"1:67: weekdays must be ranges as monday:friday, not "caturday""#
        ),
        (
            "alerting: {time_intervals: [{name: a, time_intervals: [{days_of_month: ['-1:3']}]}]}",
            #"1:72: days_of_month must be ranges that rise and are counted from one side, as 1:5 or -3:-1, not "-1:3""#
        ),
        (
            "alerting: {time_intervals: [{name: a, time_intervals: [{times: [{start_time: '23:01'}]}]}]}",
            "1:65: the time range has no end_time, such as end_time: '08:00'"
        ),
        ("alerting: {merge: {within: soon}}", "1:28: within must be a duration: "),
        ("alerting: {receivers: [{name: a, horn: {key: x}}]}", "1:40: horn has no url"),
        ("alerting: {receivers: [{name: a, horn: {url: http://h}}]}", "1:40: horn has no key or key_file"),
        (
            "alerting: {receivers: [{name: a, horn: {url: http://h, key: '${NO}'}}]}",
            "1:61: the variable NO is not set"
        ),
        (
            "alerting: {receivers: [{name: a, horn: {url: 'http://x:99999', key: k}}]}",
            "1:46: url must have a port from 1 to 65535, or none"
        ),
        (
            "alerting: {receivers: [{name: a, horn: {url: 'http://u:p@[::1]:0/x', key: k}}]}",
            "1:46: url must have a port from 1 to 65535, or none"
        ),
        ("external-url: ftp://x", "1:15: external-url must be a web address without query"),
    ])
    func `what is wrong is told with its place`(file: String, start: String) {
        let found = messages(file)
        #expect(found.contains { $0.hasPrefix("b.yaml:" + start) }, "\(found)")
    }

    @Test func `an alert says how long a silence may last and how long it stays open`() throws {
        func policy(_ keys: String) throws -> AlertPolicy {
            let text = "metrics: [{name: a, match: up, alert: {budget: 2/week\(keys)}}]"
            return try #require(try resolve(text).metrics[0].alert)
        }
        #expect(try policy("") == AlertPolicy(budget: AlertBudget(count: 2, per: .week)))
        let given = try policy(", no_data: 10m, min_open: 2m")
        #expect(given.noData == .after(.time(.fixed(milliseconds: 600_000))))
        #expect(given.leastOpenMilliseconds == 120_000)
        #expect(try policy(", no_data: 5, min_open: 0s").noData == .after(.steps(5)))
        #expect(try policy(", no_data: off").noData == .off)
        #expect(try policy(", no_data: auto, min_open: 0s").leastOpenMilliseconds == 0)
        #expect(
            messages("metrics: [{name: a, match: up, alert: {budget: 2/week, no_data: never}}]") == [
                #"b.yaml:1:65: no_data must be off, auto, steps or a duration, as 10m, not "never""#
            ])
    }

    @Test func `a secret reaches no message and no summary`() throws {
        let secret = "hunter2"
        let files = [
            "{url: http://h, key: \(secret), key_file: x}", "{url: 'http:\(secret)', key: x}",
            "{url: http://h, key: \(secret), note: refuse}", "{url: http://h, key: [\(secret)]}",
            "{url: http://h, keyy: \(secret)}", "{url: http://h, key: \"\(secret)\\nx\"}",
        ]
        for text in files {
            let found = messages("alerting: {receivers: [{name: a, horn: \(text)}]}")
            #expect(!found.isEmpty, "\(text)")
            #expect(!found.contains { $0.contains(secret) }, "\(found)")
        }
        let good = try resolve("alerting: {receivers: [{name: a, horn: {url: http://h, key: \(secret)}}]}")
        #expect(!"\(good.channels)".contains(secret))
    }

    @Test func `every notifier of the catalogue can be configured and shows no secret`() throws {
        let file = """
            alerting:
              receivers:
                - name: all
                  webhook: {url: 'https://h/x?y=hunter2', secret: hunter2, timeout: 10s, send_resolved: true, send_updates: true}
                  alertmanager: {urls: ['http://127.0.0.1:9093'], resend: 1m, timeout: 10s}
                  slack: {url: 'https://hooks.example/hunter2', send_resolved: true}
                  pagerduty: {routing_key: hunter2, url: 'https://events.example/v2/enqueue'}
                  email: {to: [a@example.org], from: b@example.org, smtp: 'smtp://mail:25', username: u, password: hunter2, send_resolved: true}
              route: {receiver: all}
            """
        let configuration = try Configuration.resolve(file: ("b.yaml", Array(file.utf8)))
        let names = NotifierCatalog.all.map { "all/\($0.name)" }
        #expect(configuration.channels.map(\.name) == names)
        #expect(configuration.alerts.receivers[0].channels.map(\.name) == names)
        #expect(!"\(configuration.channels)".contains("hunter2"))
    }

    @Test func `a secret comes from a file beside the configuration`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bw-secret-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let name = folder.path + "/b.yaml"
        let text = "alerting: {receivers: [{name: a, horn: {url: http://h, key_file: k, note: NOTE}}]}"
        func write(_ content: String, mode: Int) throws {
            let path = folder.path + "/k"
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        let place = name + ":1:66: "
        #expect(
            messages(text, name: name) == [
                "\(place)key_file \(folder.path)/k cannot be read: No such file or directory"
            ])
        try write("hunter2\n", mode: 0o600)
        #expect(try resolve(text, name: name).warnings.isEmpty)
        let refused = messages(text.replacing("NOTE", with: "refuse"), name: name)
        #expect(refused == ["\(place)horn: key: cannot be redacted"])
        try write("hunter2\n", mode: 0o644)
        #expect(
            try resolve(text, name: name).warnings == [
                "\(folder.path)/k: every user of this machine can read the secret (mode 644); chmod 600 it"
            ])
        try write("hunter2\n", mode: 0o622)
        #expect(
            messages(text, name: name) == [
                "\(place)others may change key_file \(folder.path)/k (mode 622); chmod 600 it"
            ])
        try write(" \n", mode: 0o600)
        #expect(messages(text, name: name).count == 1)
        try write("a\nb", mode: 0o600)
        #expect(
            messages(text, name: name) == [
                "\(place)key_file \(folder.path)/k must hold one line that is not empty"
            ])
    }
}
