import Networking
import Pipeline
import Testing

@testable import Service

private func metrics(after requests: [HTTPRequest], accept: String? = nil) -> HTTPResponse {
    let router = makeRouter()
    for request in requests { _ = router.respond(to: request) }
    let headers = accept.map { [(name: "accept", value: $0)] } ?? []
    return router.respond(to: HTTPRequest(path: "/metrics", headers: headers))
}

@Test func `requests are counted by pattern, never by path`() {
    let text = metrics(after: [
        HTTPRequest(path: "/series/1/points"), HTTPRequest(path: "/series/2/points"),
        HTTPRequest(path: "/x\"\n"),
        HTTPRequest(method: "BREW", path: "/metrics"), HTTPRequest(method: "HEAD", path: "/healthz"),
    ]).text
    for line in [
        #"bellwether_http_requests_total{route="/series/{id}/points",method="GET",code="200"} 2"#,
        #"bellwether_http_requests_total{route="none",method="GET",code="404"} 1"#,
        #"bellwether_http_requests_total{route="none",method="other",code="405"} 1"#,
        #"bellwether_http_requests_total{route="/-/healthy",method="HEAD",code="200"} 1"#,
        #"bellwether_http_request_duration_seconds_bucket{route="/-/healthy",le="0.0005"} 1"#,
        #"bellwether_http_request_duration_seconds_bucket{route="/-/healthy",le="+Inf"} 1"#,
        #"bellwether_http_request_duration_seconds_count{route="/-/healthy"} 1"#,
        #"bellwether_build_info{version="1.2.3"} 1"#, "bellwether_start_time_seconds 1700000000",
        #"bellwether_predict_stage_seconds_total{stage="fit"} 0"#,
        #"bellwether_predict_series_total{status="warming"} 0"#, "bellwether_worker_queue_length 0",
    ] {
        #expect(text.contains(line + "\n"), "\(line)")
    }
    #expect(!text.contains("/series/1"))
}

@Test(arguments: [
    "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds",
    "process_start_time_seconds",
])
func `the process is measured`(name: String) throws {
    let line = try #require(metrics(after: []).text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
    #expect(try #require(Double(line.dropFirst(name.count + 1))) > 0)
}

@Test func `OpenMetrics is spoken to those who ask`() {
    let plain = metrics(after: [])
    #expect(plain.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
    #expect(plain.text.contains("# TYPE bellwether_http_requests_total counter\n"))
    let open = metrics(after: [], accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    #expect(open.header("Content-Type") == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    #expect(open.text.contains("# TYPE bellwether_http_requests counter\n"))
    #expect(open.text.hasSuffix("\n# EOF\n"))
}

@Test func `stages and series of predictions add up`() {
    let metrics = SelfMetrics(version: "v\"\\", startSeconds: 0)
    metrics.countStage(.fit, nanoseconds: 1_500_000_000)
    metrics.countStage(.fit, nanoseconds: 250_000_000)
    metrics.countSeries(.ok, 3)
    let text = metrics.exposition(.prometheus, workers: WorkerStatus(waiting: 4, busy: 2))
    #expect(text.contains("bellwether_predict_stage_seconds_total{stage=\"fit\"} 1.75\n"))
    #expect(text.contains("bellwether_predict_series_total{status=\"ok\"} 3\n"))
    #expect(text.contains("bellwether_worker_queue_length 4\n"))
    #expect(text.contains("bellwether_worker_busy 2\n"))
    #expect(text.contains(#"bellwether_build_info{version="v\"\\"} 1"#))
}

@Test func `a duration falls under every bound that is not below it`() {
    let histogram = Histogram()
    for nanoseconds in [0, 500_000, 500_001, 99_000_000_000] as [UInt64] {
        histogram.observe(nanoseconds: nanoseconds)
    }
    let (cumulative, seconds) = histogram.snapshot
    #expect(cumulative == [2] + Array(repeating: 3, count: Histogram.bounds.count - 1) + [4])
    #expect(abs(seconds - 99.001000001) < 1e-9)
}
