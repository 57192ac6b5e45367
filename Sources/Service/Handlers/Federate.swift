import Networking
import Pipeline
import Query
import TimeSeries

extension Handlers {
    /// The most series that an answer tells of; each has six samples.
    static let mostFederatedSeries = 10_000

    /// The newest scores of the series that selectors match, for who scrapes them.
    ///
    /// - Source: Prometheus, *Federation*.
    @Sendable static func federate(_ request: Request, _ context: Context) throws -> HTTPResponse {
        guard context.isFederating else {
            throw Problem(
                "federation-off", 404, "Federation is off",
                detail: "Set federate: true in the configuration (or --federate true), and start again.")
        }
        let monitor = try context.requireMonitor()
        let query = try QueryParameters(request, knowing: [matchParameter])
        let selectors = try query.selectors(matchParameter)
        guard !selectors.isEmpty else {
            throw Problem(
                "no-selector", 400, "No selector",
                detail: "Say which series with match[], as match[]={job=\"api\"}; several are a union.")
        }
        let scores = try monitor.newestScores(matching: selectors, most: mostFederatedSeries)
        var text = Exposition(.prometheus)
        for name in ExportedName.allCases {
            let samples = scores.compactMap { labels, score in
                score.value(of: name).map { (labels.exported(as: name), $0, score.time) }
            }
            text.gauges(name.rawValue, name.help, at: samples)
        }
        return HTTPResponse(
            contentType: Exposition.Form.prometheus.contentType, body: Array(text.text.utf8))
    }

    private static let matchParameter = "match[]"
}

extension ExportError: ProblemConvertible {
    /// 413: a part of them can be had.
    var problem: Problem {
        switch self {
        case .tooManySeries(let matching, let limit):
            Problem(
                "too-many-series", 413, "Too many series",
                detail:
                    "\(matching) series match, and an answer has at most \(limit): narrow match[], or scrape parts "
                    + "of them in several jobs.")
        }
    }
}
