import Ingest
import Networking
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(3)))
struct OTLPRouteTests {
    private static let json = "application/json", protobuf = "application/x-protobuf"

    private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count < 128, "one byte of length")
        return [number << 3 | 2, UInt8(bytes.count)] + bytes
    }

    private func fixed(_ number: UInt8, _ value: UInt64) -> [UInt8] {
        [number << 3 | 1] + (0..<8).map { UInt8(value >> (8 * $0) & 0xFF) }
    }

    /// A gauge of one data point, in Protocol Buffers.
    private func gauge(_ name: String, _ step: Int, _ value: Double) -> [UInt8] {
        let time = UInt64(StoredService.start + 60 * step) * 1_000_000_000
        let point = fixed(3, time) + fixed(4, value.bitPattern)
        return field(1, field(2, field(2, field(1, Array(name.utf8)) + field(5, field(1, point)))))
    }

    /// A delta of a monotonic sum, a minute long, in JSON; a time of 0 is none.
    private func delta(_ name: String, _ step: Int, _ value: Double, from start: Int? = nil) -> String {
        let begin = start ?? (StoredService.start + 60 * (step - 1))
        return """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"\(name)","sum":{"aggregationTemporality":1,\
            "isMonotonic":true,"dataPoints":[{"startTimeUnixNano":"\(begin)000000000",\
            "timeUnixNano":"\(StoredService.start + 60 * step)000000000","asDouble":\(value)}]}}]}]}]}
            """
    }

    private func send(
        _ service: StoredService, _ body: [UInt8], _ type: String?, coding: String? = nil,
        path: String = "/v1/metrics"
    ) -> HTTPResponse {
        service.ask("POST", path, type: type, coding: coding, body: body)
    }

    private func values(_ service: StoredService, _ selector: String) throws -> [Double] {
        let export = service.get("/api/v1/export", [("selector", selector)])
        guard !export.body.isEmpty else { return [] }
        return try #require(JSONDocument(export.body).root["values"]?.elements).map { $0.double ?? .nan }
    }

    @Test func `metrics are stored in both encodings and every coding`() throws {
        let service = try StoredService()
        let bodies: [([UInt8], String?)] = [
            (gauge("room.temp", 0, 20), nil),
            (try ContentCoding.gzip.encode(gauge("room.temp", 1, 21)), "gzip"),
            (try Zstandard.compress(gauge("room.temp", 2, 22)), "zstd"),
        ]
        for (body, coding) in bodies {
            let answer = send(service, body, Self.protobuf, coding: coding)
            #expect(answer.status == 200 && answer.body.isEmpty, "\(answer.text)")
            #expect(answer.header("Content-Type") == Self.protobuf)
        }
        #expect(try values(service, "room_temp") == [20, 21, 22])
        // Deltas are added up from request to request; one that is sent again is counted once.
        for (step, value) in [(1, 5.0), (2, 3), (2, 3), (3, 4)] {
            let body = Array(delta("hits", step, value).utf8)
            let answer = send(
                service, body, "application/json; charset=utf-8", path: "/api/v1/otlp/v1/metrics")
            #expect(answer.status == 200 && answer.text == "{}", "\(answer.text)")
            #expect(answer.header("Content-Type") == Self.json)
            expectSchema(answer, "OTLPAnswer")
        }
        #expect(try values(service, "hits_total") == [5, 8, 12])
    }

    @Test func `a partial success tells what was refused, in the encoding of the request`() throws {
        let service = try StoredService()
        #expect(send(service, Array(delta("hits", 2, 1).utf8), Self.json).status == 200)
        let late = send(service, Array(delta("hits", 1, 1).utf8), Self.json)
        expectSchema(late, "OTLPAnswer")
        let partial = try JSONDocument(late.body).root["partialSuccess"]
        #expect(late.status == 200 && partial?["rejectedDataPoints"]?.string == "1", "\(late.text)")
        #expect(partial?["errorMessage"]?.string?.isEmpty == false)
        #expect(send(service, gauge("temp", 0, 1), Self.protobuf).status == 200)
        // A conflict with what is stored: field 1, a message whose field 1 is the number 1 and field 2 a text.
        let conflict = send(service, gauge("temp", 0, 2), Self.protobuf)
        #expect(conflict.status == 200 && conflict.body.first == 10, "\(conflict.body)")
        #expect(conflict.body.dropFirst(2).prefix(3) == [8, 1, 18], "\(conflict.body)")
        #expect(conflict.text.contains("differs"))
    }

    @Test func `failures are statuses in the encoding of the request`() throws {
        let service = try StoredService()
        let torn = Array(gauge("temp", 0, 1).dropLast())
        let binary = send(service, torn, Self.protobuf)
        #expect(binary.status == 400 && binary.body.prefix(3) == [8, 3, 18], "\(binary.body)")
        #expect(binary.header("Content-Type") == Self.protobuf)
        let text = send(service, Array("{".utf8), Self.json)
        #expect(text.status == 400 && text.text.hasPrefix(#"{"code":3,"message":"#), "\(text.text)")
        #expect(text.header("Content-Type") == Self.json)
        for type in ["text/plain", nil] {
            let answer = send(service, torn, type)
            #expect(answer.status == 415 && answer.text.hasPrefix(#"{"code":3,"#), "\(answer.text)")
        }
        let coded = send(service, torn, Self.protobuf, coding: "br")
        #expect(coded.status == 400 && coded.body.prefix(3) == [8, 3, 18])
        service.store.close()
        let stopped = send(service, gauge("temp", 0, 1), Self.protobuf)
        #expect(stopped.status == 503 && stopped.body.prefix(3) == [8, 14, 18])
        #expect(stopped.header("Retry-After") != nil)
    }
}
