import Query
import TimeSeries

/// Which series a selector chooses, by their byte form: one call for each series of an index.
enum SelectorBenchmarks {
    static let all: [Benchmark] = [
        entry("equal", #"http_requests_total{job="checkout"}"#),
        entry("regex", #"http_requests_total{instance=~"10\\.0\\.[0-3]\\..*", job!~"cart|search"}"#),
    ]

    private static let series = 1_000

    private static func entry(_ name: String, _ text: String) -> Benchmark {
        .kernel("select/bytes/\(name)", unit: series) {
            let selector = try? Selector(parsing: text)
            let labels = (0..<series).map { index in
                let pairs = [
                    ("__name__", "http_requests_total"), ("job", index % 3 == 0 ? "checkout" : "cart"),
                    ("instance", "10.0.\(index % 8).\(index % 250):9100"), ("code", "200"), ("method", "GET"),
                ]
                return (try? Labels(pairs.map { (name: $0.0, value: $0.1) }))?.encoded ?? []
            }
            return {
                var chosen = 0
                for bytes in labels where selector?.matches(encoded: bytes.span) ?? false { chosen += 1 }
                sink(chosen)
            }
        }
    }
}
