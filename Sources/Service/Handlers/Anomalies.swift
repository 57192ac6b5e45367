import Networking
import Pipeline
import Storage
import TimeSeries

extension Handlers {
    /// Stretches of anomalous values of stored series, the latest first.
    @Sendable static func anomalies(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(request, knowing: ["selector", "start", "end", "limit", "time"])
        var filter = AnomalyFilter()
        filter.times = try query.times()
        filter.limit = try query.whole("limit", in: 1...10_000, default: 100)
        if let selector = try query.selector() {
            filter.series = Set(monitor.series(matching: selector).map(\.id))
        }
        let isUnix = try query.choice("time", ["rfc3339", "unix"]) == "unix"
        // How far first: what a late point changes meanwhile is then not called final.
        let asked = try monitor.anomalies(filter).map(\.series) + monitor.levelChanges(filter).map(\.series)
        let finality = try monitor.finality(of: Set(asked))
        let found = try monitor.anomalies(filter)
        let changes = try monitor.levelChanges(filter)
        return .json { json in
            json.object { json in
                json.key("anomalies")
                json.array { json in
                    for anomaly in found {
                        let isFinal = finality[anomaly.series]?.isFinal(anomaly) ?? false
                        let labels = monitor.series(anomaly.series)?.labels ?? .none
                        write(anomaly, labels, isFinal: isFinal, isUnix, to: &json)
                    }
                }
                json.key("level_changes")
                json.array { json in
                    for change in changes {
                        let isFinal = finality[change.series]?.isFinal(change) ?? false
                        let labels = monitor.series(change.series)?.labels ?? .none
                        write(change, labels, isFinal: isFinal, isUnix, to: &json)
                    }
                }
            }
        }
    }

    private static func write(
        _ change: StoredLevelChange, _ labels: Labels, isFinal: Bool, _ isUnix: Bool,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("labels")
            json.object { json in for pair in labels.pairs { json.member(pair.name, pair.value) } }
            if !change.definition.isEmpty { json.member("definition", change.definition) }
            json.member("final", isFinal)
            json.time("at", change.at, isUnix)
            json.time("confirmed", change.confirmed, isUnix)
            json.member("count", change.count)
            json.member("before", change.before)
            json.member("after", change.after)
            json.member("sentence", change.sentence)
        }
    }

    private static func write(
        _ anomaly: StoredAnomaly, _ labels: Labels, isFinal: Bool, _ isUnix: Bool,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("labels")
            json.object { json in for pair in labels.pairs { json.member(pair.name, pair.value) } }
            if !anomaly.definition.isEmpty {
                json.member("definition", anomaly.definition)
                json.member("definition_hash", anomaly.definitionHash)
            }
            json.member("final", isFinal)
            if anomaly.revision > 0 { json.member("revision", anomaly.revision) }
            json.time("from", anomaly.from, isUnix)
            json.time("to", anomaly.to, isUnix)
            json.time("since", anomaly.began, isUnix)
            json.member("open", anomaly.isOpen)
            json.member("count", anomaly.count)
            json.member("direction", anomaly.direction < 0 ? "below" : "above")
            json.member("evidence", anomaly.evidence)
            json.member("peak_score", anomaly.score)
            json.key("peak")
            json.object { json in
                json.time("timestamp", anomaly.peak, isUnix)
                json.member("value", anomaly.value)
                json.member("expected", anomaly.expected)
                json.member("lower", anomaly.lower)
                json.member("upper", anomaly.upper)
                json.member("p_value", anomaly.pValue)
            }
            json.member("sentence", anomaly.sentence)
        }
    }
}

extension JSONWriter {
    /// A member that is a time, as epoch seconds or RFC 3339.
    mutating func time(_ name: String, _ milliseconds: Int64, _ isUnix: Bool) {
        let time = Timestamp(milliseconds: milliseconds)
        if isUnix {
            member(name, time.epochSeconds)
        } else {
            member(name, time.rfc3339(in: .utc))
        }
    }
}
