internal import Networking
internal import Pipeline

extension Handlers {
    /// Reads the configuration again; 422 with every place that is wrong when it is, and everything stays as it was.
    @Sendable static func reload(_ request: Request, _ context: Context) throws -> HTTPResponse {
        guard let reloader = context.reloader else { throw ReloadError.noFile }
        _ = try QueryParameters(request, knowing: [])
        let report = try reloader.reload(.request)
        return .json { json in
            json.object { json in
                json.member("added", report.changes.added)
                json.member("edited", report.changes.edited)
                json.member("removed", report.changes.removed)
                json.member("unchanged", report.changes.unchanged)
                json.member("series_kept", report.changes.keptSeries)
                json.member("series_anew", report.changes.anewSeries)
                json.member("series_without_definition", report.changes.lightSeries)
                json.member("at_next_start", report.atNextStart)
                json.member("warnings", report.warnings)
            }
        }
    }
}
