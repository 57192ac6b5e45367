import Alerting
import Foundation
import Networking
import Pipeline
import TestSupport
import Testing
import TimeSeries

@testable import Service

/// Area by area, the names of sections that people wrote down.
private let wanted: [(area: String, names: String)] = [
    ("ML analytics", "mlModels predictiveAnalyticsAlgorithms anomalyDetection automatedInsights"),
    (
        "advanced analytics",
        "dataAnalysisPipelines statisticalAnalysisMethods trendIdentification predictiveAnalyticsModels"
    ),
    (
        "real-time streaming",
        "dataStreams processingLogic realTimeDashboards liveMetrics instantInsightRules"
    ),
    (
        "live dashboards",
        """
        realTimeVisualization liveMetricsDisplay instantAlerts dynamicUpdates dashboardLayout \
        trendAnalysisWidgets capacityPlanningCharts dashboardCreation
        """
    ),
    ("alerting", "alertRules notificationChannels escalationProcedures incidentResponseIntegration"),
    ("incident response", "responseSteps communicationProtocols postIncidentAnalysis"),
    ("application performance", "apmAgentSetup performanceMetrics transactionTracing errorTracking"),
    ("infrastructure", "systemMetricsCollection resourceMonitoring capacityPlanning healthChecks"),
    (
        "operational efficiency, cost",
        """
        operationalMetricsDefinitions efficiencyAnalysisMethods costOptimizationStrategies \
        resourceUtilizationTracking
        """
    ),
    (
        "user analytics",
        """
        trackingImplementation eventCollection sessionAnalysis conversionTracking engagementMetrics \
        retentionAnalysis featureUsageTracking abTestingAnalytics
        """
    ),
    (
        "business and revenue",
        """
        kpiDefinitions businessMetricsTracking executiveReporting revenueTracking \
        businessPerformanceMetrics growthAnalysis profitabilityInsights
        """
    ),
    (
        "custom and domain metrics",
        """
        businessSpecificMetrics customTrackingImplementation domainSpecificAnalytics specializedKPIs \
        industrySpecificMetrics domainBenchmarksSources
        """
    ),
    ("compliance", "complianceTrackingRules regulatoryReportFormats"),
    (
        "optimisation",
        """
        queryOptimization pipelineScaling storageOptimization processingEfficiency platformDeployment \
        dataCollection storage scalability
        """
    ),
    (
        "maintenance",
        """
        monitoringMaintenanceSchedule analyticsUpdateProcess performanceTuningCycle feedbackCollection \
        improvementPrioritization
        """
    ),
    ("improvement tracking", "roiTrackingEnabled alertOnKpiDropPercent"),
]

private func resolved(_ text: String) throws -> Configuration {
    try Configuration.resolve(file: (name: "wishes.json", bytes: Array(text.utf8)))
}

extension Configuration {
    fileprivate func row(_ key: String) -> String? { sections.first { $0.key == key }?.sentence }
}

@Suite struct SectionTests {
    @Test func `every section has an area, a verdict and a sentence`() throws {
        let names = wanted.flatMap { area, names in names.split(separator: " ").map { (area, String($0)) } }
        #expect(names.count == SectionCatalog.all.count)
        for (area, name) in names {
            let configuration = try resolved(
                "{\"\(name)\": [\"a wish in words\", {\"nested\": {\"deep\": 1}}]}")
            let keys = configuration.sections.map(\.key)
            #expect(keys == [name, "\(name).nested", "\(name).nested.deep"], "\(name)")
            #expect(configuration.sections.allSatisfy { $0.area == area && !$0.detail.isEmpty }, "\(name)")
            #expect(configuration.sections.dropFirst().allSatisfy { $0.verdict == .refused }, "\(name)")
        }
    }

    @Test func `what is named instead exists`() throws {
        let table = RouteTable(Routes.all, schemas: Routes.schemas, version: "1").routes
        let known = Set(
            table.flatMap { route in
                ([route.pattern] + route.aliases).map { "\(route.method.rawValue) \($0)" }
            })
        var count = 0
        for entry in SectionCatalog.all {
            for match in (entry.detail + " " + entry.instead).matches(of: /(GET|POST|PUT|DELETE) (\/[^ ,;]*)/)
            {
                count += 1
                #expect(known.contains("\(match.1) \(match.2)"), "\(entry.name): \(match.0)")
            }
        }
        #expect(count > 40)
    }

    @Test func `metrics that are named become definitions, and limits say what they cannot be`() throws {
        let configuration = try resolved(
            """
            {"alertRules": [
              {"name": "Slow checkout", "metric": "http_request_seconds{job=\\"shop\\"}", "operator": ">",
               "threshold": 2.5, "severity": "high", "interval": "1m", "owner": "payments"},
              {"name": "broken", "metric": "rate(errors[5m]) / 2"},
              "cpu_load", "Tell me when it is slow"],
             "kpiDefinitions": {"metrics": ["revenue_total"], "orders": {"metric": "orders", "aggregation": "avg"}},
             "alertOnKpiDropPercent": 5}
            """)
        let metrics = configuration.metrics
        #expect(metrics.map(\.name) == ["Slow_checkout", "cpu_load", "revenue_total", "orders"])
        #expect("\(metrics[0].match)" == "http_request_seconds{job=\"shop\"}")
        #expect(metrics[0].direction == .above && metrics[0].step == .fixed(milliseconds: 60_000))
        #expect(metrics[0].alert?.severity == .error && metrics[1].alert?.severity == .warning)
        #expect(metrics[3].aggregate == .mean)
        for metric in metrics[2...] {
            #expect(metric.direction == .below && metric.ignore.relative == 0.05 && metric.alert != nil)
        }
        #expect(configuration.row("alertRules.operator") == "honoured as direction: above")
        #expect(configuration.row("alertRules.threshold")?.hasPrefix("partly: the band is learned") == true)
        #expect(configuration.row("alertRules.owner")?.hasPrefix("refused: use ") == true)
        #expect(configuration.row("alertRules.metric")?.contains("as formula: revenue / orders") == true)
        let rules = try #require(configuration.row("alertRules"))
        #expect(rules.hasPrefix("partly: the definition Slow_checkout of http_request_seconds"), "\(rules)")
        #expect(rules.contains("instead of \"Tell me when it is slow\""), "\(rules)")
        #expect(
            configuration.row("alertOnKpiDropPercent")
                == "honoured as direction: below and ignore: {relative: 5%} of the 2 metrics that sections name"
        )
        #expect(try resolved("{\"alertOnKpiDropPercent\": 5}").sections.map(\.verdict) == [.refused])
    }

    @Test func `a metric that is computed becomes a formula, unless it reads itself`() throws {
        let configuration = try resolved(
            """
            {"kpiDefinitions": [{"name": "basket", "formula": "revenue / orders", "interval": "1m"},
                                {"name": "ratio", "metric": "aov", "calculation": "a / b"},
                                {"name": "revenue", "query": "revenue * 100"}]}
            """)
        #expect(configuration.metrics.map(\.name) == ["basket", "ratio"])
        #expect(configuration.metrics.map { $0.formula.map { "\($0)" } } == ["revenue / orders", "a / b"])
        #expect(configuration.metrics[0].step == .fixed(milliseconds: 60_000))
        #expect(configuration.row("kpiDefinitions.formula") == "honoured as expr")
        #expect(configuration.row("kpiDefinitions.query")?.contains("honoured") == false)
        let row = try #require(configuration.row("kpiDefinitions"))
        #expect(row.contains("the definition basket of revenue / orders"), "\(row)")
        #expect(row.contains("the formula of \"revenue\" reads what it makes"), "\(row)")
    }

    @Test(arguments: [
        (#"{"metric": "cpu-usage"}"#, nil), (#"{"metric": "GET /checkout"}"#, nil),
        (#"{"name": "latency", "calculation": "average"}"#, "latency"),
        (#"{"name": "conversion", "formula": "orders divided by visits"}"#, "conversion"),
    ])
    func `text is no formula where it need not be one`(wish: String, match: String?) throws {
        let configuration = try resolved("{\"kpiDefinitions\": [\(wish)]}")
        #expect(configuration.metrics.map { "\($0.match)" } == [match].compactMap { $0 })
        #expect(configuration.metrics.allSatisfy { $0.formula == nil })
    }

    @Test func `web addresses become one receiver, and the alerting of the file is left alone`() throws {
        let wishes = """
            {"notificationChannels": ["https://hooks.slack.com/services/x", "email",
              {"type": "webhook", "url": "https://example.org/hook"}]}
            """
        let configuration = try resolved(wishes)
        #expect(
            configuration.channels.map(\.name) == [
                "notification-channels/webhook", "notification-channels/slack",
            ])
        #expect(configuration.alerts.route?.receiver == "notification-channels")
        #expect(configuration.row("notificationChannels")?.hasPrefix("partly: the slack of") == true)
        #expect(configuration.row("notificationChannels.url")?.hasPrefix("honoured as the webhook") == true)
        let own = try Configuration.resolve(
            flags: [], environment: [:],
            files: [
                ("a.json", Array(wishes.utf8)),
                ("b.yaml", Array("alerting: {receivers: [{name: ops}]}".utf8)),
            ])
        #expect(own.alerts.receivers.map(\.name) == ["ops"] && own.alerts.route == nil)
        #expect(
            own.row("notificationChannels.url")
                == "refused: use alerting.receivers, which the configuration has already")
    }

    @Test func `targets, trainings, limits and the directory become settings unless they are set`() throws {
        let configuration = try resolved(
            """
            workers: 3
            dataCollection: [{name: node, endpoint: 'http://127.0.0.1:9100/metrics', interval: 30s}]
            analyticsUpdateProcess: {frequency: weekly}
            scalability: {maxSeries: 500, workers: 9, autoscale: true}
            storage: {path: /var/lib/points, retentionDays: 30, retention: 7d}
            roiTrackingEnabled: false
            """)
        #expect(configuration.scrape.map(\.url) == ["http://127.0.0.1:9100/metrics"])
        #expect(configuration.scrape.first?.everySeconds == 30)
        #expect(configuration.retrain.every?.nominalMilliseconds == 604_800_000)
        #expect(configuration.maxSeries == 500 && configuration.workers == 3)
        #expect(configuration.data == "/var/lib/points")
        #expect(configuration.row("dataCollection") == "honoured as scrape of http://127.0.0.1:9100/metrics")
        #expect(configuration.row("analyticsUpdateProcess.frequency") == "honoured as retrain: {every: 7d}")
        #expect(
            configuration.row("scalability.workers")
                == "refused: use workers of the configuration, which is set already")
        #expect(configuration.row("storage.retentionDays") == "honoured as retention: 30d")
        #expect(configuration.row("storage.retention")?.hasPrefix("refused") == true)
        #expect(configuration.retention.points == Int64(2_592_000_000))
        #expect(configuration.row("roiTrackingEnabled") == "honoured as off: nothing is done for it")
    }

    @Test func `a section stands once, and a key that is none is told of`() throws {
        #expect(throws: ConfigurationError.self) { try resolved("{\"mlModels\": [], \"mlmodels\": []}") }
        let error = #expect(throws: ConfigurationError.self) { try resolved("{\"kpiDefinition\": []}") }
        #expect(error?.message.contains("did you mean \"kpiDefinitions\"?") == true)
        #expect(error?.place == "wishes.json:1:2")
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `any form of a section is read, and every key of it has a row`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func value(_ depth: Int) -> String {
            let texts = [
                "\"cpu\"", "5", "true", "null", "\"https://a.example/metrics\"", "\"${NONE}\"", "\"\"",
                "-1e9",
            ]
            switch Int.random(in: 0..<(depth > 3 ? 1 : 3), using: &random) {
            case 1: return "[" + (0..<2).map { _ in value(depth + 1) }.joined(separator: ", ") + "]"
            case 2:
                let keys = ["name", "metric", "threshold", "url", "interval", "model", "range", "wish"]
                    .shuffled(using: &random).prefix(3)
                return "{" + keys.map { "\"\($0)\": " + value(depth + 1) }.joined(separator: ", ") + "}"
            default: return texts.randomElement(using: &random) ?? "1"
            }
        }
        for entry in SectionCatalog.all {
            let text = "{\"\(entry.name)\": \(value(0))}"
            let configuration = try resolved(text)
            let node = try #require(try YAMLNode.parse(Array(text.utf8), named: "a"))
            #expect(Set(configuration.sections.map(\.key)) == Set(SectionReader.paths(node)), "\(text)")
        }
    }
}
