import Ingest
import Networking
import TestSupport
import Testing
import TimeSeries

@testable import Service

/// The status rules and bodies of each protocol by which points come.
@Suite(.timeLimit(.minutes(3)))
struct IngestRouteTests {
    private typealias Pair = (name: String, value: String)
    private static let version2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    /// 2025-01-01T00:00:00Z in nanoseconds.
    private static let start = StoredService.start * 1_000_000_000

    private func written(_ answer: HTTPResponse) -> [String?] {
        ["Samples", "Histograms", "Exemplars"].map {
            answer.header("X-Prometheus-Remote-Write-\($0)-Written")
        }
    }

    private func points(_ service: StoredService, _ selector: String) throws -> [Double] {
        let export = service.get("/api/v1/export", [("selector", selector)])
        guard !export.body.isEmpty else { return [] }
        return try #require(JSONDocument(export.body).root["values"]?.elements).map { $0.double ?? .nan }
    }

    // MARK: - Remote write 2.0

    @Test func `remote write 2 says what is written`() throws {
        let service = try StoredService(maxSeries: 2)
        func write(_ series: [(String, Int, Double)], type: String = Self.version2) throws -> HTTPResponse {
            var encoder = RemoteWrite2Encoder()
            for (name, step, value) in series {
                let point = Point(milliseconds: Int64(StoredService.start + 60 * step) * 1_000, value: value)
                encoder.append(Labels(metric: name), [point])
            }
            return service.ask(
                "POST", "/api/v1/write", type: type, coding: "snappy", body: Snappy.compress(encoder.bytes))
        }
        let good = try write([("a", 0, 1), ("a", 1, 2), ("b", 0, 1)])
        #expect(good.status == 204 && good.body.isEmpty && written(good) == ["3", "0", "0"])
        // What is there already, with the same value, is written.
        let again = try write([("a", 0, 1)], type: #"application/x-protobuf; Proto="\#(version2Name)""#)
        #expect(again.status == 204 && written(again) == ["1", "0", "0"])
        let partly = try write([("a", 2, 3), ("c", 0, 1), ("b", 0, 5)])
        #expect(partly.status == 400 && written(partly) == ["1", "0", "0"], "\(partly.text)")
        #expect(partly.text.hasPrefix("2 of 3 samples were refused") && partly.text.contains("2 series"))
        #expect(try points(service, "a") == [1, 2, 3])
        let bad = service.ask(
            "POST", "/api/v1/write", type: Self.version2, coding: "snappy",
            body: Snappy.compress([0x0A, 0x7F, 1, 2]))
        #expect(bad.status == 400 && written(bad) == ["0", "0", "0"] && bad.text.contains("Malformed"))
        let other = try write(
            [("a", 9, 1)], type: "application/x-protobuf;proto=io.prometheus.write.v3.Request")
        #expect(other.status == 415 && other.text.contains(version2Name), "\(other.text)")
        #expect(try write([("a", 9, 1)], type: "application/json").status == 415)
        service.store.close()
        let stopped = try write([("a", 20, 1)])
        #expect(stopped.status == 503 && stopped.header("Retry-After") != nil)
        #expect(written(stopped) == ["0", "0", "0"])
    }

    private let version2Name = PrometheusRemoteWrite2.messageName

    // MARK: - Influx

    @Test func `lines of Influx are stored by the paths of both versions`() throws {
        let service = try StoredService()
        func write(
            _ path: String, _ text: String, _ query: [Pair] = [], type: String? = "text/plain; charset=utf-8",
            coding: String? = nil, body: [UInt8]? = nil
        ) -> HTTPResponse {
            service.ask("POST", path, query, type: type, coding: coding, body: body ?? Array(text.utf8))
        }
        let one = write("/write", "cpu,host=a idle=1,busy=2 \(Self.start)", [("db", "telegraf")])
        #expect(one.status == 204 && one.body.isEmpty, "\(one.text)")
        #expect(try points(service, #"cpu_idle{host="a"}"#) == [1])
        let seconds = StoredService.start + 60
        for (path, type) in [
            ("/write", "application/x-www-form-urlencoded"), ("/api/v2/write", nil),
            ("/api/v2/write", "application/octet-stream"),
        ] as [(String, String?)] {
            let answer = write(path, "cpu,host=a idle=2 \(seconds)", [("precision", "s")], type: type)
            #expect(answer.status == 204, "\(path) \(answer.text)")
        }
        #expect(write("/write", "cpu,host=a idle=3 \(seconds / 60 + 1)", [("precision", "m")]).status == 204)
        #expect(try points(service, #"cpu_idle{host="a"}"#) == [1, 2, 3])
        let line = Array("zip value=7 \(Self.start)\n# a comment\n\n".utf8)
        for (coding, body) in [
            ("gzip", try ContentCoding.gzip.encode(line)), ("zstd", try Zstandard.compress(line)),
            ("identity", line),
        ] {
            let answer = write(
                "/api/v2/write", "", [("bucket", "b"), ("org", "o")], coding: coding, body: body)
            #expect(answer.status == 204, "\(answer.text)")
        }
        #expect(try points(service, "zip") == [7])
        #expect(write("/write", "").status == 204)
        // A line without a time is of now.
        #expect(write("/write", "bare value=1").status == 204)
        let now = service.get("/api/v1/export", [("selector", "bare")])
        #expect(now.text.contains("\(Int(StoredService.now))"), "\(now.text)")
    }

    @Test func `wrong lines are named in the words of each version, and the others stored`() throws {
        let service = try StoredService()
        let lines =
            "good value=1 \(Self.start)\nbad value=\ngood value=2 \(Self.start + 60_000_000_000)\nworse"
        let one = service.ask("POST", "/write", body: Array(lines.utf8))
        let text = try #require(JSONDocument(one.body).root["error"]?.string)
        #expect(one.status == 400 && text.hasPrefix("partial write: line 2: "), "\(one.text)")
        #expect(text.contains("line 4: ") && text.contains("dropped=2"), "\(text)")
        #expect(one.header("X-Influxdb-Error")?.hasPrefix("partial write") == true)
        #expect(try points(service, "good") == [1, 2])
        let two = service.ask("POST", "/api/v2/write", body: Array(lines.utf8))
        let root = try JSONDocument(two.body).root
        #expect(two.status == 400 && root["code"]?.string == "invalid" && root["line"]?.integer == 2)
        #expect(root["message"]?.string?.contains("line 2") == true, "\(two.text)")
        #expect(two.header("Content-Type") == "application/json; charset=utf-8")

        for (path, precision) in [("/write", "d"), ("/api/v2/write", "m"), ("/api/v2/write", "n")] {
            let answer = service.ask("POST", path, [("precision", precision)], body: Array(lines.utf8))
            let key = path == "/write" ? "error" : "message"
            let said = try JSONDocument(answer.body).root[key]?.string
            #expect(answer.status == 400 && said?.contains("\"\(precision)\" is none of") == true)
        }
        let coded = service.ask("POST", "/api/v2/write", coding: "br", body: [1])
        #expect(coded.status == 400 && coded.text.contains(#""code":"invalid""#), "\(coded.text)")
        service.store.close()
        for (path, body) in [("/write", #"{"error":"#), ("/api/v2/write", #"{"code":"unavailable","#)] {
            let answer = service.ask("POST", path, body: Array(lines.utf8))
            #expect(answer.status == 503 && answer.text.hasPrefix(body), "\(answer.text)")
            #expect(answer.header("Retry-After") != nil)
        }
    }

    @Test func `the token may come as clients of Influx send it`() throws {
        let router = productRouter(token: "secret")
        func ask(_ path: String, _ authorization: String?) -> HTTPResponse {
            router.respond(
                to: HTTPRequest(
                    method: "POST", path: path, headers: authorization.map { [("authorization", $0)] } ?? []))
        }
        let refused = ask("/api/v2/write", nil)
        #expect(
            refused.status == 401 && refused.text.hasPrefix(#"{"code":"unauthorized","#), "\(refused.text)")
        #expect(ask("/write", "Token wrong").text.hasPrefix(#"{"error":"Unauthorized"#))
        // Let in: the service has no store.
        #expect(ask("/api/v2/write", "Token secret").status == 503)
        #expect(ask("/write", "Bearer secret").status == 503)
    }

    @Test func `a ping needs nothing and says nothing`() {
        let router = productRouter(token: "secret")
        for method in ["GET", "HEAD"] {
            let answer = router.respond(to: HTTPRequest(method: method, path: "/ping"))
            #expect(answer.status == 204 && answer.body.isEmpty)
            #expect(answer.header("X-Influxdb-Version") != nil)
        }
    }
}
