import Pipeline
import Query
import Storage
import TestSupport
import Testing
import TimeSeries

@testable import Service

/// What the configuration says of identity and retention.
struct StorageConfigurationTests {
    private func resolve(_ file: String) throws -> Configuration {
        try Configuration.resolve(file: (name: "b.yaml", bytes: Array(file.utf8)))
    }

    private func message(_ file: String) -> String {
        do throws(ConfigurationError) {
            _ = try Configuration.resolve(file: (name: "b.yaml", bytes: Array(file.utf8)))
            return "good"
        } catch {
            return error.description
        }
    }

    @Test func `rules of identity are read with names, expressions and what combines senders`() throws {
        let configuration = try resolve(
            """
            identity:
              - match: '{job="k8s"}'
                drop: [pod, pod_uid, '/^id_.*/']
                combine: sum
              - drop: [container_id]
            """)
        let rules = configuration.identity
        #expect(rules.map { $0.match?.description } == [#"{job="k8s"}"#, nil])
        #expect(rules[0].drop.map(\.description) == ["pod", "pod_uid", "/^id_.*/"])
        #expect(rules[0].drops("id_x") && !rules[0].drops("grid_x") && !rules[0].drops("__name__"))
        #expect(rules.map(\.combine) == [.sum, nil])
    }

    @Test(arguments: [
        ("identity: {drop: [pod]}", "identity must be a list"),
        ("identity: [{match: up}]", "leaves no label out"),
        ("identity: [{drop: []}]", "drop must be a list of names"),
        ("identity: [{drop: [__name__]}]", "__name__ cannot be dropped"),
        ("identity: [{drop: [a-b]}]", "names of labels, or /expressions/"),
        ("identity: [{drop: [/a]}]", "names of labels, or /expressions/"),
        ("identity: [{drop: ['/(/']}]", "drop must be a regular expression (RE2"),
        ("identity: [{drop: [a], combine: median}]", "combine must be mean, sum, max or last"),
        ("identity: [{drop: [a], mach: up}]", "did you mean \"match\"?"),
        ("identity: [{drop: [a], match: '{a='}]", "match must be a selector"),
        ("retention: 3h", "at least 1d"),
        ("retention: soon", "retention must be a duration"),
        ("retention: {rollups: {5m: 90d}}", "say for how long those are kept"),
        (
            "retention: {raw: 90d, rollups: {5m: 30d}}",
            "rollups of 5m must be kept for at least as long as raw"
        ),
        (
            "retention: {raw: 9d, rollups: {5m: 90d, 1h: 30d}}",
            "rollups of 1h must be kept for at least as long as 5m"
        ),
        ("retention: {raw: 9d, rollups: {1m: 90d}}", "unknown key \"1m\" in rollups"),
        ("retentoin: 90d", "did you mean \"retention\"?"),
    ])
    func `what is wrong with them is told with its place`(file: String, part: String) {
        let message = message(file)
        #expect(message.hasPrefix("b.yaml:1:") && message.contains(part), "\(message)")
    }

    @Test func `retention is one time, or a map of times`() throws {
        let day: Int64 = 86_400_000
        #expect(try resolve("listen: 127.0.0.1:1").retention == .forever)
        #expect(try resolve("retention: forever").retention == .forever)
        let one = try resolve("retention: 90d").retention
        #expect(one.points == 90 * day && one.rollups == [.fiveMinutes: 400 * day, .hour: 1_825 * day])
        #expect(one.records == 1_825 * day)
        let map = try resolve(
            "retention: {raw: 30d, rollups: {5m: 180d, 1h: forever}, anomalies: 1y}"
        ).retention
        #expect(map.points == 30 * day && map.rollups[.fiveMinutes] == .some(180 * day))
        #expect(map.rollups[.hour] == .some(nil))
        #expect(map.records == 365 * day)
        #expect(map.summary.contains("points 30d, rollups of 5m 180d, rollups of 1h for ever"))
        let long = try resolve("retention: 10y").retention
        #expect(long.rollups == [.fiveMinutes: 3_650 * day, .hour: 3_650 * day])
        // A year of a point in 15 s, at a byte each.
        #expect(Retention.forever.bytes(pointBytes: 1, step: 15_000) == 2_102_400)
    }

    @Test func `dropped labels that mix counters, or that somebody asks for, are warned of`() throws {
        let all = try resolve("identity: [{drop: [pod]}]").warnings
        #expect(all.count == 1 && all[0].contains("counters") && all[0].contains("pod of every series"))
        #expect(try resolve("identity: [{drop: [pod], match: memory_bytes}]").warnings.isEmpty)
        #expect(try resolve("identity: [{drop: [pod], match: requests_total}]").warnings.count == 1)
        let asked = try resolve(
            """
            identity: [{drop: [pod], match: 'memory{pod="x"}'}]
            metrics: [{name: m, match: 'memory{pod=~"x.*"}'}]
            """
        ).warnings
        #expect(
            asked.count == 2 && asked[0].contains("its own match") && asked[1].hasPrefix("m asks for pod"))
    }
}
