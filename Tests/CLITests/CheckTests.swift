import Foundation
import Testing

@testable import CLI

private let good = """
    metrics:
      - name: checkout_rps
        match: 'http_requests_total{job="checkout"}'
        step: 1m
        timezone: Europe/Berlin
        alert: {budget: 2/week, open_after: 3, severity: critical}
      - {name: plain, match: '{instance=~"a.*", job="\(String(repeating: "x", count: 100))"}'}
    """

@Suite struct CheckTests {
    @Test func `identity and retention are told with what they imply`() throws {
        let folder = try Folder()
        let text = "identity: [{match: '{job=\"k8s\"}', drop: [pod, /id_.*/]}]\nretention: {raw: 30d}\n"
        let outcome = bellwether("check", folder.file(text, "b.yaml"))
        #expect(outcome.code == .success)
        let told = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for part in [
            #"drop pod, /id_.*/ of {job="k8s"}"#, "kept points 30d, rollups of 5m 400d, rollups of 1h 1825d",
            "MB a series when all of it is there", "counters (_total, _count, _sum, _bucket) among them",
        ] { #expect(told.contains(part), "\(part) in \(told)") }
    }

    @Test func `what a configuration implies is told in 80 columns`() throws {
        let folder = try Folder()
        let path = folder.file(good, "b.yaml")
        let outcome = bellwether("check", path, "--series", "3")
        #expect(outcome.code == .success && outcome.errors.isEmpty)
        for line in outcome.lines.dropLast(2) { #expect(line.count <= 80, "\(line)") }
        // Three series count as four: p* = 2 / (4 * 10080), and 1.5 incidents a week of three.
        let expected = [
            "checkout_rps",
            #"  match       http_requests_total{job="checkout"}"#,
            "  step        1m",
            "  p*          0.0000496, for 3 series of 10080 steps a week",
            "  quiet data  at most 1.5 incidents a week expected, that is p* x series x steps",
            "              a week",
            "  alert       2/week for all series, opens after 3, closes after 10, critical",
        ]
        #expect(Array(outcome.lines.prefix(expected.count)) == expected)
        for text in [
            "  clocks      Europe/Berlin: ", "  hash        ", "  warning     extrapolated_tail: ",
            "  step        found from the data; 1m assumed here", "  p*          0.0001, for 3 series",
            "  quiet data  3.024 anomalies a week expected; no alert is set, so nothing pages",
            "  warning     no_metric_name: ", "b.yaml: 2 definitions, 4 warnings",
        ] {
            #expect(outcome.output.replacing("\n", with: " ").contains(text), "\(text) in \(outcome.output)")
        }
    }

    static let alerting = """
        alerting:
          receivers:
            - {name: ops, webhook: {url: 'https://example.org/hook', secret: hunter2}}
            - {name: pager}
          route:
            receiver: ops
            routes: [{matchers: [severity=critical], receiver: pager}, {matchers: ['team=a'], receiver: ops}]

        """

    @Test
    func `targets that are scraped are shown without what may be secret, and an open StatsD is warned of`()
        throws
    {
        let folder = try Folder()
        let path = folder.file(
            "statsd: 0.0.0.0:8125\nscrape: [{job: web, url: 'http://a.example/m?key=s3cret', every: 30s}]\n",
            "b.yaml")
        let outcome = bellwether("check", path)
        #expect(outcome.code == .success, "\(outcome.errors)")
        let text = outcome.lines.map { $0.drop { $0 == " " } }.joined(separator: " ")
        #expect(text.contains("scrape web"), "\(outcome.output)")
        #expect(text.contains("http://a.example/m as {instance=\"a.example:80\", job=\"web\"}, every 30s"))
        #expect(text.contains("UDP knows no token") && text.contains("1 warning"), "\(outcome.output)")
        #expect(!text.contains("s3cret"))
    }

    @Test func `where scores are written to is shown without what may be secret`() throws {
        let folder = try Folder()
        let path = folder.file(
            "remote_write: {url: 'https://tsdb.example/push?key=s3cret', match: '{job=\"a\"}', queue: 8MiB,\n"
                + "  headers: {X-Scope-OrgID: hunter2}}\n", "b.yaml")
        let outcome = bellwether("check", path)
        #expect(outcome.code == .success, "\(outcome.errors)")
        let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            text.contains("https://tsdb.example/push of {job=\"a\"} rhythm every 1s"), "\(outcome.output)")
        #expect(text.contains("8 MiB on disk") && text.contains("X-Scope-OrgID: redacted"))
        let json = bellwether("check", path, "-o", "json").output
        #expect(json.contains(#""remote_write":{"url":"https://tsdb.example/push""#), "\(json)")
        #expect(!(outcome.output + json).contains("s3cret") && !(outcome.output + json).contains("hunter2"))
    }

    @Test func `receivers, routes and whom a metric tells are shown, and no secret`() throws {
        let folder = try Folder()
        let path = folder.file(Self.alerting + good, "b.yaml")
        let outcome = bellwether("check", path)
        #expect(outcome.code == .success, "\(outcome.errors)")
        for text in [
            "  tells       nobody (pager has no notifier); others where the labels of a series say so: team",
            "  ops/webhook  url: https://example.org/hook; secret: redacted",
            "everything -> ops; after 30s, then every 5m, again after 4h", "severity=\"critical\" -> pager",
        ] {
            #expect(
                outcome.output.replacing("\n              ", with: " ").contains(text), "\(outcome.output)")
        }
        let json = bellwether("check", path, "-o", "json")
        #expect(
            json.output.contains(#""tells":["pager"]"#) && json.output.contains(#""group_wait_seconds":30"#)
        )
        #expect(json.output.contains(#""receivers":[{"channel":"ops/webhook","kind":"webhook","#))
        #expect(!outcome.output.contains("hunter2") && !json.output.contains("hunter2"))
        let silent = bellwether("check", folder.file(good, "c.yaml"))
        #expect(
            silent.output.replacing("\n              ", with: " ").contains(
                "  tells       nobody: alerting has no route; incidents are kept and shown"))
    }

    @Test func `what tells nobody is warned of, and counted`() throws {
        let folder = try Folder()
        let text = Self.alerting.replacing("severity=critical", with: "severity=bad")
        let outcome = bellwether("check", folder.file(text + good, "b.yaml"))
        let words = { (text: String) in
            text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        }
        let output = words(outcome.output)
        for text in [
            "receiver pager has no notifier: what goes to it is told to nobody",
            #"a branch asks for severity="bad", which never is; severity: info, warning, error, critical"#,
            "secret stands in the configuration for all who read it; prefer secret_file",
            "2 definitions, 6 warnings",
        ] {
            #expect(output.contains(text), "\(text) in \(outcome.output)")
        }
        let silent = bellwether("check", folder.file(good, "c.yaml"))
        #expect(
            words(silent.output).contains(
                "checkout_rps has an alert, but alerting has no route: nobody is told"))
        let wrong = Self.alerting.replacing("https://example.org/hook", with: "http://x:99999/")
        let refused = bellwether("check", folder.file(wrong, "d.yaml"))
        #expect(refused.code == .usage && refused.errors.contains("url must have a port from 1 to 65535"))
        // People have errors folded, editors have one a line.
        let folded = bellwether(["check", folder.path + "/d.yaml"], errorIsTerminal: true)
        let lines = folded.errors.split(separator: "\n")
        #expect(lines.count > 1 && lines.dropFirst().allSatisfy { $0.count <= 80 && $0.hasPrefix("    ") })
        #expect(refused.errors.split(separator: "\n").count == 1)
    }

    @Test func `json has the same facts`() throws {
        let folder = try Folder()
        let outcome = bellwether("check", folder.file(good, "b.yaml"), "-o", "json")
        #expect(outcome.code == .success)
        let root = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let definitions = try #require(root["definitions"] as? [[String: Any]])
        #expect(definitions.map { $0["name"] as? String } == ["checkout_rps", "plain"])
        #expect(outcome.output.contains("\"p_star\":\(2.0 / 10_080),"))
        #expect(definitions[0]["incidents_per_week"] as? Double == 2)
        #expect((definitions[0]["clock_changes"] as? [Any])?.count == 2)
        #expect(definitions[1]["alert"] is NSNull && definitions[1]["assumed_step"] as? String == "1m")
        let warnings = try #require(definitions[1]["warnings"] as? [[String: String]])
        #expect(warnings.map { $0["code"] } == ["extrapolated_tail", "no_metric_name"])
    }

    @Test func `errors are one line each and nothing else is printed`() throws {
        let folder = try Folder()
        let path = folder.file("metrics:\n  - {name: a, match: '{}', step: x}\n", "b.yaml")
        for form in ["table", "json"] {
            let outcome = bellwether("check", path, "-o", form)
            #expect(outcome.code == .usage && outcome.output.isEmpty)
            let lines = outcome.errors.split(separator: "\n")
            #expect(
                lines.count == 2 && lines[0].hasPrefix(path + ":2:22: match must be a selector: column 1: "))
            #expect(lines[1].hasPrefix(path + ":2:34: step must be a duration: "))
        }
    }

    @Test func `a directory is read in the order of its names`() throws {
        let folder = try Folder()
        _ = folder.file("metrics: [{name: second, match: up}]", "b.yml")
        _ = folder.file("metrics: [{name: first, match: up}]", "a.yaml")
        _ = folder.file("no: [yaml", ".hidden.yaml")
        _ = folder.file("no: [yaml", "notes.txt")
        let outcome = bellwether("check", folder.path)
        #expect(outcome.code == .success && outcome.errors.isEmpty)
        #expect(outcome.lines.filter { !$0.isEmpty && !$0.hasPrefix(" ") }.prefix(2) == ["first", "second"])
        #expect(outcome.output.contains("same_match: first matches the same series"))
        _ = folder.file("metrics: [{name: first, match: up}]", "c.yaml")
        let again = bellwether("check", folder.path)
        #expect(again.code == .usage)
        #expect(
            again.errors == "\(folder.path)/c.yaml:1:18: the name \"first\" is taken at "
                + "\(folder.path)/a.yaml:1:11\n")
    }

    @Test func `a file without definitions is good and says what that means`() throws {
        let folder = try Folder()
        let outcome = bellwether("check", folder.file("workers: 2\n", "b.yaml"))
        #expect(outcome.code == .success)
        #expect(outcome.output.replacing("\n", with: " ").contains("every series is scored, nothing pages"))
        #expect(bellwether("check", folder.path + "/none.yaml").code == .usage)
        #expect(bellwether("check").errors.contains("check needs FILE|DIR"))
        #expect(bellwether("check", "x", "--series", "0").errors.contains("--series must be a whole number"))
    }

    @Test(arguments: [
        ("match: x_total, aggregate: mean, alert: {budget: 10/day}", ["counter_without_rate"]),
        ("match: x, aggregate: rate, step: 1h, alert: {budget: 1/day}", ["budget_capped", "rate_of_gauge"]),
        ("match: x, alert: {budget: 1e-9/year}", ["unreachable"]),
        ("match: anomaly_score, step: 1h, alert: {budget: 1/week}", ["never_scored"]),
        ("match: '{__name__=~\"x.*\"}', alert: {budget: 10/day}", []),
    ])
    func `what may not be meant is warned of`(keys: String, codes: [String]) throws {
        let folder = try Folder()
        let outcome = bellwether("check", folder.file("metrics: [{name: a, \(keys)}]", "b.yaml"))
        let found = outcome.lines.filter { $0.hasPrefix("  warning") }
            .map { $0.split(separator: " ")[1].dropLast() }
        #expect(found.map(String.init) == codes, "\(outcome.output)")
    }
}

@Suite struct CheckSectionTests {
    private static let wishes = """
        {"alertRules": [{"metric": "cpu_load", "severity": "critical"}],
         "sessionAnalysis": {"sessionTimeout": 30}}
        """

    @Test func `a wish list in JSON is told row by row, and refused rows fail where that is asked for`()
        throws
    {
        let folder = try Folder()
        let path = folder.file(Self.wishes, "wishes.json")
        let outcome = bellwether("check", path)
        #expect(outcome.code == .success, "\(outcome.errors)")
        let text = outcome.output.replacing("\n", with: " ")
        for words in [
            "cpu_load", "alertRules  ", "honoured as the definition cpu_load of cpu_load",
            "alertRules.severity", "honoured as alert: {severity: critical}", "sessionAnalysis  ",
            "refused: use metrics made of others", "sessionAnalysis.sessionTimeout",
            "sections: 3 honoured, 0 partly, 2 refused",
        ] { #expect(text.contains(words), "\(words) in \(outcome.output)") }
        for line in outcome.lines.dropLast(2) { #expect(line.count <= 80, "\(line)") }
        #expect(bellwether("check", path, "--strict").code == .usage)
        let json = bellwether("check", path, "-o", "json").output
        #expect(
            json.contains(
                #"{"key":"sessionAnalysis","area":"user analytics","verdict":"refused","detail":"metrics made of"#
            ))
        let fine = folder.file(#"{"alertRules": ["cpu_load"]}"#, "fine.json")
        #expect(bellwether("check", fine, "--strict").code == .success)
    }
}
