import Foundation
import Networking
import Pipeline
import Query
import Testing
import TimeSeries

@testable import Service

/// A service with a store, without a socket.
final class StoredService: Sendable {
    let store: OpenStore
    let router: Router

    /// 2025-01-10T00:00:00Z: the clock of the service, ten days after its first points.
    static let now = 1_736_467_200.0
    /// 2025-01-01T00:00:00Z.
    static let start = 1_735_689_600

    init(
        _ definitions: [MetricDefinition] = [], data: String? = nil, maxSeries: Int? = nil,
        isFederating: Bool = false, remoteWrite: RemoteWriteTarget? = nil
    ) throws {
        var configuration = Configuration()
        configuration.metrics = definitions
        if let data { configuration.data = data }
        configuration.remoteWrite = remoteWrite
        if let maxSeries { configuration.maxSeries = maxSeries }
        let clocks = Clocks(wall: { Self.now }, steady: Clocks.system.steady)
        store = try OpenStore(
            configuration, at: data == nil ? .memory : .directory, holder: "a test", clocks: clocks,
            log: .silent, seed: 1)
        var context = Context(
            version: "1", clocks: clocks, metrics: SelfMetrics(version: "1", startSeconds: 0),
            monitor: store.monitor, trainer: store.trainer)
        context.formulas = store.formulas
        context.isFederating = isFederating
        router = Router(
            routes: RouteTable(Routes.all, schemas: Routes.schemas, version: "1").routes, context: context,
            guards: Guard(token: nil, listenHost: "127.0.0.1", allowedHosts: []),
            requestIDs: RequestIDs(prefix: "stored"))
    }

    deinit { store.close() }

    /// A definition of one-minute steps.
    static func definition(
        _ name: String, _ match: String, _ change: (inout MetricDefinition) -> Void = { _ in }
    ) throws -> MetricDefinition {
        var definition = MetricDefinition(name: name, match: try Selector(parsing: match))
        definition.step = .fixed(milliseconds: 60_000)
        definition.season = .steps(24)
        definition.model = "ridge"
        change(&definition)
        return definition
    }

    func ask(
        _ method: String, _ path: String, _ query: [(name: String, value: String)] = [], type: String? = nil,
        coding: String? = nil, body: [UInt8] = []
    ) -> HTTPResponse {
        var headers: [(name: String, value: String)] = []
        if let type { headers.append(("content-type", type)) }
        if let coding { headers.append(("content-encoding", coding)) }
        return router.respond(
            to: HTTPRequest(method: method, path: path, query: query, headers: headers, body: body))
    }

    func get(_ path: String, _ query: [(name: String, value: String)] = []) -> HTTPResponse {
        ask("GET", path, query)
    }

    func post(_ path: String, _ body: String, type: String = "application/json") -> HTTPResponse {
        ask("POST", path, type: type, body: Array(body.utf8))
    }

    /// One JSON line of values a minute apart.
    static func line(_ name: String, host: Int = 0, _ values: [Double], from step: Int = 0) -> String {
        let times = values.indices.map { start + 60 * (step + $0) }
        return
            #"{"labels":{"__name__":"\#(name)","host":"\#(host)"},"timestamps":\#(times),"values":\#(json(values))}"#
    }

    func feed(_ name: String, host: Int = 0, _ values: [Double], from step: Int = 0) {
        let answer = post("/api/v1/import", Self.line(name, host: host, values, from: step))
        #expect(
            answer.status == 200 && answer.text.contains(#""accepted":\#(values.count)"#), "\(answer.text)")
    }

    /// The result of a training that was ordered.
    func result(of name: String, _ query: [(name: String, value: String)] = []) throws -> String {
        for _ in 0..<20_000 {
            let answer = get("/api/v1/models/\(name)/training", query)
            let root = try JSONDocument(answer.body).root
            if root["state"]?.string == "done" {
                expectSchema(answer, "Training")
                return try #require(root["result"]?["decision"]?.string)
            }
            usleep(1_000)
        }
        return "timeout"
    }
}

/// Checks an answer against a named schema of the OpenAPI document.
func expectSchema(_ answer: HTTPResponse, _ name: String, _ place: SourceLocation = #_sourceLocation) {
    guard let root = try? JSONDocument(answer.body).root,
        let schema = Routes.schemas.first(where: { $0.name == name })
    else {
        Issue.record("not JSON, or no schema \(name): \(answer.text.prefix(300))", sourceLocation: place)
        return
    }
    let violation = schema.schema.violation(by: root, at: "")
    #expect(violation == nil, "\(name): \(answer.text.prefix(300))", sourceLocation: place)
}

extension Schema {
    /// The first place where a value is not of the schema; `nil` when it is.
    func violation(by value: JSONValue, at place: String) -> String? {
        switch self {
        case .any: return nil
        case .described(let schema, _): return schema.violation(by: value, at: place)
        case .nullable(let schema): return value.isNull ? nil : schema.violation(by: value, at: place)
        case .anyOf(let schemas):
            let found = schemas.map { $0.violation(by: value, at: place) }
            return found.contains { $0 == nil } ? nil : found.compactMap { $0 }.joined(separator: " or ")
        case .named(let name):
            if name == "Problem" { return nil }
            guard let named = Routes.schemas.first(where: { $0.name == name }) else {
                return "no schema \(name)"
            }
            return named.schema.violation(by: value, at: place)
        case .string(_, let values):
            guard let text = value.string else { return "\(place) is no string" }
            return values.isEmpty || values.contains(text) ? nil : "\(place) is \(text)"
        case .boolean: return value.bool == nil ? "\(place) is no boolean" : nil
        case .integer(let least, let most):
            guard let number = value.integer else { return "\(place) is no integer" }
            return number >= least ?? .min && number <= most ?? .max ? nil : "\(place) is \(number)"
        case .number(let least, let most):
            guard let number = value.double else { return "\(place) is no number" }
            return number >= least ?? -.infinity && number <= most ?? .infinity
                ? nil : "\(place) is \(number)"
        case .array(let schema, let least, let most):
            guard let elements = value.elements.map({ Array($0) }) else { return "\(place) is no list" }
            guard elements.count >= least ?? 0, elements.count <= most ?? .max else {
                return "\(place) has \(elements.count) elements"
            }
            for (index, element) in elements.enumerated() {
                if let found = schema.violation(by: element, at: "\(place)/\(index)") { return found }
            }
            return nil
        case .map(let schema):
            guard let members = value.members.map({ Array($0) }) else { return "\(place) is no object" }
            return members.lazy.compactMap { schema.violation(by: $0.value, at: place + "/" + $0.key) }.first
        case .object(let properties, let isOpen):
            guard let members = value.members.map({ Array($0) }) else { return "\(place) is no object" }
            for property in properties where property.isRequired {
                if !members.contains(where: { $0.key == property.name }) {
                    return "\(place)/\(property.name) is missing"
                }
            }
            for member in members {
                guard let property = properties.first(where: { $0.name == member.key }) else {
                    if isOpen { continue }
                    return "\(place)/\(member.key) is not known"
                }
                if let found = property.schema.violation(by: member.value, at: place + "/" + member.key) {
                    return found
                }
            }
            return nil
        }
    }
}
