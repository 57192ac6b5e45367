internal import Alerting
internal import Pipeline

/// What `/metrics` tells of incidents and messages.
enum AlertMetrics {
    /// Every state and kind has a sample from the start, so that rates and alerts see the first one.
    static func write(_ status: AlertStatus, to out: inout Exposition) {
        out.gauges(
            "bellwether_incidents", "Incidents that are not resolved, by state.",
            [Incident.State.open, .acknowledged].map {
                ([("state", $0.rawValue)], Double(status.incidents[$0] ?? 0))
            })
        out.counter(
            "bellwether_incidents_opened_total", "Incidents that were opened, by what is wrong.",
            Incident.Kind.allCases.map { ([("kind", $0.rawValue)], Double(status.opened[$0] ?? 0)) })
        out.gauge(
            "bellwether_verdict_queue_length", "Verdicts that wait to become incidents.", [],
            Double(status.waitingVerdicts))
        guard !status.channels.isEmpty else { return }
        out.counter(
            "bellwether_notifications_total",
            "Attempts to tell somebody, by channel and what became of them.",
            status.channels.flatMap { channel in
                [
                    ("delivered", channel.delivered), ("retried", channel.retried),
                    ("rejected", channel.rejected),
                ].map { ([("channel", channel.name), ("result", $0.0)], Double($0.1)) }
            })
        out.gauges(
            "bellwether_notification_queue_length", "Messages that wait to be sent, by channel.",
            status.channels.map { ([("channel", $0.name)], Double($0.waiting)) })
        out.gauges(
            "bellwether_notification_oldest_seconds",
            "Since the oldest message that waits was due, by channel; 0 when none is.",
            status.channels.map { ([("channel", $0.name)], $0.oldestSeconds) })
    }
}
