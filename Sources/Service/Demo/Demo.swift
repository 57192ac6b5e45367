internal import Alerting
internal import Networking
internal import Pipeline
internal import TimeSeries

/// The demonstration: data sets that are replayed at an accelerated clock, with definitions that alert, and a receiver
/// of the messages.
final class Demo: Sendable {
    private let series: [DemoFeed.Replayed]
    private let receiver: DemoReceiver
    private let log: Log

    private static let receiverName = "demo"

    /// Reads the data sets of a directory and opens the receiver.
    ///
    /// - Parameters:
    ///   - seed: What the secret of the messages is made of.
    /// - Throws: ``ConfigurationError`` when a data set cannot be read, `NetworkingError` when no port is free.
    init(_ directory: String, seed: UInt64, log: Log) throws {
        series = try DemoMetric.all.map { metric in
            DemoFeed.Replayed(
                metric: metric, labels: try metric.seriesLabels(), values: try metric.values(in: directory))
        }
        secret = String(seed, radix: 16)
        receiver = try DemoReceiver(secret: secret, log: log)
        self.log = log
    }

    private let secret: String

    /// A configuration with the definitions of the demonstration and its receiver.
    ///
    /// - Throws: ``ConfigurationError`` when the configuration alerts somebody already: they would be told of incidents
    ///   that never were.
    func configured(_ configuration: Configuration) throws(ConfigurationError) -> Configuration {
        guard configuration.alerts.route == nil else {
            throw ConfigurationError(
                place: "--demo",
                message: "the configuration has receivers: the demonstration would disturb them")
        }
        var configuration = configuration
        let names = Set(configuration.metrics.map(\.name))
        configuration.metrics += series.map(\.metric.definition).filter { !names.contains($0.name) }
        guard let webhook = NotifierCatalog.named("webhook") else { return configuration }
        var options = NotifierOptions()
        options.texts = ["url": receiver.url, "secret": secret]
        do throws(NotifierError) {
            let channel = try webhook.make(options)
            configuration.alerts.receivers = [
                AlertSettings.Receiver(
                    name: Self.receiverName,
                    channels: [(name: Self.receiverName + "/webhook", kind: "webhook", channel: channel)])
            ]
        } catch {
            throw ConfigurationError(place: "--demo", message: "\(error.key): \(error.reason)")
        }
        var route = AlertRoute(receiver: Self.receiverName)
        route.groupWait = 3_000
        route.groupInterval = 10_000
        configuration.alerts.route = route
        return configuration
    }

    /// Begins to replay; what is returned ends it.
    func start(_ monitor: Monitor, clocks: Clocks) -> @Sendable () -> Void {
        let feed = DemoFeed(series, monitor: monitor, clocks: clocks, log: log)
        feed.start()
        let receiver = receiver
        return {
            feed.stop()
            receiver.stop()
        }
    }
}
