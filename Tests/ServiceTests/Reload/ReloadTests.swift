import Foundation
import Networking
import Storage
import Testing
import TimeSeries

@testable import Pipeline
@testable import Service

private let one = "metrics:\n  - {name: load, match: load, step: 1m}\n"

@Suite(.timeLimit(.minutes(2)))
struct ReloadTests {
    @Test func `a request takes the file over and tells what changed`() throws {
        let bench = try ReloadBench(one)
        try bench.rewrite(
            "metrics:\n  - {name: load, match: load, step: 1m, direction: below}\n  - {name: a, match: a}\n")
        let answer = try bench.reload()
        #expect(answer.status == 200)
        #expect(
            answer.text == #"{"added":["a"],"edited":["load"],"removed":[],"unchanged":0,"series_kept":0,"#
                + #""series_anew":0,"series_without_definition":0,"at_next_start":[],"warnings":[]}"#)
        #expect(bench.said("configuration read again (as asked): 1 definition added, 1 edited, 0 removed"))
        #expect(try bench.reload(.put).text.contains(#""unchanged":2"#))
        #expect(try bench.metric("bellwether_config_last_reload_successful") == 1)
        let time = try #require(try bench.metric("bellwether_config_last_reload_success_timestamp_seconds"))
        #expect(abs(time - Clocks.system.wall()) < 60)
        #expect(try bench.ask(.get, "/-/reload").status == 405)
        #expect(try bench.ask(.post, "/-/reload?x=1").status == 422)
    }

    @Test func `a wrong file is answered with its place, and everything stays as it was`() throws {
        let bench = try ReloadBench(one)
        try bench.rewrite("metrics:\n  - {name: a, match: a, direction: up}\n  - {name: b, mtch: b}\n")
        let answer = try bench.reload()
        #expect(answer.status == 422)
        #expect(answer.header("content-type") == Problem.contentType)
        #expect(answer.text.contains("\(bench.path):3:"), "\(answer.text)")
        #expect(answer.text.contains(#""findings":["#) && answer.text.contains("did you mean"))
        #expect(bench.said("the configuration was not taken over (as asked), the one before stays"))
        #expect(bench.said("\(bench.path):4:"))
        #expect(try bench.metric("bellwether_config_last_reload_successful") == 0)
        try FileManager.default.removeItem(atPath: bench.path)
        #expect(try bench.reload().status == 422)
        try bench.rewrite(one)
        #expect(try bench.reload().text.contains(#""unchanged":1"#))
        #expect(try bench.metric("bellwether_config_last_reload_successful") == 1)
    }

    @Test func `what waits for the next start is said by name, each time, until it is as it was`() throws {
        let bench = try ReloadBench(one)
        try bench.rewrite(one + "data: /elsewhere\nworkers: 3\nlog-level: debug\n")
        for _ in 0..<2 {
            #expect(try bench.reload().text.contains(#""at_next_start":["data","workers"]"#))
        }
        #expect(bench.said("takes effect at the next start: data, workers"))
        // The level of the log changes at once: from then on every request is a line.
        #expect(try bench.ask(.get, "/-/healthy").status == 200)
        #expect(bench.said("debug: "))
        try bench.rewrite(one)
        #expect(try bench.reload().text.contains(#""at_next_start":[]"#))
    }

    @Test func `formulas come and go, and what they make is there without new points`() throws {
        let bench = try ReloadBench(one)
        var lines = ""
        for minute in 0..<5 {
            for (name, value) in [("revenue", 60 + minute), ("orders", 2)] {
                lines += #"{"labels":{"__name__":"\#(name)"},"value":\#(value),"#
                lines += #""timestamp":\#(1_699_999_200 + minute * 60)}"# + "\n"
            }
        }
        let imported = try bench.client.send(
            .post, "/api/v1/import", headers: [("Content-Type", "application/json")], body: Array(lines.utf8))
        #expect(imported.status < 300, "\(imported.text)")
        try bench.rewrite(one + "  - {name: basket, expr: 'revenue / orders', step: 1m}\n")
        let answer = try bench.reload().text
        #expect(answer.contains(#""added":["basket"]"#) && answer.contains(#""at_next_start":[]"#))
        try wait { try bench.ask(.get, "/api/v1/export?selector=basket").text.contains("[30,30.5,31,31.5]") }
        try bench.rewrite(one)
        _ = try bench.reload()
        #expect(try bench.ask(.get, "/api/v1/formulas").text == #"{"formulas":[]}"#)
    }

    @Test func `where scores go changes at the next start`() throws {
        let bench = try ReloadBench(one)
        try bench.rewrite(one + "federate: true\nremote_write: {url: 'http://127.0.0.1:1/w'}\n")
        #expect(try bench.reload().text.contains(#""at_next_start":["remote_write","federate"]"#))
        #expect(try bench.ask(.get, "/federate?match[]=up").status == 404)
    }

    @Test func `every setting either changes at once or is named`() {
        // What is more than a text is no setting of a flag.
        let structured = ["identity", "retention", "remote_write"]
        let fixed = ReloadScope.fixed.map(\.name).filter { !structured.contains($0) }
        let known = fixed + ReloadScope.live
        #expect(Set(known) == Set(Setting.all.map(\.name)) && known.count == Setting.all.count)
        var other = Configuration()
        for setting in Setting.all {
            let texts = [
                "listen": "127.0.0.1:1", "statsd": "127.0.0.1:2", "max-body": "1MiB",
                "request-deadline": "3s",
                "stale-after": "3s", "statsd-flush": "3s", "log-level": "error", "reload-every": "off",
                "external-url": "http://a.example", "federate": "true",
            ]
            #expect(setting.apply(&other, [texts[setting.name] ?? "7"]) == nil, "\(setting.name)")
        }
        #expect(ReloadScope.waiting(Configuration(), other) == fixed)
        #expect(ReloadScope.waiting(other, other) == [])
    }

    @Test func `a file that changes is taken over without a word, a wrong one is told once`() throws {
        let bench = try ReloadBench(one, isPolled: true)
        try bench.rewrite(one + "  - {name: a, match: a}\n", isPolled: true)
        try wait { bench.said("configuration read again (it has changed): 1 definition added") }
        try bench.rewrite("metrics: 3\n", isPolled: true)
        try wait { bench.said("the configuration was not taken over (it has changed)") }
        Thread.sleep(forTimeInterval: 2.5)
        #expect(bench.lines.all.count { $0.contains("was not taken over") } == 1)
        try bench.rewrite("", isPolled: true)
        try wait { bench.said("(it has changed): 0 definitions added, 0 edited, 2 removed") }
    }

    @Test func `targets come and go, and what a target showed ends with it`() throws {
        let shown = try showing()
        defer { shown.stop(grace: .seconds(1)) }
        let target = "scrape:\n  - {job: self, targets: ['\(shown.address)'], every: 1s, path: /target}\n"
        let bench = try ReloadBench("")
        let store = { try bench.ask(.get, "/api/v1/series?match[]=up").text }
        try bench.rewrite(target)
        #expect(try bench.reload().status == 200)
        #expect(bench.said("1 target is scraped"))
        try wait { try store().contains("self") }
        try wait { (try bench.metric("bellwether_scrapes_total{result=\"ok\"}") ?? 0) > 0 }
        try bench.rewrite("")
        #expect(try bench.reload().status == 200)
        #expect(bench.said("0 targets are scraped"))
        let monitor = bench.app.opened.monitor
        let series = monitor.series(matching: nil).first { $0.labels[Labels.metricName] == "shown_total" }
        let id = try #require(series).id
        try wait { try monitor.points(of: id).values.last?.bitPattern == Point.staleMarkerBits }
        let count = try bench.metric("bellwether_scrapes_total{result=\"ok\"}")
        Thread.sleep(forTimeInterval: 1.5)
        #expect(try bench.metric("bellwether_scrapes_total{result=\"ok\"}") == count)
    }

    @Test func `without a file there is nothing to read again`() throws {
        let service = try StoredService()
        #expect(service.ask("POST", "/-/reload").status == 409)
        #expect(service.ask("POST", "/-/reload").text.contains("start the service with --config FILE"))
    }

    /// A target with one series.
    private func showing() throws -> App {
        var configuration = Configuration()
        configuration.listen.port = 0
        let route = Route(.get, "/target", "Shows it.", answer: .other("text/plain")) { _, _ in
            .text("shown_total 1\n", contentType: "text/plain; version=0.0.4")
        }
        return try App(
            configuration, routes: [route],
            in: .init(version: "1", clocks: .system, requestIDPrefix: "s", log: .silent))
    }

    private func wait(_ holds: () throws -> Bool) throws {
        for _ in 0..<400 {
            if try holds() { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        Issue.record("it did not happen")
    }
}
