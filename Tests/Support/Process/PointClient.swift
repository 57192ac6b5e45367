public import Networking

/// A client of the routes that take and give points.
public struct PointClient: Sendable {
    private let client: HTTPClient

    /// A client of a service.
    public init(_ address: String) throws {
        client = try HTTPClient(baseURL: address)
    }

    /// Sends samples by remote write.
    public func write(_ runs: [SampleRun]) throws(HTTPClientError) -> HTTPResponse {
        try client.send(
            .post, "/api/v1/write",
            headers: [
                ("Content-Type", "application/x-protobuf"), ("Content-Encoding", "snappy"),
                ("X-Prometheus-Remote-Write-Version", "0.1.0"),
            ], body: SampleRun.writeRequest(runs))
    }

    /// Sends samples as JSON lines.
    public func add(_ runs: [SampleRun]) throws(HTTPClientError) -> HTTPResponse {
        try client.send(
            .post, "/api/v1/import", headers: [("Content-Type", "application/x-ndjson")],
            body: SampleRun.lines(runs))
    }

    /// Asks for a checkpoint.
    public func checkpoint() throws(HTTPClientError) -> HTTPResponse {
        try client.send(.post, "/api/v1/checkpoint")
    }

    /// Asks with GET.
    public func get(_ target: String) throws(HTTPClientError) -> HTTPResponse {
        try client.send(.get, target)
    }

    /// The value of a sample of `/metrics`, by its name with labels; `nil` when there is none.
    public func metric(_ name: String) throws -> Double? {
        let text = String(decoding: try get("/metrics").body, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// The stretches of anomalous values that are over, a line each with the digits of its peak score.
    ///
    /// - Throws: ``RunningProgram/Failure`` for an answer that is not 200, or has more than can be asked for.
    public func endedStretches() throws -> Set<String> {
        let most = 10_000
        let answer = try get("/api/v1/anomalies?limit=\(most)")
        let all = try JSONDocument(answer.body).root["anomalies"]?.elements
        guard answer.status == 200, let all else {
            throw RunningProgram.Failure(description: "the anomalies answered \(answer.status)")
        }
        var ended: Set<String> = []
        var count = 0
        for one in all {
            count += 1
            guard one["open"]?.bool == false else { continue }
            let texts = [one["labels"]?["__name__"], one["definition"], one["from"], one["to"]].map {
                $0?.string ?? ""
            }
            let digits = "\(one["count"]?.integer ?? 0) \(one["peak_score"]?.double ?? .nan)"
            ended.insert((texts + [digits]).joined(separator: " "))
        }
        guard count < most else {
            throw RunningProgram.Failure(description: "there are \(most) stretches or more")
        }
        return ended
    }

    /// Every exported sample, by metric name (with the labels when they are not those of ``SampleRun``).
    ///
    /// - Throws: ``RunningProgram/Failure`` for an answer that is not 200, and when a time comes twice in a
    ///   series.
    public func exported(_ selector: String? = nil) throws -> [String: [Int64: Double]] {
        var series: [String: [Int64: Double]] = [:]
        var after: String? = "0"
        while let next = after {
            let query = [("after", next)] + (selector.map { [("selector", $0)] } ?? [])
            let answer = try get(
                HTTPClient.target("/api/v1/export", query: query.map { (name: $0.0, value: $0.1) }))
            guard answer.status == 200 else {
                throw RunningProgram.Failure(description: "the export answered \(answer.status)")
            }
            for line in answer.body.split(separator: UInt8(ascii: "\n")) {
                try read(Array(line), into: &series)
            }
            after = answer.header("bellwether-next")
        }
        return series
    }

    private func read(_ line: [UInt8], into series: inout [String: [Int64: Double]]) throws {
        let root = try JSONDocument(line).root
        var labels: [String: String] = [:]
        if let members = root["labels"]?.members {
            for (key, value) in members { labels[key] = value.string }
        }
        let name = labels.removeValue(forKey: "__name__") ?? ""
        let rest = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        let key = rest == "job=test" ? name : "\(name){\(rest)}"
        var points = series[key] ?? [:]
        guard let times = root["timestamps"]?.elements, let values = root["values"]?.elements else {
            throw RunningProgram.Failure(
                description: "no columns in \(String(decoding: line, as: UTF8.self))")
        }
        for (time, value) in zip(times, values) {
            guard let seconds = time.double, let value = value.double else {
                throw RunningProgram.Failure(description: "\(key) has a point that is none")
            }
            let milliseconds = Int64((seconds * 1000).rounded())
            guard points.updateValue(value, forKey: milliseconds) == nil else {
                throw RunningProgram.Failure(description: "\(key) has \(milliseconds) twice")
            }
        }
        series[key] = points
    }
}
