import Ingest
import Networking
import Pipeline
import TimeSeries

extension Handlers {
    /// JSON lines, CSV or text of Prometheus: what was stored, and the first reasons why something was not.
    @Sendable static func importPoints(
        _ request: Request, _ context: Context, _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) throws {
        let monitor = try context.requireMonitor()
        let type = request.http.header("content-type") ?? "application/json"
        guard let format = FormatCatalog.format(contentType: type) else {
            throw Problem("unsupported-media-type", 415, "Unsupported media type", detail: "\(type)")
        }
        var options = try ImportOptions(request)
        options.now = context.now
        let begin = context.clocks.steady()
        let decoded: DecodedPoints
        do throws(DecodeError) {
            decoded = try format.decode(request.body, options)
        } catch {
            throw Problem("malformed-body", 400, "Malformed \(format.name)", detail: "\(error)")
        }
        context.metrics.countDecoded(decoded, nanoseconds: context.clocks.steady() - begin)
        monitor.ingest(decoded, received: request.received) { report in
            if let failure = report.failure {
                return answer(HTTPResponse(for: failure, requestID: request.id))
            }
            answer(.json { write(report, to: &$0) })
        }
    }

    private static func write(_ report: IngestReport, to json: inout JSONWriter) {
        json.object { json in
            json.member("accepted", report.counts.accepted)
            json.member("rejected", report.rejected)
            json.member("duplicates", report.counts.duplicates)
            json.member("late", report.counts.late)
            json.member("combined", report.counts.combined)
            json.key("errors")
            json.array { json in
                for error in report.errors {
                    json.object { json in
                        if error.line > 0 { json.member("line", error.line) }
                        if error.record > 0 { json.member("record", error.record) }
                        json.member("reason", error.reason)
                    }
                }
            }
        }
    }
}

extension ImportOptions {
    /// What the query of an import says.
    fileprivate init(_ request: Request) throws(Problem) {
        self.init()
        metric = request.query("metric")
        var pairs: [(name: String, value: String)] = []
        for (name, value) in request.http.query {
            switch name {
            case "metric": continue
            case "timezone":
                do throws(TimeZoneError) {
                    zone = try TimeZone(named: value)
                } catch {
                    throw Problem("invalid-query", 422, "Invalid query", detail: "timezone: \(error)")
                }
            case "label":
                guard let equals = value.firstIndex(of: "=") else {
                    throw Problem(
                        "invalid-query", 422, "Invalid query",
                        detail: "label must be NAME=VALUE, not \"\(value)\"")
                }
                pairs.append((String(value[..<equals]), String(value[value.index(after: equals)...])))
            default:
                throw Problem(
                    "invalid-query", 422, "Invalid query",
                    detail: "\"\(name)\" is not known here; known: metric, label, timezone")
            }
        }
        do throws(LabelsError) {
            labels = try Labels(pairs)
        } catch {
            throw Problem("invalid-query", 422, "Invalid query", detail: "label: \(error)")
        }
    }
}
