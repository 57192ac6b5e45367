// What is measured and kept: the second half of the table.

extension SectionCatalog {
    static let platform =
        area(
            "application performance",
            [
                (
                    "apmAgentSetup", .none, .partly,
                    "the OpenTelemetry SDK as agent: its metrics go to POST /v1/metrics",
                    "an OpenTelemetry exporter to POST /v1/metrics"
                ),
                (
                    "performanceMetrics", .metrics(isAlert: false), .partly,
                    "every metric of OTLP that comes to POST /v1/metrics is stored and scored", define
                ),
                (
                    "transactionTracing", .none, .refused,
                    "span metrics of the OpenTelemetry collector, sent to POST /v1/metrics; traces are not stored",
                    "span metrics sent to POST /v1/metrics"
                ),
                (
                    "errorTracking", .none, .refused,
                    "error counts as a series, and a metric for it; fingerprints are not kept", define
                ),
            ])
        + area(
            "infrastructure",
            [
                (
                    "systemMetricsCollection", .targets, .partly, "a node exporter that is scraped",
                    "scrape in the configuration: - {job: node, targets: [HOST:9100]}"
                ),
                (
                    "resourceMonitoring", .metrics(isAlert: false), .partly,
                    "every series that comes is scored", define
                ),
                (
                    "capacityPlanning", .none, .refused,
                    "POST /api/v1/predict with limits, for the probability of reaching one",
                    "POST /api/v1/predict with limits"
                ),
                (
                    "healthChecks", .none, .refused,
                    "a blackbox exporter under scrape; its probe_success is a series like others",
                    "scrape in the configuration"
                ),
            ])
        + area(
            "operational efficiency, cost",
            [
                (
                    "operationalMetricsDefinitions", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
                ("efficiencyAnalysisMethods", .none, .refused, ratio, ratio),
                ("costOptimizationStrategies", .none, .refused, ratio, ratio),
                (
                    "resourceUtilizationTracking", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
            ])

    static let people = area(
        "user analytics",
        [
            ("trackingImplementation", .none, .refused, events, events),
            ("eventCollection", .none, .refused, events, events),
            ("sessionAnalysis", .none, .refused, ratio, ratio),
            ("conversionTracking", .none, .refused, ratio, ratio),
            ("engagementMetrics", .metrics(isAlert: false), .partly, "metrics that come are scored", define),
            ("retentionAnalysis", .none, .refused, ratio, ratio),
            ("featureUsageTracking", .none, .refused, events, events),
            (
                "abTestingAnalytics", .none, .refused,
                "POST /api/v1/events to mark a change; tests of variants are not in this build",
                "POST /api/v1/events"
            ),
        ])

    static let business =
        area(
            "business and revenue",
            [
                ("kpiDefinitions", .metrics(isAlert: false), .partly, "metrics that come are scored", define),
                (
                    "businessMetricsTracking", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
                (
                    "executiveReporting", .none, .refused,
                    "GET /api/v1/incidents and GET /api/v1/anomalies over the time of the report",
                    "GET /api/v1/incidents"
                ),
                (
                    "revenueTracking", .metrics(isAlert: false), .partly, "metrics that come are scored",
                    define
                ),
                (
                    "businessPerformanceMetrics", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
                ("growthAnalysis", .none, .refused, ask, ask),
                ("profitabilityInsights", .none, .refused, ratio, ratio),
            ])
        + area(
            "custom and domain metrics",
            [
                (
                    "businessSpecificMetrics", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
                ("customTrackingImplementation", .none, .refused, events, events),
                (
                    "domainSpecificAnalytics", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
                (
                    "specializedKPIs", .metrics(isAlert: false), .partly, "metrics that come are scored",
                    define
                ),
                (
                    "industrySpecificMetrics", .metrics(isAlert: false), .partly,
                    "metrics that come are scored", define
                ),
                (
                    "domainBenchmarksSources", .none, .refused,
                    "the benchmark as a series of its own, sent to POST /api/v1/import", "POST /api/v1/import"
                ),
            ])
        + area(
            "improvement tracking",
            [
                (
                    "roiTrackingEnabled", .none, .refused,
                    "POST /api/v1/events to mark the change; its effect is not computed in this build",
                    "POST /api/v1/events"
                ),
                (
                    "alertOnKpiDropPercent", .drop, .refused,
                    "it beside kpiDefinitions that name metrics, or direction: below with ignore: {relative: 5%}",
                    "direction: below with ignore: {relative: 5%} in a metric"
                ),
            ])

    static let upkeep =
        area(
            "compliance",
            [
                (
                    "complianceTrackingRules", .none, .refused,
                    "GET /api/v1/export to archive points; an audit log is not in this build",
                    "GET /api/v1/export"
                ),
                (
                    "regulatoryReportFormats", .none, .refused,
                    "GET /api/v1/export and GET /api/v1/incidents for a report of your own",
                    "GET /api/v1/export"
                ),
            ])
        + area(
            "optimisation",
            [
                (
                    "queryOptimization", .none, .partly,
                    "charts come from reduced points by themselves; there is nothing to set",
                    "GET /metrics to see what takes time"
                ),
                (
                    "pipelineScaling", .limits, .partly, "one shard a core, by itself",
                    "workers, queue and max-series in the configuration"
                ),
                (
                    "storageOptimization", .none, .partly,
                    "points are stored in compressed chunks by themselves",
                    "stale-after and max-series in the configuration"
                ),
                (
                    "processingEfficiency", .limits, .partly, "one shard a core, by itself",
                    "workers and queue in the configuration"
                ),
                (
                    "platformDeployment", .none, .refused, "bellwether serve: one process and one directory",
                    "bellwether serve"
                ),
                (
                    "dataCollection", .targets, .partly,
                    "points come by remote write, OTLP, Influx, StatsD and scrapes",
                    "scrape in the configuration"
                ),
                (
                    "storage", .storage, .partly,
                    "one directory, with a journal; points are kept as long as retention says",
                    "data and retention in the configuration"
                ),
                (
                    "scalability", .limits, .partly, "one process uses all cores of its machine",
                    "workers, queue and max-series in the configuration"
                ),
            ])
        + area(
            "maintenance",
            [
                (
                    "monitoringMaintenanceSchedule", .none, .refused,
                    "POST /api/v1/silences for a window, or alerting.time_intervals with mute_time_intervals",
                    "POST /api/v1/silences"
                ),
                (
                    "analyticsUpdateProcess", .retraining, .partly,
                    "bellwether train promotes a model only if it is better", retrain
                ),
                (
                    "performanceTuningCycle", .retraining, .partly,
                    "bellwether doctor advises on the machine and the directory", retrain
                ),
                (
                    "feedbackCollection", .none, .refused,
                    "POST /api/v1/incidents/{id}/comments; feedback does not change scores in this build",
                    "POST /api/v1/incidents/{id}/comments"
                ),
                (
                    "improvementPrioritization", .none, .refused, "GET /api/v1/fleet in the order of scores",
                    "GET /api/v1/fleet"
                ),
            ])
}
