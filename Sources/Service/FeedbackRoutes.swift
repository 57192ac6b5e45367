import Networking

/// The routes by which people say what was normal, and see what a definition would say: one line each.
extension Routes {
    static let feedback: [Route] = [
        Route(
            .post, "/api/v1/feedback",
            "Say what an anomaly or an incident was, or see what that would change.",
            kind: .pooled, query: [form], body: Route.Body("FeedbackOrder"), answer: .json("FeedbackAnswer"),
            Handlers.giveFeedback),
        Route(
            .get, "/api/v1/feedback", "What was said of anomalies, the latest first.", kind: .pooled,
            query: [
                Route.Parameter("start", "RFC 3339 or epoch seconds."),
                Route.Parameter("end", "RFC 3339 or epoch seconds; included."), form,
            ],
            answer: .json("FeedbackList"), Handlers.feedback),
        Route(
            .delete, "/api/v1/feedback/{id}", "Take back what was said, as if it had never been.",
            kind: .pooled, answer: .json("ChangeEventID"), Handlers.withdrawFeedback),
        Route(
            .post, "/api/v1/preview", "What a definition would have said of the stored points.",
            kind: .pooled, query: [form], body: Route.Body("PreviewOrder"), answer: .json("Preview"),
            Handlers.preview),
    ]

    private static let form = Route.Parameter("time", "rfc3339 or unix.")
}
