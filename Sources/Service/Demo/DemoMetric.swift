internal import Alerting
internal import Ingest
internal import Pipeline
internal import Query
internal import TimeSeries

/// One data set that the demonstration replays as if it were measured now, a row a second.
struct DemoMetric: Sendable {
    /// The folder of the data set.
    var dataset: String
    var name: String
    /// Where it comes from, as labels; what shares them may be one incident.
    var labels: [(name: String, value: String)]
    /// The row that is measured when the demonstration starts: a planted episode begins some 20 rows later.
    var start: Int
    /// Rows before it that are there already when it starts.
    var history: Int

    /// The first season and more of each, ending just before something happens.
    static let all: [DemoMetric] = [
        web("generated-web-requests", "demo_web_requests_per_second", start: 1_503),
        web("generated-cpu", "demo_web_cpu_percent", start: 1_270),
        machine("node-loopback-received", "demo_network_received_bytes_per_second"),
        machine("node-context-switches", "demo_context_switches_per_second"),
        machine("node-cpu-busy", "demo_cpu_busy_percent"),
        machine("node-disk-written", "demo_disk_written_bytes_per_second"),
        machine("node-memory-used", "demo_memory_used_bytes"),
    ]

    private static func web(_ dataset: String, _ name: String, start: Int) -> DemoMetric {
        DemoMetric(
            dataset: dataset, name: name, labels: [("service", "demo-web")], start: start, history: 1_200)
    }

    /// The series of one recording, which began and end together.
    private static func machine(_ dataset: String, _ name: String) -> DemoMetric {
        DemoMetric(dataset: dataset, name: name, labels: [("host", "demo-machine")], start: 805, history: 800)
    }

    /// All labels of the series.
    func seriesLabels() throws(LabelsError) -> Labels {
        try Labels([(Labels.metricName, name)] + labels)
    }

    /// What is wanted of it: told of some four times an hour while all is well.
    var definition: MetricDefinition {
        var definition = MetricDefinition(name: name, match: Selector(metric: name))
        definition.step = .fixed(milliseconds: Self.stepMilliseconds)
        var alert = AlertPolicy(budget: AlertBudget(count: 4, per: .hour))
        alert.openAfter = .steps(2)
        alert.closeAfter = .steps(15)
        alert.leastOpenMilliseconds = 10_000
        definition.alert = alert
        return definition
    }

    /// A row a second, whatever the time between two rows was when they were measured.
    static let stepMilliseconds: Int64 = 1_000

    /// The values of the data set in `directory`, the oldest first.
    func values(in directory: String) throws(ConfigurationError) -> [Double] {
        let path = directory + "/" + dataset + "/data.csv"
        do {
            let values = try PointsCSV.decode(try SmallFile(path).bytes).points.map(\.value)
            guard values.count > start else {
                throw ConfigurationError(
                    place: path, message: "\(values.count) rows; the demonstration starts at row \(start)")
            }
            return values
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(place: path, message: "\(error)")
        }
    }
}
