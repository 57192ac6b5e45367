import Alerting
import Networking
import Query
import TimeSeries

/// Writes incidents, as lists, answers and the stream have them.
struct IncidentJSON {
    /// Whether times are epoch seconds, else RFC 3339.
    let isUnix: Bool
    /// All that are known.
    let silences: [Silence]
    /// Milliseconds since 1970.
    let now: Int64

    /// The members of an incident that lists have.
    func writeSummary(_ incident: Incident, to json: inout JSONWriter) {
        let isSilenced = silences.hold(incident, at: now)
        Self.writeSummary(incident, isUnix, isSilenced, to: &json)
    }

    /// The members of an incident that lists and the stream have.
    static func writeSummary(
        _ incident: Incident, _ isUnix: Bool, _ isSilenced: Bool, to json: inout JSONWriter
    ) {
        json.member("id", Int(incident.id))
        json.member("state", incident.state.rawValue)
        json.member("kind", incident.kind.rawValue)
        json.member("severity", incident.severity.rawValue)
        json.member("title", incident.title)
        json.member("sentence", incident.members.first?.verdict.sentence ?? given(incident))
        json.key("labels")
        json.labels(incident.identity.pairs)
        json.member("definitions", Set(incident.members.map(\.verdict.definition)).sorted())
        json.time("opened_at", incident.opened, isUnix)
        json.time("started_at", incident.started, isUnix)
        json.time("updated_at", incident.changed, isUnix)
        time("resolved_at", incident.resolved, isUnix, to: &json)
        json.key("acknowledged")
        if let taken = incident.acknowledgement {
            json.object { json in
                json.member("by", taken.by)
                json.time("at", taken.at, isUnix)
                time("until", taken.until, isUnix, to: &json)
                json.member("comment", taken.comment)
            }
        } else {
            json.null()
        }
        json.member("silenced", isSilenced)
        json.member("member_count", incident.members.count)
        json.member("active_count", incident.members.count { !$0.verdict.isOver })
        json.member("peak_score", incident.members.map(\.verdict.peak.score).filter(\.isFinite).max())
    }

    /// An incident with all that is known of it.
    func write(_ incident: Incident, _ deliveries: [Delivery], to json: inout JSONWriter) {
        json.object { json in
            writeSummary(incident, to: &json)
            json.key("members")
            json.array { json in
                for (index, member) in incident.members.enumerated() {
                    json.object { write(member, rank: index + 1, to: &$0) }
                }
            }
            json.key("timeline")
            json.array { json in
                for moment in incident.timeline {
                    json.object { json in
                        json.time("time", moment.time, isUnix)
                        json.member("kind", moment.kind.rawValue)
                        json.member("text", moment.text)
                        json.member("by", moment.by)
                    }
                }
            }
            json.key("deliveries")
            json.array { json in for delivery in deliveries { write(delivery, to: &json) } }
        }
    }

    /// A message on its way, or where it ended.
    func write(_ delivery: Delivery, to json: inout JSONWriter) {
        json.object { json in
            json.member("sequence", Int(delivery.sequence))
            json.member("id", delivery.eventID)
            json.member("incident", Int(delivery.incident))
            json.member("channel", delivery.channel)
            json.member("event", delivery.event.rawValue)
            json.member("state", delivery.state.rawValue)
            json.member("attempts", delivery.attempts)
            json.time("due_at", delivery.due, isUnix)
            json.member("last_error", delivery.lastError.isEmpty ? nil : delivery.lastError)
        }
    }

    private func write(_ member: Incident.Member, rank: Int, to json: inout JSONWriter) {
        let verdict = member.verdict
        json.member("rank", rank)
        json.member("series", Int(verdict.key.series))
        json.member("name", verdict.labels[Labels.metricName] ?? "")
        json.key("labels")
        json.labels(verdict.labels.pairs.filter { $0.name != Labels.metricName })
        json.member("definition", verdict.definition)
        json.member("state", verdict.isOver ? "recovered" : "active")
        json.time("from", verdict.key.from, isUnix)
        json.time("to", verdict.time, isUnix)
        json.member("peak_score", verdict.peak.score)
        json.member("actual", verdict.peak.value)
        json.member("expected", verdict.peak.expected)
        json.member("lower", verdict.peak.lower)
        json.member("upper", verdict.peak.upper)
        let direction = verdict.peak.direction
        json.member("direction", direction == 0 ? nil : direction < 0 ? "below" : "above")
        json.member("sentence", verdict.sentence)
    }

    private static func time(
        _ name: String, _ milliseconds: Int64?, _ isUnix: Bool, to json: inout JSONWriter
    ) {
        if let milliseconds {
            json.time(name, milliseconds, isUnix)
        } else {
            json.key(name)
            json.null()
        }
    }

    /// What somebody wrote when they opened it.
    private static func given(_ incident: Incident) -> String {
        incident.timeline.first { $0.kind == .opened }?.text ?? ""
    }
}

extension JSONWriter {
    /// An object of labels.
    mutating func labels(_ pairs: [Labels.Pair]) {
        object { json in for pair in pairs { json.member(pair.name, pair.value) } }
    }
}
