import Analysis
import Detection
import Forecasting
public import Networking
public import Pipeline
public import TimeSeries

/// Writes predictions, as the service and the command line answer them.
public struct PredictionJSON: Sendable {
    /// The answer for one series.
    public enum Outcome: Sendable {
        /// What was found.
        case prediction(Prediction)
        /// Why there is nothing.
        case problem(Problem)
    }

    /// The levels of the intervals in percent, in the order of the forecasts' intervals.
    let levels: [Double]
    /// Whether times are epoch seconds, else RFC 3339.
    let writesEpochSeconds: Bool

    /// A writer for answers to a request with these levels.
    public init(levels: [Double], writesEpochSeconds: Bool) {
        self.levels = levels
        self.writesEpochSeconds = writesEpochSeconds
    }

    /// Writes the element of `results` for one series.
    ///
    /// - Parameter history: The values that were looked at, where they are to be in the answer.
    public func write(
        _ outcome: Outcome, labels: Labels, history: Observations? = nil, to json: inout JSONWriter
    ) {
        json.object { json in
            json.key("labels")
            json.object { json in for pair in labels.pairs { json.member(pair.name, pair.value) } }
            if let history { write(history, to: &json) }
            switch outcome {
            case .problem(let problem):
                json.member("status", "error")
                json.key("problem")
                problem.write(to: &json)
            case .prediction(let prediction):
                write(prediction, to: &json)
            }
        }
    }

    private func write(_ history: Observations, to json: inout JSONWriter) {
        let times =
            history.timestamps?.map { StepTime.moment($0) } ?? history.values.indices.map { .index($0) }
        json.key("history")
        json.object { json in
            json.key("timestamps")
            write(times, to: &json)
            json.member("values", history.values)
        }
    }

    private func write(_ prediction: Prediction, to json: inout JSONWriter) {
        json.member("status", prediction.status.rawValue)
        json.member("model", prediction.method)
        json.member("step", prediction.step?.description)
        json.key("season")
        json.integers(prediction.season)
        if let forecast = prediction.forecast {
            json.key("forecast")
            json.object { write(forecast, at: prediction.horizonTimes, to: &$0) }
        }
        if let behind = prediction.behind {
            json.key("detection")
            json.object { write(behind, to: &$0) }
        }
        if !prediction.limits.isEmpty {
            json.key("limits")
            json.array { json in
                for limit in prediction.limits { write(limit, at: prediction.horizonTimes, to: &json) }
            }
        }
        json.key("warnings")
        json.array { json in
            for warning in prediction.warnings {
                json.object { json in
                    json.member("code", warning.code.rawValue)
                    json.member("detail", warning.detail)
                }
            }
        }
    }

    private func write(_ forecast: Forecast, at times: [StepTime], to json: inout JSONWriter) {
        json.key("timestamps")
        write(times, to: &json)
        json.member("mean", forecast.mean)
        let bounds = [("lower", \Forecast.Interval.lower), ("upper", \Forecast.Interval.upper)]
        for (name, bound) in bounds {
            json.key(name)
            json.object { json in
                for (level, interval) in zip(levels, forecast.intervals) {
                    json.member(NumberText.exact(level), interval[keyPath: bound])
                }
            }
        }
    }

    private func write(_ behind: Prediction.Behind, to json: inout JSONWriter) {
        let scores = behind.scores
        json.member("mode", scores.mode.rawValue)
        if scores.mode == .delayed { json.member("delay", scores.delay) }
        json.key("timestamps")
        write(behind.times, to: &json)
        json.member("expected", scores.expected)
        json.member("lower", scores.lower)
        json.member("upper", scores.upper)
        json.member("score", scores.score)
        json.member("p_value", scores.pValue)
        json.member("is_anomaly", scores.isAnomaly)
        json.member("rank_score", scores.rankScore)
        write(scores.levelChanges, at: behind.times, to: &json)
        json.key("anomalies")
        json.array { json in
            for insight in scores.insights {
                json.object { json in
                    json.key("from")
                    write(behind.times[insight.first], to: &json)
                    json.key("to")
                    write(behind.times[insight.last], to: &json)
                    json.key("since")
                    write(behind.times[insight.since], to: &json)
                    json.member("peak_score", insight.peakScore)
                    json.member("evidence", insight.evidence)
                    json.member("direction", insight.direction.rawValue)
                    json.member("sentence", insight.sentence)
                    json.key("related")
                    json.array { json in
                        for window in insight.related {
                            json.object { json in
                                json.key("from")
                                write(behind.times[window.first], to: &json)
                                json.key("to")
                                write(behind.times[window.last], to: &json)
                                json.member("similarity", window.similarity)
                            }
                        }
                    }
                }
            }
        }
    }

    private func write(
        _ changes: [MovedRow], at times: [StepTime], to json: inout JSONWriter
    ) {
        json.key("level_changes")
        json.array { json in
            for moved in changes {
                json.object { json in
                    json.key("at")
                    write(times[moved.at], to: &json)
                    json.key("confirmed")
                    write(times[moved.confirmed], to: &json)
                    json.member("before", moved.change.before)
                    json.member("after", moved.change.after)
                    json.member("sentence", moved.change.sentence)
                }
            }
        }
    }

    private func write(_ limit: TimeToLimit, at times: [StepTime], to json: inout JSONWriter) {
        json.object { json in
            json.member("op", limit.limit.comparison.rawValue)
            json.member("value", limit.limit.value)
            json.member("probability", limit.probability)
            json.key("cross_at")
            json.object { json in
                for (name, step) in [("p10", limit.p10), ("p50", limit.p50), ("p90", limit.p90)] {
                    json.key(name)
                    if let step { write(times[step], to: &json) } else { json.null() }
                }
            }
        }
    }

    private func write(_ times: [StepTime], to json: inout JSONWriter) {
        json.array { json in for time in times { write(time, to: &json) } }
    }

    private func write(_ time: StepTime, to json: inout JSONWriter) {
        switch time {
        case .index(let index): json.integer(index)
        case .unknown: json.null()
        case .moment(let moment):
            if writesEpochSeconds { json.number(moment.epochSeconds) } else { json.string(moment.rfc3339) }
        }
    }
}
