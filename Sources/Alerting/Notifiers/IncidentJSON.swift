internal import Networking
internal import TimeSeries

/// A message as JSON, with the names of the API: `GET /api/v1/incidents/{id}`.
enum IncidentJSON {
    static func write(_ message: Message, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", Int(message.incident))
            writer.member("state", message.state.rawValue)
            writer.member("kind", message.kind.rawValue)
            writer.member("severity", message.severity.rawValue)
            writer.member("title", message.title)
            writer.member("sentence", message.sentence)
            labels("labels", message.labels, to: &writer)
            writer.member("definitions", message.definitions)
            writer.member("opened_at", MessageText.rfc3339(message.opened))
            writer.member("started_at", MessageText.rfc3339(message.started))
            writer.member("updated_at", MessageText.rfc3339(message.changed))
            writer.member("resolved_at", message.resolved.map(MessageText.rfc3339))
            acknowledgement(message.acknowledgement, to: &writer)
            // What is silenced is told to nobody.
            writer.member("silenced", false)
            writer.member("member_count", message.seriesCount)
            writer.member("active_count", message.activeCount)
            writer.member("peak_score", message.series.map(\.peak.score).filter(\.isFinite).max())
            writer.member("url", message.link)
            writer.member("acknowledge_url", message.acknowledgeLink)
            writer.member("news", message.news)
            writer.key("members")
            writer.array { writer in
                for (index, series) in message.series.enumerated() {
                    member(series, rank: index + 1, to: &writer)
                }
            }
        }
    }

    /// An object of label names and values.
    static func labels(_ key: String, _ labels: Labels, to writer: inout JSONWriter) {
        writer.key(key)
        writer.object { writer in
            for pair in labels.pairs where pair.name != Labels.metricName {
                writer.member(pair.name, pair.value)
            }
        }
    }

    private static func acknowledgement(_ given: Incident.Acknowledgement?, to writer: inout JSONWriter) {
        writer.key("acknowledged")
        guard let given else {
            writer.null()
            return
        }
        writer.object { writer in
            writer.member("by", given.by)
            writer.member("at", MessageText.rfc3339(given.at))
            writer.member("until", given.until.map(MessageText.rfc3339))
            writer.member("comment", given.comment)
        }
    }

    private static func member(_ series: Message.Series, rank: Int, to writer: inout JSONWriter) {
        let directions: [Int8: String] = [1: "above", -1: "below"]
        writer.object { writer in
            writer.member("rank", rank)
            writer.member("series", Int(series.id))
            writer.member("name", series.labels[Labels.metricName] ?? "")
            labels("labels", series.labels, to: &writer)
            writer.member("definition", series.definition)
            writer.member("state", series.isActive ? "active" : "recovered")
            writer.member("from", MessageText.rfc3339(series.since))
            writer.member("to", MessageText.rfc3339(series.until))
            writer.member("peak_score", series.peak.score)
            writer.member("actual", series.peak.value)
            writer.member("expected", series.peak.expected)
            writer.member("lower", series.peak.lower)
            writer.member("upper", series.peak.upper)
            writer.member("direction", directions[series.peak.direction])
            writer.member("sentence", series.sentence)
            writer.member("sparkline", Sparkline.text(series.recent))
        }
    }
}
