public import Networking

/// From a request to its answer: a plain function over the table of routes.
public struct Router: Sendable {
    /// The table.
    public let routes: [Route]
    /// What handlers are given.
    public let context: Context
    private let guards: Guard
    private let requestIDs: RequestIDs
    private let exact: [String: [Int]]
    private let patterned: [(pattern: RoutePattern, index: Int)]

    /// A router over a table; of two routes with the same method and path the first counts.
    public init(routes: [Route], context: Context, guards: Guard, requestIDs: RequestIDs) {
        self.routes = routes
        self.context = context
        self.guards = guards
        self.requestIDs = requestIDs
        var exact: [String: [Int]] = [:]
        var patterned: [(RoutePattern, Int)] = []
        for (index, route) in routes.enumerated() {
            for path in [route.pattern] + route.aliases {
                if path.contains("{") {
                    patterned.append((RoutePattern(path), index))
                } else {
                    exact[path, default: []].append(index)
                }
            }
        }
        self.exact = exact
        self.patterned = patterned
    }

    /// Answers a request that was received whole.
    ///
    /// The answer to HEAD has the body of the answer to GET, which the server does not send.
    ///
    /// - Parameter received: When it came, in nanoseconds of the context's steady clock; now, if not said.
    public func respond(to request: HTTPRequest, received: UInt64? = nil) -> HTTPResponse {
        let later = LateAnswer()
        respond(to: request, received: received) { later.give($0) }
        return later.wait()
    }

    /// Answers a request that was received whole, now or later.
    ///
    /// - Parameters:
    ///   - send: Called once; later, and from another thread, when the route suspends its requests.
    ///   - stream: Called instead of `send` with the head of an answer that goes on, and with who feeds it; without it
    ///     the head is all of the answer.
    public func respond(
        to request: HTTPRequest, received: UInt64? = nil,
        stream: ((StreamingAnswer) -> Void)? = nil, send: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        let received = received ?? context.clocks.steady()
        let match = match(request)
        let id = requestIDs.next()
        do {
            let begun = try answer(request, match, id: id, received: received) { response in
                send(finish(response, request, match, id: id, received: received))
            }
            guard var begun else { return }
            begun.head = finish(begun.head, request, match, id: id, received: received)
            if let stream { stream(begun) } else { send(begun.head) }
        } catch {
            let failure = failure(error, to: request, id: id, match)
            send(finish(failure, request, match, id: id, received: received))
        }
    }

    /// What a head is refused with before its body is read; `nil` when the body is wanted.
    ///
    /// - Parameter head: A request without its body.
    public func refusal(of head: HTTPRequest) -> HTTPResponse? {
        let match = match(head)
        do {
            _ = try admit(head, match)
            return nil
        } catch {
            return refuse(head, with: error, match)
        }
    }

    /// The answer to a request that is not to be handled, for a reason that the routes do not know.
    public func refuse(_ request: HTTPRequest, with error: any Error) -> HTTPResponse {
        refuse(request, with: error, match(request))
    }

    /// A problem that answers no request in particular, and is not counted as an answer.
    func notice(_ problem: Problem) -> HTTPResponse {
        HTTPResponse(for: problem, requestID: requestIDs.next())
    }

    /// Whether the request is one for the worker pool.
    public func isPooled(_ request: HTTPRequest) -> Bool {
        guard case .route(let index, _) = match(request) else { return false }
        return routes[index].kind != .inline
    }
}

// MARK: - Matching

extension Router {
    private enum Match {
        case route(Int, [String: String])
        case options(allow: String)
        case wrongMethod(allow: String)
        case none
    }

    private func match(_ request: HTTPRequest) -> Match {
        var candidates = (exact[request.path] ?? []).map { (index: $0, parameters: [String: String]()) }
        if candidates.isEmpty {
            let path = request.path.split(separator: "/", omittingEmptySubsequences: false)
            candidates = patterned.compactMap { entry in
                entry.pattern.match(path).map { (entry.index, $0) }
            }
        }
        guard !candidates.isEmpty else { return .none }
        let method = request.method == "HEAD" ? "GET" : request.method
        if let found = candidates.first(where: { routes[$0.index].method.rawValue == method }) {
            return .route(found.index, found.parameters)
        }
        var allow = Set(candidates.map { routes[$0.index].method.rawValue })
        if allow.contains("GET") { allow.insert("HEAD") }
        allow.insert("OPTIONS")
        let list = allow.sorted().joined(separator: ", ")
        return request.method == "OPTIONS" ? .options(allow: list) : .wrongMethod(allow: list)
    }

    /// Whether the head is let in: by the guards, the table and what the route says about bodies.
    private func admit(_ head: HTTPRequest, _ match: Match) throws(Problem) -> RequestBody.Coding {
        try guards.checkHost(of: head)
        if case .route(let index, _) = match, routes[index].isPublic {
        } else {
            try guards.checkToken(of: head)
        }
        try guards.checkOrigin(of: head)
        switch match {
        case .none:
            throw Problem(
                "not-found", 404, "Not found",
                detail: "There is no \(head.path) here; /openapi.json describes what there is.")
        case .wrongMethod(let allow):
            var problem = Problem(
                "method-not-allowed", 405, "Method not allowed", detail: "\(head.path) takes \(allow).")
            problem.headers = [("Allow", allow)]
            throw problem
        case .options: return .identity
        case .route(let index, _):
            try RequestBody.checkLength(of: head, limit: context.maxBodyBytes)
            guard let body = routes[index].body else { return .identity }
            try RequestBody.checkMediaType(of: head, for: body)
            return try RequestBody.coding(of: head, for: body)
        }
    }
}

// MARK: - Answering

extension Router {
    /// Lets the handler answer.
    ///
    /// - Returns: The beginning of an answer that goes on; then nothing is sent.
    private func answer(
        _ http: HTTPRequest, _ match: Match, id: String, received: UInt64,
        send: @escaping @Sendable (HTTPResponse) -> Void
    ) throws -> StreamingAnswer? {
        let coding = try admit(http, match)
        switch match {
        case .route(let index, let parameters):
            let deadline = context.deadline(received: received)
            try deadline.check()
            var http = http
            // Points come by routes that answer later.
            let isTimed = coding != .identity && routes[index].suspended != nil
            let begin = isTimed ? context.clocks.steady() : 0
            http.body = try RequestBody.decode(http.body, coding, limit: context.maxBodyBytes)
            if isTimed {
                context.metrics.countDecompressed(nanoseconds: context.clocks.steady() - begin)
            }
            let request = Request(
                http, parameters: parameters, id: id, deadline: deadline, received: received)
            if let streaming = routes[index].streaming { return try streaming(request, context) }
            if let suspended = routes[index].suspended {
                try suspended(request, context, send)
            } else {
                send(try routes[index].handler(request, context))
            }
        case .options(let allow):
            send(HTTPResponse(status: 204, headers: [("Allow", allow)]))
        case .none, .wrongMethod:
            preconditionFailure("\(http.method) \(http.path) was let in without a route")
        }
        return nil
    }

    private func refuse(_ request: HTTPRequest, with error: any Error, _ match: Match) -> HTTPResponse {
        let id = requestIDs.next()
        return finish(
            failure(error, to: request, id: id, match), request, match, id: id,
            received: context.clocks.steady())
    }

    private func failure(
        _ error: any Error, to request: HTTPRequest, id: String, _ match: Match
    ) -> HTTPResponse {
        if !(error is any ProblemConvertible) { context.log.error("request \(id) failed: \(error)") }
        guard case .route(let index, _) = match else { return HTTPResponse(for: error, requestID: id) }
        return HTTPResponse(for: error, in: routes[index].errorForm, to: request, requestID: id)
    }

    /// Adds what every answer carries, and counts it.
    private func finish(
        _ response: HTTPResponse, _ request: HTTPRequest, _ match: Match, id: String, received: UInt64
    ) -> HTTPResponse {
        var response = response
        response.headers.append(("X-Request-Id", id))
        response.headers.append(("X-Content-Type-Options", "nosniff"))
        if !response.headers.contains(where: { $0.name == "Cache-Control" }) {
            response.headers.append(("Cache-Control", "no-store"))
        }
        let now = context.clocks.steady()
        var route: String?
        if case .route(let index, _) = match { route = routes[index].pattern }
        let elapsed = now > received ? now - received : 0
        context.metrics.countRequest(
            route: route, method: HTTPMethod(rawValue: request.method), status: response.status,
            nanoseconds: elapsed)
        context.log.debug(
            "\(id) \(request.method) \(route ?? "-") \(response.status) \(elapsed / 1000) us")
        return response
    }
}
