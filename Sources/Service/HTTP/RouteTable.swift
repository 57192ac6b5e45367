internal import Networking

/// All routes of a service: those about itself, and the ones it is given.
public struct RouteTable: Sendable {
    /// The table.
    public var routes: [Route]
    /// The schemas that the routes name, the common ones excepted.
    public var schemas: [NamedSchema]

    /// A table; the routes about the service itself are added to the given ones.
    public init(_ given: [Route], schemas: [NamedSchema] = [], version: String) {
        var routes = given + RouteTable.health + Dashboard.routes
        // The description is in the table itself: first the lines, then what it answers.
        let about = { (openAPI: @escaping Handler) -> Route in
            Route(
                .get, "/openapi.json", "The description of the service for programs.",
                answer: .other("application/json"), openAPI)
        }
        let lines = routes + [about { _, _ in .text("") }]
        let document = OpenAPI.document(routes: lines, schemas: schemas, version: version)
        routes.append(about(Handlers.openAPI(document)))
        self.routes = routes
        self.schemas = schemas
    }

    /// The routes by which others watch the service.
    static let health: [Route] = [
        Route(
            .get, "/-/healthy", aliases: ["/health", "/healthz"], "Whether the process runs and answers.",
            isPublic: true, answer: .json("Health"), Handlers.healthy),
        Route(
            .get, "/-/ready", aliases: ["/readyz"],
            "Whether every request is welcome; if not, what is missing.",
            isPublic: true, answer: .json("Health"), Handlers.ready),
        Route(
            .get, "/metrics", "What the service counts about itself, for Prometheus.",
            answer: .other("text/plain"), Handlers.metrics),
    ]
}
