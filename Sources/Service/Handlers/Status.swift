import Alerting
import Networking
import Pipeline

extension Handlers {
    /// How the service itself does.
    @Sendable static func status(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        _ = try QueryParameters(request, knowing: [])
        let status = monitor.status
        let counters = monitor.counters
        let alerts = context.alerts?.status ?? AlertStatus()
        let process = ProcessStatus.read()
        let samples = counters.samples.reduce(0) { $0 + ($1.result == "rejected" ? 0 : $1.count) }
        let rate = context.sampleRate.rate(count: samples, now: context.clocks.steady())
        return .json { json in
            json.object { json in
                json.member("version", context.version)
                json.member(
                    "uptime_seconds", max(context.clocks.wall() - context.metrics.startSeconds, 0))
                json.member("series", status.series)
                json.member("series_in_memory", status.seriesInMemory)
                json.member("samples_per_second", rate)
                json.member("stored_points", status.keptPoints)
                json.member("queue_points", status.waitingPoints)
                json.member("queue_bytes", status.waitingBytes)
                json.member("scored_total", counters.scoredPoints)
                json.member("anomalous_total", counters.anomalousPoints)
                json.key("incidents")
                json.object { json in
                    json.member("open", alerts.incidents[.open] ?? 0)
                    json.member("acknowledged", alerts.incidents[.acknowledged] ?? 0)
                }
                json.key("channels")
                json.array { json in for channel in alerts.channels { write(channel, to: &json) } }
                json.member("resident_bytes", process.residentBytes)
                json.member("cpu_seconds", process.cpuSeconds)
            }
        }
    }

    private static func write(_ channel: AlertStatus.Channel, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", channel.name)
            json.member("kind", channel.kind)
            json.member("waiting", channel.waiting)
            json.member("delivered", channel.delivered)
            json.member("retried", channel.retried)
            json.member("rejected", channel.rejected)
            json.member("oldest_seconds", channel.oldestSeconds)
        }
    }
}
