import Alerting
import Networking
import Pipeline
import TimeSeries

/// What happens as server-sent events.
///
/// - Source: WHATWG, *HTML*, section "Server-sent events".
enum LiveText {
    /// A comment that shows that the stream is alive.
    static let beat = Array(": beat\n\n".utf8)

    /// The first event of every stream.
    static func hello(isResumed: Bool, name: String) -> [UInt8] {
        text("hello", name) { json in json.object { $0.member("resumed", isResumed) } }
    }

    /// What the client has missed.
    static func gap(_ gap: LiveGap, name: String) -> [UInt8] {
        text("gap", name) { json in
            json.object { json in
                json.member("reason", gap.reason.rawValue)
                json.member("dropped", gap.dropped.map { Int(clamping: $0) })
            }
        }
    }

    /// What happened.
    ///
    /// - Parameter isSilenced: Whether nobody hears of an incident now.
    static func event(
        _ event: LiveEvent, name: String, isSilenced: (Incident) -> Bool
    ) -> [UInt8] {
        switch event.content {
        case .sample(let sample): text("sample", name) { write(sample, to: &$0) }
        case .incident(let incident):
            text("incident", name) { json in
                json.object { IncidentJSON.writeSummary(incident, true, isSilenced(incident), to: &$0) }
            }
        case .change(let event): text("event", name) { write(event, to: &$0) }
        }
    }

    private static func text(_ event: String, _ name: String, _ data: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 192)
        data(&json)
        return Array("id: \(name)\nevent: \(event)\ndata: ".utf8) + json.bytes + Array("\n\n".utf8)
    }

    private static func write(_ sample: LiveSample, to json: inout JSONWriter) {
        json.object { json in
            json.member("series", Int(sample.series))
            json.time("timestamp", sample.time, true)
            json.member("value", sample.value)
            json.member("score", sample.score)
            json.member("expected", sample.band?.expected)
            json.member("lower", sample.band?.lower)
            json.member("upper", sample.band?.upper)
            json.member("is_anomaly", sample.isAnomaly ? 1 : 0)
        }
    }

    /// A change event, its times in epoch seconds.
    static func write(_ event: ChangeEvent, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", event.id)
            json.member("title", event.title)
            json.member("text", event.text)
            json.time("start", event.starts, true)
            json.time("end", event.ends, true)
            json.key("labels")
            write(event.labels, to: &json)
        }
    }

    /// Labels as an object.
    static func write(_ labels: Labels, without name: String? = nil, to json: inout JSONWriter) {
        json.object { json in
            for pair in labels.pairs where pair.name != name { json.member(pair.name, pair.value) }
        }
    }
}
