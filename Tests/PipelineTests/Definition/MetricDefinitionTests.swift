import Alerting
import Query
import TimeSeries
import Testing

@testable import Pipeline

private func definition(_ selector: String = #"requests_total{job="checkout"}"#) throws -> MetricDefinition {
    try MetricDefinition(selector: Selector(parsing: selector))
}

@Test func `a bare selector stands for a definition with every default`() throws {
    let definition = try definition(#"{job="checkout", __name__="up",}"#)
    #expect(definition.name == #"up{job="checkout"}"#)
    #expect(definition.alert == nil && definition.step == nil && definition.season == nil)
    #expect(definition.timezone == .utc && definition.direction == .both && definition.range == .any)
    #expect(definition.ignore == .none && definition.missing == .unknown && definition.model == "auto")
    #expect(definition.latenessMilliseconds == 600_000 && definition.retrain == RetrainPolicy())
    #expect(definition.threshold(series: 9, step: .days(1)) == 1e-4)
    #expect(AlertPolicy(budget: AlertBudget(count: 1, per: .day)).openAfter == .steps(1))
    #expect(AlertPolicy(budget: AlertBudget(count: 1, per: .day)).closeAfter == .steps(10))
}

@Test(arguments: [
    ("requests_total", true), ("latency_seconds_sum", true), ("latency_seconds_count", true),
    ("latency_seconds_bucket", true), ("total", false), ("requests_total_ratio", false),
    ("temperature", false),
    ("", false), ("headcount", false),
])
func `counters are known by their names`(name: String, isCounter: Bool) throws {
    #expect(Counter.isCounter(metricName: name) == isCounter)
    var definition = try definition("up")
    #expect(definition.aggregation(metricName: name) == (isCounter ? .rate : .mean))
    definition.aggregate = .max
    #expect(definition.aggregation(metricName: name) == .max)
}

@Test func `policies judge values by their ends`() {
    let range = ValueRange(min: 0, max: nil)
    #expect(range.contains(0) && range.contains(1e300) && !range.contains(-1e-300) && !range.contains(.nan))
    let ignored = IgnoredDeviation(absolute: 5, relative: 0.05)
    #expect(ignored.covers(value: 14, expected: 10) && !ignored.covers(value: 15, expected: 10))
    #expect(
        ignored.covers(value: -1_049, expected: -1_000) && !ignored.covers(value: -1_050, expected: -1_000))
    #expect(!ignored.covers(value: .nan, expected: 1) && !IgnoredDeviation.none.covers(value: 1, expected: 1))
}

@Test(arguments: [
    (Length.steps(3), 3), (.time(.fixed(milliseconds: 60_000)), 1), (.time(.fixed(milliseconds: 60_001)), 2),
    (.time(.fixed(milliseconds: 1)), 1), (.time(.days(1)), 1_440),
])
func `a length is a number of steps`(length: Length, steps: Int) {
    #expect(length.steps(of: .fixed(milliseconds: 60_000)) == steps)
}

@Test func `a retrain policy is completed by another`() {
    var own = RetrainPolicy()
    own.every = .days(1)
    var other = RetrainPolicy()
    other.every = .days(7)
    other.maxScaledError = 1.5
    #expect(own.completed(by: other).every == .days(1))
    #expect(own.completed(by: other).maxScaledError == 1.5)
}

/// What changes scores or anomalies.
private let changes: [(name: String, change: @Sendable (inout MetricDefinition) throws -> Void)] = [
    ("match", { $0.match = try Selector(parsing: #"requests_total{job="cart"}"#) }),
    ("aggregate", { $0.aggregate = .sum }),
    ("step", { $0.step = .fixed(milliseconds: 86_400_000) }),
    ("civil step", { $0.step = .days(1) }),
    ("calendar step", { $0.step = .months(1) }),
    ("timezone", { $0.timezone = try TimeZone(named: "Europe/Berlin") }),
    ("direction", { $0.direction = .below }),
    ("min", { $0.range = ValueRange(min: 0, max: nil) }),
    ("max", { $0.range = ValueRange(min: nil, max: 0) }),
    ("absolute", { $0.ignore = IgnoredDeviation(absolute: 5, relative: 0) }),
    ("relative", { $0.ignore = IgnoredDeviation(absolute: 0, relative: 5) }),
    ("zero", { $0.missing = .zero }),
    ("interpolate", { $0.missing = .interpolate(most: 3) }),
    ("interpolate more", { $0.missing = .interpolate(most: 4) }),
    ("lateness", { $0.latenessMilliseconds = 0 }),
    ("model", { $0.model = "ridge" }),
    ("season", { $0.season = .steps(1) }),
    ("season in time", { $0.season = .time(.days(1)) }),
    ("alert", { $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week)) }),
    ("count", { $0.alert = AlertPolicy(budget: AlertBudget(count: 3, per: .week)) }),
    ("per", { $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week, scope: .series)) }),
    (
        "open_after",
        {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week))
            $0.alert?.openAfter = .steps(2)
        }
    ),
    (
        "close_after",
        {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week))
            $0.alert?.closeAfter = .steps(2)
        }
    ),
    (
        "no_data",
        {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week))
            $0.alert?.noData = .off
        }
    ),
    (
        "no_data in steps",
        {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week))
            $0.alert?.noData = .after(.steps(3))
        }
    ),
    (
        "min_open",
        {
            $0.alert = AlertPolicy(budget: AlertBudget(count: 2, per: .week))
            $0.alert?.leastOpenMilliseconds = 0
        }
    ),
]

@Test func `whatever changes scores changes the hash`() throws {
    var hashes = [try definition().configurationHash: "none"]
    for (name, change) in changes {
        var changed = try definition()
        try change(&changed)
        let hash = changed.configurationHash
        #expect(hashes[hash] == nil, "\(name) and \(hashes[hash] ?? "") are \(hash)")
        #expect(hash.count == 16 && hash.allSatisfy(\.isHexDigit))
        hashes[hash] = name
    }
}

@Test func `what changes no score leaves the hash`() throws {
    var base = try definition()
    base.alert = AlertPolicy(budget: AlertBudget(count: 7, per: .week))
    var other = try definition(#"{job='checkout',__name__="requests_total"}"#)
    other.name = "checkout"
    other.aggregate = .rate
    other.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day))
    other.alert?.severity = .critical
    other.retrain.every = .days(7)
    #expect(base.configurationHash == other.configurationHash)
}

@Test func `an edit of when to tell keeps what a model has learned`() throws {
    let base = try definition()
    var told = try definition(#"{job='checkout',__name__="requests_total"}"#)
    told.direction = .above
    told.ignore = IgnoredDeviation(absolute: 3, relative: 0)
    told.latenessMilliseconds = 1
    told.alert = AlertPolicy(budget: AlertBudget(count: 7, per: .week))
    told.alert?.closeAfter = .steps(11)
    told.alert?.openAfter = .steps(4)
    told.alert?.noData = .off
    told.alert?.leastOpenMilliseconds = 0
    told.alert?.severity = .critical
    #expect(base.modelHash == told.modelHash && base.configurationHash != told.configurationHash)
    #expect(base.modelHash.count == 16)
    let edits: [(inout MetricDefinition) -> Void] = [
        { $0.name = "other" }, { $0.aggregate = .max }, { $0.step = .days(2) }, { $0.missing = .zero },
        { $0.model = "naive" }, { $0.season = .steps(7) }, { $0.range = ValueRange(min: 1, max: nil) },
        { $0.range = ValueRange(min: nil, max: 9) },
    ]
    var hashes: Set<String> = [base.modelHash]
    for edit in edits {
        var edited = base
        edit(&edited)
        #expect(hashes.insert(edited.modelHash).inserted)
    }
}

@Test func `stored hashes stay what they are`() throws {
    // The text as the hash has it, and FNV-1a 64 of it computed apart from this program.
    let text = """
        definition/1
        match requests_total{job="checkout"}
        aggregate rate
        step found
        timezone UTC
        direction both
        range any any
        ignore 0 0
        missing unknown
        lateness 600000
        model auto
        season found
        budget none
        open none
        close none
        """
    #expect(try definition().canonicalText == text)
    #expect(try definition().configurationHash == "9bc2507308d09376")
    // RFC 9923, section "Test vectors": the empty text, "a" and "foobar".
    #expect(FNV1a.hash([]) == 0xcbf2_9ce4_8422_2325)
    #expect(FNV1a.hash("a".utf8) == 0xaf63_dc4c_8601_ec8c)
    #expect(FNV1a.hash("foobar".utf8) == 0x8594_4171_f739_67e8)
}
