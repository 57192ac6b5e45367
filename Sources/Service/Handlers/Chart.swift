import Alerting
import Forecasting
import Networking
import Pipeline
import Storage
import TimeSeries

extension Handlers {
    /// One series as it is drawn.
    @Sendable static func chart(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(request, knowing: ["start", "end", "points"])
        var question = ChartQuestion()
        question.start = try query.time("start")
        question.end = try query.time("end")
        question.points = try query.whole(
            "points", in: 8...ChartQuestion.mostPoints, default: ChartQuestion.mostPoints)
        if let start = question.start, let end = question.end, start > end {
            throw QueryParameters.problem("start lies after end")
        }
        let series = try monitor.requireSeries(request.parameter("id"))
        let deadline = request.deadline
        let chart = try monitor.chart(
            of: series, question, progress: FitProgress(while: { !deadline.isPast }))
        let events = try chart.times.map { try Self.events(in: $0, context) } ?? []
        return .json { json in write(chart, events, to: &json) }
    }

    /// What happened in the world in some times; nothing where nobody is told.
    private static func events(
        in times: ClosedRange<Int64>, _ context: Context
    ) throws(Problem) -> [ChangeEvent] {
        do throws(AlertError) {
            return try context.alerts?.events(in: times, limit: 1_000) ?? []
        } catch {
            if case .storage(let error) = error { throw error.problem }
            throw Problem("events", 500, "Events failed", detail: "\(error)")
        }
    }

    private static func write(_ chart: SeriesChart, _ events: [ChangeEvent], to json: inout JSONWriter) {
        json.object { json in
            json.member("id", Int(chart.series.id))
            json.member("name", chart.series.labels[Labels.metricName] ?? "")
            json.key("labels")
            LiveText.write(chart.series.labels, without: Labels.metricName, to: &json)
            json.member("definition", chart.series.definition?.name)
            json.member("state", chart.state.rawValue)
            json.member("step_seconds", chart.step.map { Double($0.nominalMilliseconds) / 1000 })
            json.member("start", chart.times.map { Double($0.lowerBound) / 1000 })
            json.member("end", chart.times.map { Double($0.upperBound) / 1000 })
            json.member("oldest", chart.extent.map { Double($0.lowerBound) / 1000 })
            json.member("newest", chart.extent.map { Double($0.upperBound) / 1000 })
            json.key("warnings")
            json.array { json in
                if let rollup = chart.rollup {
                    json.object { json in
                        json.member("code", Warning.Code.rollup.rawValue)
                        json.member("detail", rollup)
                    }
                }
            }
            json.member("of", chart.count)
            json.member("downsampled", chart.points.count < chart.count)
            json.key("points")
            json.object { json in
                json.member("timestamps", seconds(chart.points.map(\.time)))
                json.member("values", chart.points.map(\.value))
                json.member("score", chart.points.map { $0.score ?? .nan })
                json.key("is_anomaly")
                json.integers(chart.points.map { $0.isAnomaly ? 1 : 0 })
                json.member("final", chart.points.map { chart.finality?.isFinal(at: $0.time) ?? false })
            }
            json.key("band")
            json.object { json in
                json.member("source", chart.band.source.rawValue)
                write(chart.band.entries, "expected", to: &json)
            }
            json.key("forecast")
            if let outlook = chart.outlook {
                json.object { json in
                    json.member("level", outlook.level)
                    write(outlook.entries, "mean", to: &json)
                }
            } else {
                json.null()
            }
            json.key("anomalies")
            json.array { json in for anomaly in chart.anomalies { write(anomaly, chart.finality, to: &json) }
            }
            json.key("events")
            json.array { json in for event in events { LiveText.write(event, to: &json) } }
        }
    }

    /// Bounds beyond the greatest number are written as it: JSON has no infinity, and nothing lies outside of them.
    private static func write(
        _ entries: [(time: Int64, band: LiveBand)], _ middle: String, to json: inout JSONWriter
    ) {
        let entries = entries.compactMap { entry in entry.band.finite.map { (time: entry.time, band: $0) } }
        json.member("timestamps", seconds(entries.map(\.time)))
        json.member(middle, entries.map(\.band.expected))
        json.member("lower", entries.map(\.band.lower))
        json.member("upper", entries.map(\.band.upper))
    }

    private static func write(
        _ anomaly: StoredAnomaly, _ finality: Finality?, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("final", finality?.isFinal(anomaly) ?? false)
            if anomaly.revision > 0 { json.member("revision", anomaly.revision) }
            json.time("from", anomaly.from, true)
            json.time("to", anomaly.to, true)
            json.member("open", anomaly.isOpen)
            json.member("direction", anomaly.direction < 0 ? "below" : "above")
            json.member("evidence", anomaly.evidence)
            json.member("peak_score", anomaly.score)
            json.member("sentence", anomaly.sentence)
        }
    }

    private static func seconds(_ milliseconds: [Int64]) -> [Double] {
        milliseconds.map { Double($0) / 1000 }
    }
}

extension Monitor {
    /// The series of this number, as it stands in a path.
    ///
    /// - Throws: ``Problem`` 404 when there is none.
    func requireSeries(_ text: String) throws(Problem) -> SeriesDescription {
        guard let id = UInt32(text), String(id) == text, let series = series(id) else {
            throw Problem(
                "unknown-series", 404, "Unknown series",
                detail: "No stored series has the number \"\(text.prefix(40))\".")
        }
        return series
    }
}
