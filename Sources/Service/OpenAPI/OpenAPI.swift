internal import Networking

/// The description of the service for programs, made from the table of routes.
///
/// - Source: *OpenAPI Specification* 3.1.
public enum OpenAPI {
    /// The schemas that every table needs.
    public static let commonSchemas = [
        NamedSchema(
            "Problem",
            .object(
                [
                    .required("type", .string(format: "uri"), "The kind of problem."),
                    .required("title", .string(), "The kind of problem in words."),
                    .required("status", .integer(atLeast: 400, atMost: 599), "The status code."),
                    .optional("detail", .string(), "What happened this time."),
                    .optional(
                        "errors",
                        .array(
                            .object([
                                .required("pointer", .string(format: "json-pointer")),
                                .required("detail", .string()),
                            ])),
                        "The places of the body that are wrong."),
                    .optional("request_id", .string(), "The name under which the log knows the request."),
                    .optional("retry_after_seconds", .integer(atLeast: 0), "When to try again."),
                ], open: true)),
        NamedSchema(
            "Health",
            .object([
                .required("status", .string(values: ["ok", "ready"])), .required("version", .string()),
            ])),
    ]

    /// The document as JSON.
    ///
    /// - Parameter schemas: What the routes name, in addition to the common ones.
    public static func document(routes: [Route], schemas: [NamedSchema], version: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 16_384)
        writer.object { writer in
            writer.member("openapi", "3.1.0")
            writer.key("info")
            writer.object { writer in
                writer.member("title", "Bellwether")
                writer.member("summary", "Anomaly detection and forecasting for streamed metrics.")
                writer.member("version", version)
                writer.key("license")
                writer.object { writer in
                    writer.member("name", "Apache 2.0")
                    writer.member("identifier", "Apache-2.0")
                }
            }
            writer.key("servers")
            writer.array { writer in writer.object { $0.member("url", "/") } }
            writer.key("paths")
            writer.object { writer in write(paths: routes, to: &writer) }
            writer.key("components")
            writer.object { writer in write(components: schemas, to: &writer) }
        }
        return writer.bytes
    }

    private static func write(components schemas: [NamedSchema], to writer: inout JSONWriter) {
        writer.key("schemas")
        writer.object { writer in
            for named in commonSchemas + schemas {
                writer.key(named.name)
                named.schema.write(to: &writer)
            }
        }
        writer.key("responses")
        writer.object { writer in
            writer.key("Problem")
            writer.object { writer in
                writer.member("description", "What went wrong, as RFC 9457 has it.")
                write(content: [Problem.contentType], schema: .named("Problem"), to: &writer)
            }
        }
        writer.key("securitySchemes")
        writer.object { writer in
            writer.key("token")
            writer.object { writer in
                writer.member("type", "http")
                writer.member("scheme", "bearer")
                writer.member("description", "Needed where the service was started with --token-file.")
            }
        }
    }

    private static func write(content types: [String], schema: Schema, to writer: inout JSONWriter) {
        writer.key("content")
        writer.object { writer in
            for type in types {
                writer.key(type)
                writer.object { writer in
                    writer.key("schema")
                    schema.write(to: &writer)
                }
            }
        }
    }
}

// MARK: - Paths

extension OpenAPI {
    private static func write(paths routes: [Route], to writer: inout JSONWriter) {
        var order: [String] = []
        var byPath: [String: [Route]] = [:]
        for route in routes {
            for path in [route.pattern] + route.aliases {
                if byPath[path] == nil { order.append(path) }
                byPath[path, default: []].append(route)
            }
        }
        for path in order {
            writer.key(path)
            writer.object { writer in
                for route in byPath[path] ?? [] {
                    writer.key(route.method.rawValue.lowercased())
                    writer.object { writer in write(route, at: path, to: &writer) }
                }
            }
        }
    }

    private static func write(_ route: Route, at path: String, to writer: inout JSONWriter) {
        writer.member("summary", route.summary)
        writer.member("operationId", operationID(route.method.rawValue.lowercased(), path))
        let holes = RoutePattern(path).names
        if !holes.isEmpty || !route.query.isEmpty {
            writer.key("parameters")
            writer.array { writer in
                for hole in holes { write(parameter: .init(hole, ""), in: "path", to: &writer) }
                for parameter in route.query { write(parameter: parameter, in: "query", to: &writer) }
            }
        }
        if let body = route.body {
            writer.key("requestBody")
            writer.object { writer in
                writer.member("required", true)
                write(content: body.mediaTypes, schema: .named(body.schema), to: &writer)
            }
        }
        writer.key("responses")
        writer.object { writer in
            if case .nothing = route.answer { writer.key("204") } else { writer.key("200") }
            writer.object { writer in
                writer.member("description", "As asked.")
                switch route.answer {
                case .nothing: break
                case .json(let name): write(content: ["application/json"], schema: .named(name), to: &writer)
                case .other(let type): write(content: [type], schema: .string(), to: &writer)
                }
            }
            writer.key("default")
            writer.object { $0.member("$ref", "#/components/responses/Problem") }
        }
        writer.key("security")
        writer.array { writer in
            writer.object { _ in }  // Without a token where none is configured.
            if !route.isPublic { writer.object { $0.member("token", [String]()) } }
        }
    }

    private static func write(parameter: Route.Parameter, in place: String, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", parameter.name)
            writer.member("in", place)
            if place == "path" { writer.member("required", true) }
            if !parameter.summary.isEmpty { writer.member("description", parameter.summary) }
            writer.key("schema")
            parameter.schema.write(to: &writer)
        }
    }

    /// A name for programs: `post-api-v1-predict`.
    private static func operationID(_ method: String, _ path: String) -> String {
        let words = path.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return ([Substring(method)] + words).joined(separator: "-")
    }
}
