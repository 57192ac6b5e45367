import Networking
import TimeSeries

// What a service answered about a stored series, with its history.

extension SeriesAnswer {
    /// - Parameters:
    ///   - result: One of `results`, of status ok or warming, times as RFC 3339.
    ///   - levels: Of the intervals, in percent.
    ///   - zone: In which times are printed.
    init(_ result: JSONValue, levels: [Double], zone: TimeZone) {
        let times = result["history"].map { SeriesAnswer.moments($0["timestamps"]) } ?? []
        let name = SeriesName.text(result["labels"])
        self.init(
            id: name, title: name, values: SeriesAnswer.numbers(result["history"]?["values"]),
            timestamps: times, method: result["model"]?.string ?? "", step: result["step"]?.string,
            season: result["season"]?.elements?.compactMap(\.integer) ?? [],
            forecast: result["forecast"].map { SeriesForecast($0, levels: levels) },
            scores: result["detection"].map { SeriesScores($0, times: times) },
            timeText: { times.indices.contains($0) ? times[$0].rfc3339(in: zone) : nil })
    }

    fileprivate static func numbers(_ value: JSONValue?) -> [Double] {
        (try? value?.doubles(nullAsNaN: true)) ?? []
    }

    fileprivate static func moments(_ value: JSONValue?) -> [Timestamp] {
        value?.elements?.compactMap { moment($0) } ?? []
    }

    fileprivate static func moment(_ value: JSONValue?) -> Timestamp? {
        value?.string.flatMap { try? Timestamp(rfc3339: $0) }
    }
}

extension SeriesForecast {
    fileprivate init(_ forecast: JSONValue, levels: [Double]) {
        let bands = levels.map { level in
            let key = NumberText.exact(level)
            return Band(
                level: level, lower: SeriesAnswer.numbers(forecast["lower"]?[key]),
                upper: SeriesAnswer.numbers(forecast["upper"]?[key]))
        }
        let times = forecast["timestamps"]?.elements?.map { value -> StepTime in
            if let moment = SeriesAnswer.moment(value) { return .moment(moment) }
            return value.integer.map { .index($0) } ?? .unknown
        }
        self.init(
            mean: SeriesAnswer.numbers(forecast["mean"]), bands: bands, times: times ?? [])
    }
}

extension SeriesScores {
    fileprivate init(_ detection: JSONValue, times: [Timestamp]) {
        let rowOf = Dictionary(
            times.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let stretches = detection["anomalies"]?.elements?.compactMap { anomaly -> Stretch? in
            guard let from = SeriesAnswer.moment(anomaly["from"]), let first = rowOf[from],
                let to = SeriesAnswer.moment(anomaly["to"]), let last = rowOf[to]
            else { return nil }
            return Stretch(
                first: first, last: last, peakScore: anomaly["peak_score"]?.double ?? .nan,
                sentence: anomaly["sentence"]?.string ?? "")
        }
        let changes = detection["level_changes"]?.elements?.compactMap { moved -> Change? in
            guard let at = SeriesAnswer.moment(moved["at"]), let row = rowOf[at] else { return nil }
            return Change(at: row, sentence: moved["sentence"]?.string ?? "")
        }
        let numbers = { SeriesAnswer.numbers(detection[$0]) }
        self.init(
            mode: detection["mode"]?.string ?? "", expected: numbers("expected"), lower: numbers("lower"),
            upper: numbers("upper"), score: numbers("score"), pValue: numbers("p_value"),
            isAnomaly: detection["is_anomaly"]?.elements?.map { $0.bool == true } ?? [],
            rankScore: numbers("rank_score"), stretches: stretches ?? [],
            changes: changes ?? [])
    }
}
