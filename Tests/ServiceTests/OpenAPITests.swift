import Networking
import Testing

@testable import Service

private func document() throws -> JSONValue {
    try JSONDocument(makeRouter().respond(to: HTTPRequest(path: "/openapi.json")).body).root
}

@Test func `every route is described`() throws {
    let paths = try #require(document()["paths"])
    let router = makeRouter()
    for route in router.routes {
        for path in [route.pattern] + route.aliases {
            let operation = try #require(paths[path]?[route.method.rawValue.lowercased()], "\(path)")
            #expect(operation["summary"]?.string == route.summary)
            #expect(operation["security"]?.count == (route.isPublic ? 1 : 2))
        }
    }
    #expect(paths.count == Set(router.routes.flatMap { [$0.pattern] + $0.aliases }).count)
}

@Test func `every name of a schema has a schema`() throws {
    let root = try document()
    let text = makeRouter().respond(to: HTTPRequest(path: "/openapi.json")).text
    let names = text.split(separator: "#/components/schemas/").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(!names.isEmpty)
    for name in names {
        #expect(root["components"]?["schemas"]?[String(name)] != nil, "\(name)")
    }
}

@Test func `parameters of path and query are told apart`() throws {
    let parameters = try #require(
        document()["paths"]?["/series/{id}/points"]?["get"]?["parameters"]?.elements)
    #expect(parameters.map { $0["in"]?.string } == ["path", "query"])
    #expect(parameters.map { $0["required"]?.bool } == [true, nil])
}

@Test func `a schema speaks JSON Schema`() {
    let schema = Schema.object([
        .required("op", .string(values: [">", "<"]), "Which side."),
        .optional("levels", .array(.number(atLeast: 0, atMost: 100), atMost: 20)),
        .optional("horizon", .anyOf([.integer(atLeast: 1), .string()])),
        .optional("lower", .map(.array(.nullable(.number())))), .optional("limit", .named("Limit")),
    ])
    var writer = JSONWriter()
    schema.write(to: &writer)
    #expect(
        String(decoding: writer.bytes, as: UTF8.self) == """
            {"type":"object","required":["op"],"properties":{\
            "op":{"type":"string","enum":[">","<"],"description":"Which side."},\
            "levels":{"type":"array","maxItems":20,"items":{"type":"number","minimum":0,"maximum":100}},\
            "horizon":{"anyOf":[{"type":"integer","minimum":1},{"type":"string"}]},\
            "lower":{"type":"object","additionalProperties":{"type":"array",\
            "items":{"anyOf":[{"type":"number"},{"type":"null"}]}}},\
            "limit":{"$ref":"#/components/schemas/Limit"}},"additionalProperties":false}
            """)
}
