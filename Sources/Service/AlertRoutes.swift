import Networking

/// The routes about incidents: one line each.
extension Routes {
    static let alerts: [Route] = [
        Route(
            .get, "/api/v1/incidents", "Incidents, the latest first, a page at a time.", kind: .pooled,
            query: [
                Route.Parameter("state", "Some of open, acknowledged, resolved, with commas; all."),
                Route.Parameter("start", "RFC 3339 or epoch seconds."),
                Route.Parameter("end", "RFC 3339 or epoch seconds; included."),
                Route.Parameter(
                    "limit", "At most so many; 100.", schema: .integer(atLeast: 1, atMost: 10_000)),
                Route.Parameter(
                    "before", "Only those after the incident of this number: the next of the page before.",
                    schema: .integer(atLeast: 0)),
                form,
            ],
            answer: .json("Incidents"), Handlers.incidents),
        Route(
            .post, "/api/v1/incidents", "Open an incident by hand.", kind: .pooled, query: [form],
            body: Route.Body("IncidentOrder"), answer: .json("Incident"), Handlers.openIncident),
        Route(
            .get, "/api/v1/incidents/{id}", "An incident: its series, its timeline, who was told.",
            kind: .pooled, query: [form], answer: .json("Incident"), Handlers.incident),
        Route(
            .post, "/api/v1/incidents/{id}/ack", "Take an incident on.", kind: .pooled, query: [form],
            body: Route.Body("Acknowledgement"), answer: .json("Incident"), Handlers.acknowledge),
        Route(
            .post, "/api/v1/incidents/{id}/unack", "Nobody has taken it on any more.", kind: .pooled,
            query: [form], body: Route.Body("Person"), answer: .json("Incident"), Handlers.unacknowledge),
        Route(
            .post, "/api/v1/incidents/{id}/resolve", "Say that an incident is over.", kind: .pooled,
            query: [form], body: Route.Body("Resolution"), answer: .json("Incident"), Handlers.resolve),
        Route(
            .post, "/api/v1/incidents/{id}/comments", "Write something down.", kind: .pooled, query: [form],
            body: Route.Body("Comment"), answer: .json("Incident"), Handlers.comment),
        Route(
            .get, "/api/v1/silences", "Silences that are not over, or since less than a day.",
            kind: .pooled, query: [form], answer: .json("Silences"), Handlers.silences),
        Route(
            .post, "/api/v1/silences", "Add a silence, or replace the one of its id.", kind: .pooled,
            body: Route.Body("SilenceOrder"), answer: .json("SilenceID"), Handlers.silence),
        Route(
            .delete, "/api/v1/silences/{id}", "End a silence now.", kind: .pooled,
            answer: .json("SilenceID"), Handlers.expireSilence),
        Route(
            .get, "/api/v1/events", "What happened in the world, the latest first.", kind: .pooled,
            query: [
                Route.Parameter("start", "RFC 3339 or epoch seconds."),
                Route.Parameter("end", "RFC 3339 or epoch seconds; included."),
                Route.Parameter("limit", "At most so many; 1000."), form,
            ],
            answer: .json("ChangeEvents"), Handlers.events),
        Route(
            .post, "/api/v1/events", "Note that something happened, as a deploy.", kind: .pooled,
            query: [form], body: Route.Body("ChangeEventOrder"), answer: .json("ChangeEvent"),
            Handlers.noteEvent),
        Route(
            .delete, "/api/v1/events/{id}", "Take an event away.", kind: .pooled,
            answer: .json("ChangeEventID"), Handlers.removeEvent),
        Route(
            .get, "/api/v1/deliveries", "Messages on their way, or where they ended.", kind: .pooled,
            query: [
                Route.Parameter("state", "waiting, delivered, rejected or suppressed; waiting."),
                Route.Parameter("limit", "At most so many; 1000."), form,
            ],
            answer: .json("Deliveries"), Handlers.deliveries),
        Route(
            .post, "/api/v1/deliveries/{sequence}/retry", "Try again what a receiver refused.",
            kind: .pooled, query: [form], answer: .json("Delivery"), Handlers.retryDelivery),
    ]

    private static let form = Route.Parameter("time", "rfc3339 or unix.")
}
