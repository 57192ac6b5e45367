internal import Networking

extension Handlers {
    /// What the service counts about itself.
    @Sendable static func metrics(_ request: Request, _ context: Context) -> HTTPResponse {
        let form = Exposition.Form(accept: request.http.header("accept"))
        let text = context.metrics.exposition(
            form, workers: context.workers(), monitor: context.monitor, trainer: context.trainer,
            clocks: context.clocks, streams: context.live?.count, sources: context.writeSources)
        return .text(text, contentType: form.contentType)
    }

    /// The description of a table of routes for programs, made once.
    static func openAPI(_ document: [UInt8]) -> Handler {
        { _, _ in HTTPResponse(contentType: "application/json", body: document) }
    }
}
