import Ingest
import Networking
import Pipeline

extension Handlers {
    /// Influx line protocol as version 1 of InfluxDB takes it: 204, or 400 for lines that are wrong, the others stored.
    @Sendable static func influx1(
        _ request: Request, _ context: Context, _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) throws {
        let units = ["n", "ns", "u", "us", "µ", "ms", "s", "m", "h"]
        let precision = try influxPrecision(request, units: units)
        let http = request.http.withoutBody
        try takeLines(request, precision, context) { report in
            if let failure = report.failure {
                return answer(HTTPResponse(for: failure, in: .influx1, to: http, requestID: request.id))
            }
            answer(report.influxProblem.map { HTTPResponse(influx1: $0) } ?? HTTPResponse(status: 204))
        }
    }

    /// The same as version 2 of InfluxDB takes it.
    @Sendable static func influx2(
        _ request: Request, _ context: Context, _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) throws {
        let precision = try influxPrecision(request, units: ["ns", "us", "ms", "s"])
        let http = request.http.withoutBody
        try takeLines(request, precision, context) { report in
            if let failure = report.failure {
                return answer(HTTPResponse(for: failure, in: .influx2, to: http, requestID: request.id))
            }
            let line = report.errors.first { $0.line > 0 }?.line ?? 0
            answer(
                report.influxProblem.map { HTTPResponse(influx2: $0, line: line) }
                    ?? HTTPResponse(status: 204))
        }
    }

    /// What clients of InfluxDB ask before they write.
    @Sendable static func ping(_ request: Request, _ context: Context) -> HTTPResponse {
        HTTPResponse(
            status: 204,
            headers: [("X-Influxdb-Build", "bellwether"), ("X-Influxdb-Version", context.version)])
    }

    private static func influxPrecision(
        _ request: Request, units: [String]
    ) throws(Problem) -> InfluxPrecision {
        guard let name = request.query("precision"), !name.isEmpty else { return .nanoseconds }
        guard units.contains(name), let precision = InfluxPrecision(named: name) else {
            throw Problem(
                "invalid-query", 400, "Invalid precision",
                detail: "\"\(name.prefix(40))\" is none of \(units.joined(separator: ", ")).")
        }
        return precision
    }

    private static func takeLines(
        _ request: Request, _ precision: InfluxPrecision, _ context: Context,
        _ done: @escaping @Sendable (IngestReport) -> Void
    ) throws {
        let monitor = try context.requireMonitor()
        let begin = context.clocks.steady()
        let decoded = InfluxLine.decode(request.body, precision: precision, now: context.now)
        context.metrics.countDecoded(decoded, nanoseconds: context.clocks.steady() - begin)
        monitor.ingest(decoded, received: request.received, done: done)
    }
}

extension IngestReport {
    /// What was refused of the lines; `nil` when nothing was.
    fileprivate var influxProblem: Problem? {
        guard rejected > 0 else { return nil }
        let reasons = errors.map { "\($0)" }.joined(separator: "; ")
        return Problem(
            "partial-write", 400, "partial write",
            detail: "\(reasons) dropped=\(rejected), the rest is stored")
    }
}
