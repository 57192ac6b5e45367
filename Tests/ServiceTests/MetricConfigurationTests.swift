import Alerting
import Pipeline
import Query
import TestSupport
import TimeSeries
import Testing

@testable import Service

private func resolve(_ file: String, _ environment: [String: String] = [:]) throws -> Configuration {
    try Configuration.resolve(environment: environment, file: (name: "b.yaml", bytes: Array(file.utf8)))
}

/// The messages about a file, none when it is good.
private func messages(_ files: [(name: String, bytes: [UInt8])]) -> [String] {
    do throws(ConfigurationError) {
        _ = try Configuration.resolve(flags: [], environment: [:], files: files)
        return []
    } catch {
        return error.all.map(\.description)
    }
}

private func messages(_ file: String) -> [String] { messages([("b.yaml", Array(file.utf8))]) }

@Test func `a metric definition is read with every key`() throws {
    let file = """
        retrain: {every: 7d, gate: {max_scaled_error: 1.5, min_coverage: 90%}}
        metrics:
          - name: checkout_rps
            match: 'http_requests_total{job="${JOB:-checkout}"}'
            aggregate: rate
            step: 1d
            timezone: Europe/Berlin
            direction: below
            range: {min: 0, max: 1e6}
            ignore: {absolute: 5, relative: 5%}
            missing: interpolate(max 3)
            adopt_after: 3d
            lateness: 0s
            model: ridge
            season: 7
            alert: {budget: 0.5/month, per: series, open_after: 2, close_after: 10d, severity: critical}
            retrain: {every: 12h, max_cpu: 25%, gate: {min_coverage: 0.8}}
          - {name: bare, match: up}
        """
    let configuration = try resolve(file)
    let metrics = configuration.metrics
    #expect(metrics.map(\.name) == ["checkout_rps", "bare"])
    var expected = MetricDefinition(
        name: "checkout_rps", match: try Selector(parsing: #"http_requests_total{job="checkout"}"#))
    expected.aggregate = .rate
    expected.step = .days(1)
    expected.timezone = try TimeZone(named: "Europe/Berlin")
    expected.direction = .below
    expected.range = ValueRange(min: 0, max: 1e6)
    expected.ignore = IgnoredDeviation(absolute: 5, relative: 0.05)
    expected.missing = .interpolate(most: 3)
    expected.adoption = .after(.time(.days(3)))
    expected.latenessMilliseconds = 0
    expected.model = "ridge"
    expected.season = .steps(7)
    var alert = AlertPolicy(budget: AlertBudget(count: 0.5, per: .month, scope: .series))
    alert.openAfter = .steps(2)
    alert.closeAfter = .time(.days(10))
    alert.severity = .critical
    expected.alert = alert
    expected.retrain.every = .fixed(milliseconds: 43_200_000)
    expected.retrain.maxCPUShare = 0.25
    expected.retrain.maxScaledError = 1.5
    expected.retrain.minCoverage = 0.8
    #expect(metrics[0] == expected)
    var bare = MetricDefinition(name: "bare", match: try Selector(parsing: "up"))
    bare.retrain = configuration.retrain
    #expect(metrics[1] == bare)
    // A day outside a definition, and in one without a zone, has 24 hours whatever came before.
    #expect(configuration.retrain.every == .fixed(milliseconds: 604_800_000))
}

@Test func `a formula is read with the keys of its definition`() throws {
    let file = """
        metrics:
          - name: basket
            expr: >-
              sum by (shop) (revenue_total{job="web"})
              / sum by (shop) (orders_total)
            step: 5m
            aggregate: rate
        """
    let definition = try #require(try resolve(file).metrics.first)
    let text = #"sum by (shop) (revenue_total{job="web"}) / sum by (shop) (orders_total)"#
    var expected = MetricDefinition(name: "basket", formula: try Formula(parsing: text))
    expected.step = .fixed(milliseconds: 300_000)
    expected.aggregate = .rate
    #expect(definition == expected && definition.match == Selector(metric: "basket"))
}

@Test func `order of keys, comments, styles and routing leave the hash, meaning does not`() throws {
    func hash(_ text: String) throws -> String {
        try #require(try resolve("metrics:\n" + text).metrics.first).configurationHash
    }
    let plain = try hash(#"- {name: a, match: 'up{b="1",a="2"}', step: 60s, alert: {budget: 7/week}}"#)
    let other = """
        # why this is so
        - alert:
            severity: critical   # pages
            open_after: 1
            budget: "1/day"
          step: 1m
          model: auto
          lateness: 10m
          match: >-
            up{a='2', b='1'}
          name: other
          retrain: {every: 1d}
        """
    #expect(try hash(other) == plain)
    #expect(try hash(other.replacing("step: 1m", with: "step: 2m")) != plain)
    #expect(try hash(other.replacing("budget: \"1/day\"", with: "budget: \"2/day\"")) != plain)
    #expect(try hash(other.replacing("model: auto", with: "direction: above")) != plain)
}

private let start = "metrics: [{name: a, match: up, "

@Test(arguments: [
    ("metrics: up", "b.yaml:1:10: metrics must be a list of definitions, not text"),
    ("metrics: [up]", "b.yaml:1:11: a metric must be a map, not text"),
    ("metrics: [{match: up}]", "b.yaml:1:11: the metric has no name"),
    (
        "metrics: [{name: a}]",
        #"b.yaml:1:11: the metric "a" has no match, such as match: up{job="api"}, and no expr, such as expr: revenue / orders"#
    ),
    (
        "metrics: [{name: 'a b', match: up}]",
        "b.yaml:1:18: name must be 1 to 100 letters, digits, '_', '-', '.' and ':', not \"a b\""
    ),
    (
        "metrics: [{name: , match: up}]",
        "b.yaml:1:18: name must be 1 to 100 letters, digits, '_', '-', '.' and ':', not empty"
    ),
    (
        "metrics: [{name: a, match: 'up{'}]",
        #"b.yaml:1:28: match must be a selector: column 4: expected a label name or "}", found the end"#
    ),
    ("metrics: [{name: a, match: [up]}]", "b.yaml:1:28: match must be one value, not a list"),
    (
        "metrics: [{name: a, expr: x / }]",
        #"b.yaml:1:27: expr must be a formula: column 4: expected a number, a metric or "(", found the end"#
    ),
    (
        "metrics: [{name: a, match: x, expr: x / y}]",
        #"b.yaml:1:37: the metric "a" has match and expr: its series are either those that match or those that a formula makes"#
    ),
    (
        "metrics: [{name: a, expr: a + 1}]",
        #"b.yaml:1:27: the formula of "a" reads what it makes: a matches the name a"#
    ),
    (
        "metrics: [{name: a, match: x}, {name: b, expr: c / x}, {name: c, expr: sum(b)}]",
        "b.yaml:1:48: formulas read each other in a circle: b reads c reads b"
    ),
    (
        "metrics: [{name: a, expr: x / y}, {name: a, expr: y / x}]",
        #"b.yaml:1:42: the name "a" is taken at b.yaml:1:11"#
    ),
    (
        start + "stepp: 1m}]",
        #"b.yaml:1:32: unknown key "stepp" in a metric; did you mean "step"?"#
    ),
    (start + "zebra: 1m}]", #"b.yaml:1:32: unknown key "zebra" in a metric"#),
    (
        start + "step: 300}]",
        "b.yaml:1:38: step must be a duration: '300' has a number without a unit; write 5m, 1h30m or PT5M"
    ),
    (
        start + "timezone: Mars/Base}]",
        "b.yaml:1:42: timezone must be a time zone: no time zone 'Mars/Base' in /usr/share/zoneinfo; "
            + "names are like Europe/Berlin"
    ),
    (
        start + "aggregate: avg}]",
        #"b.yaml:1:43: aggregate must be mean, sum, last, max or rate, not "avg""#
    ),
    (start + "direction: }]", "b.yaml:1:43: direction must be above, below or both, not empty"),
    (start + "range: {min: 2, max: 1.5}}]", "b.yaml:1:39: range has the min 2 above its max 1.5"),
    (start + "range: {min: nan}}]", #"b.yaml:1:45: min must be a number, not "nan""#),
    (start + "range: 5}]", "b.yaml:1:39: range must be a map, not text"),
    (start + "range: {least: 5}}]", #"b.yaml:1:40: unknown key "least" in range"#),
    (start + "ignore: {absolute: -1}}]", #"b.yaml:1:51: absolute must be a number of at least 0, not "-1""#),
    (
        start + "ignore: {relative: 5}}]",
        #"b.yaml:1:51: relative must be a share such as 5% or 0.05, not "5""#
    ),
    (
        start + "missing: interpolate(max 0)}]",
        #"b.yaml:1:41: missing must be unknown, zero, last or interpolate(max 3), not "interpolate(max 0)""#
    ),
    (
        start + "lateness: -5m}]",
        "b.yaml:1:42: lateness must be a duration: '-5m' is not a duration at character 1"
    ),
    (
        start + "model: ridgee}]",
        "b.yaml:1:39: model must be auto or a method that GET /api/v1/methods lists, not \"ridgee\"; "
            + "did you mean \"ridge\"?"
    ),
    (
        start + "season: 0}]",
        #"b.yaml:1:40: season must be 1 to 100000 steps or a duration, as 10 or 10m, not "0""#
    ),
    (start + "alert: {severity: info}}]", "b.yaml:1:39: alert has no budget, such as budget: 2/week"),
    (
        start + "alert: {budget: 0/week}}]",
        "b.yaml:1:48: budget must be incidents over hour, day, week, month or year, as 2/week, not \"0/week\""
    ),
    (
        start + "alert: {budget: 2}}]",
        #"b.yaml:1:48: budget must be incidents over hour, day, week, month or year, as 2/week, not "2""#
    ),
    (
        start + "alert: {budget: 2/week, severity: page}}]",
        #"b.yaml:1:66: severity must be info, warning, error or critical, not "page""#
    ),
    (
        start + "alert: {budget: 2/week, open_after: 5 m}}]",
        "b.yaml:1:68: open_after must be a duration: '5 m' has the unknown unit ' m'; "
            + "units are ms, s, m, h, d, w, y"
    ),
    (
        "retrain: {gate: {min_coverage: 101%}}", "b.yaml:1:32: min_coverage must be at most 100%"
    ),
    ("retrain: {evry: 1d}", #"b.yaml:1:11: unknown key "evry" in retrain; did you mean "every"?"#),
    ("metric: []", #"b.yaml:1:1: unknown setting "metric"; did you mean "metrics"?"#),
])
func `a wrong definition is refused with place and remedy`(file: String, message: String) {
    #expect(messages(file) == [message])
}

@Test func `everything that is wrong with a file is told at once, in its order`() {
    let file = """
        listn: x
        metrics:
          - {name: a, match: up, step: x, zzz: 1}
          - {name: a, match: up}
          - {name: b, match: '}', direction: up}
          - {name: a, match: up}
        workers: many
        """
    let places = messages(file).map { $0.split(separator: " ")[0] }
    #expect(
        places == [
            "b.yaml:1:1:", "b.yaml:3:32:", "b.yaml:3:35:", "b.yaml:4:12:", "b.yaml:5:22:",
            "b.yaml:5:38:", "b.yaml:6:12:", "b.yaml:7:10:",
        ])
    #expect(messages(file)[3] == #"b.yaml:4:12: the name "a" is taken at b.yaml:3:5"#)
    let many = "metrics:\n" + String(repeating: "  - x\n", count: 50)
    #expect(messages(many).count == 21 && messages(many).last == "and 30 more errors")
}

@Test func `several files are one configuration`() throws {
    let first = (name: "1.yaml", bytes: Array("workers: 3\nmetrics: [{name: a, match: up}]\n".utf8))
    let second = (
        name: "2.yaml", bytes: Array("retrain: {every: 1d}\nmetrics: [{name: b, match: up}]\n".utf8)
    )
    let configuration = try Configuration.resolve(flags: [], environment: [:], files: [first, second])
    #expect(configuration.workers == 3 && configuration.metrics.map(\.name) == ["a", "b"])
    #expect(configuration.metrics.allSatisfy { $0.retrain.every == .fixed(milliseconds: 86_400_000) })
    #expect(
        messages([first, (name: "2.yaml", bytes: first.bytes)]) == [
            #"2.yaml:1:1: "workers" stands at 1.yaml:1:1 already"#,
            #"2.yaml:2:18: the name "a" is taken at 1.yaml:2:11"#,
        ])
}

@Test(arguments: 0..<200 as Range<UInt64>)
func `a damaged definition is read or refused, never fatal`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let file = """
        metrics:
        - {name: a, match: 'up{a=~"b|c"}', step: 1m, range: {min: 0, max: 5}, ignore: {relative: 5%}}
        - {name: b, match: up, missing: interpolate(max 3), alert: {budget: 2/week, open_after: 10m}}
        """
    var bytes = Array(file.utf8)
    for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
    }
    _ = try? Configuration.resolve(file: (name: "b.yaml", bytes: bytes))
}
