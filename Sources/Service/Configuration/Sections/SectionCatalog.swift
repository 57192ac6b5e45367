/// Every section of a document in sections: its area, how far it is met, and in which words.
enum SectionCatalog {
    /// What may be read out of a section.
    enum Content: Sendable {
        /// Nothing: the row of the catalogue is all.
        case none
        /// Metrics that become definitions, with an alert or without.
        case metrics(isAlert: Bool)
        /// Receivers of messages.
        case channels
        /// Addresses that show metrics, to be scraped.
        case targets
        /// How often models are trained again.
        case retraining
        /// Threads and limits of the service.
        case limits
        /// The directory of the data.
        case storage
        /// A drop in percent for the metrics of other sections.
        case drop
    }

    /// One section.
    struct Entry: Sendable {
        let name: String
        let area: String
        let content: Content
        /// What is said of the section where nothing of it becomes a setting.
        let verdict: SectionRow.Verdict
        let detail: String
        /// What to use for keys that are not read, after "use".
        let instead: String
    }

    /// The section of a name, however its words are joined.
    static func named(_ name: String) -> Entry? { byWord[word(name)] }

    /// A name without what joins its words.
    static func word(_ name: String) -> String {
        String(name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }

    private static let byWord = Dictionary(
        all.map { (word($0.name), $0) }, uniquingKeysWith: { first, _ in first })

    static let all =
        learning + streaming + dashboards + alerting + platform + people + business + upkeep

    /// Whose metrics a drop is about.
    static let kpiAreas = ["business and revenue", "custom and domain metrics"]

    // MARK: - Words that come again

    static let ask = "POST /api/v1/predict, or bellwether forecast and detect on a file"
    static let define = "metrics in the configuration: - {name: NAME, match: METRIC}"
    static let alert = "metrics with an alert, as alert: {budget: 1/week}"
    static let ratio = "metrics made of others: - {name: basket, expr: 'revenue / orders'}"
    static let events =
        "POST /api/v1/events for what happened, and counts of it as series (StatsD, OTLP)"
    static let page = "the page at GET / as it is, or GET /api/v1/fleet for a page of your own"
    static let retrain = "retrain in the configuration: retrain: {every: 1d}"

    static func area(
        _ area: String, _ rows: [(String, Content, SectionRow.Verdict, String, String)]
    ) -> [Entry] {
        rows.map {
            Entry(name: $0.0, area: area, content: $0.1, verdict: $0.2, detail: $0.3, instead: $0.4)
        }
    }

    // MARK: - The table

    private static let learning =
        area(
            "ML analytics",
            [
                (
                    "mlModels", .retraining, .partly,
                    "every method of GET /api/v1/methods is there, and the best is chosen for each series",
                    "model: METHOD in a metric, or bellwether train"
                ),
                (
                    "predictiveAnalyticsAlgorithms", .none, .partly,
                    "the forecasters of GET /api/v1/methods, chosen by back-test",
                    "model: METHOD in a metric, or \(ask)"
                ),
                (
                    "anomalyDetection", .metrics(isAlert: true), .partly,
                    "every stored series is scored as its points come", alert
                ),
                (
                    "automatedInsights", .none, .partly,
                    "each anomaly has a sentence that says what was expected, in GET /api/v1/anomalies",
                    "GET /api/v1/anomalies"
                ),
            ])
        + area(
            "advanced analytics",
            [
                (
                    "dataAnalysisPipelines", .none, .partly,
                    "ingest, align, score and act are one fixed pipeline", define
                ),
                (
                    "statisticalAnalysisMethods", .none, .partly,
                    "calibrated p-values, level and variance shifts, seasons; their list is fixed",
                    "GET /api/v1/methods for what there is"
                ),
                (
                    "trendIdentification", .none, .partly,
                    "forecasts with intervals and changes of level; a trend has no test of its own", ask
                ),
                (
                    "predictiveAnalyticsModels", .none, .partly,
                    "the forecasters of GET /api/v1/methods, chosen by back-test",
                    "model: METHOD in a metric, or bellwether train"
                ),
            ])

    private static let streaming = area(
        "real-time streaming",
        [
            (
                "dataStreams", .targets, .partly,
                "points come by remote write, OTLP, Influx, StatsD and scrapes",
                "scrape in the configuration, or POST /api/v1/write, POST /v1/metrics and POST /write"
            ),
            (
                "processingLogic", .none, .refused,
                ratio + ", and aggregate, step and missing of a metric",
                "expr, aggregate, step and missing of a metric"
            ),
            ("realTimeDashboards", .none, .partly, "the page at GET / moves as points come", page),
            (
                "liveMetrics", .metrics(isAlert: false), .partly,
                "GET /api/v1/stream tells every step of every stored series", define
            ),
            (
                "instantInsightRules", .metrics(isAlert: true), .partly,
                "each value is judged as it comes, against a learned band", alert
            ),
        ])

    private static let dashboards = area(
        "live dashboards",
        [
            (
                "realTimeVisualization", .none, .partly,
                "the page at GET / shows each series with its band and forecast", page
            ),
            (
                "liveMetricsDisplay", .metrics(isAlert: false), .partly,
                "the page at GET / shows every stored series", define
            ),
            (
                "instantAlerts", .metrics(isAlert: true), .partly,
                "incidents are on the page at GET / at once", alert
            ),
            (
                "dynamicUpdates", .none, .partly, "the page follows GET /api/v1/stream and needs no reload",
                "GET /api/v1/stream"
            ),
            ("dashboardLayout", .none, .refused, page, page),
            (
                "trendAnalysisWidgets", .none, .partly,
                "each series has a chart with its forecast; widgets cannot be arranged", page
            ),
            (
                "capacityPlanningCharts", .none, .refused,
                "POST /api/v1/predict with limits, for the probability of reaching one",
                "POST /api/v1/predict with limits"
            ),
            ("dashboardCreation", .none, .refused, page, page),
        ])

    private static let alerting =
        area(
            "alerting",
            [
                (
                    "alertRules", .metrics(isAlert: true), .partly, "what a metric with an alert is told of",
                    alert
                ),
                (
                    "notificationChannels", .channels, .refused,
                    "alerting.receivers in the configuration, with webhook, slack, pagerduty, alertmanager or email",
                    "alerting.receivers, as - {name: ops, webhook: {url: URL}}"
                ),
                (
                    "escalationProcedures", .none, .refused,
                    "alerting.route with repeat_interval, or a pagerduty receiver, which escalates",
                    "alerting.route in the configuration"
                ),
                (
                    "incidentResponseIntegration", .channels, .refused,
                    "alerting.receivers in the configuration, with pagerduty, alertmanager or webhook",
                    "alerting.receivers in the configuration"
                ),
            ])
        + area(
            "incident response",
            [
                (
                    "Response Steps", .none, .refused,
                    "POST /api/v1/incidents/{id}/comments, to keep what was done with the incident",
                    "POST /api/v1/incidents/{id}/comments"
                ),
                (
                    "Communication Protocols", .none, .refused,
                    "alerting.route and alerting.receivers in the configuration",
                    "alerting.route and alerting.receivers"
                ),
                (
                    "Post-Incident Analysis", .none, .partly,
                    "GET /api/v1/incidents/{id} has the timeline and who was told when",
                    "GET /api/v1/incidents/{id}"
                ),
            ])
}
