import Alerting
import Foundation
import Pipeline
import TestSupport
import Testing
import TimeSeries

@testable import Service

@Suite struct DemoTests {
    private func datasets() -> String { Repository.root.appendingPathComponent("datasets").path }

    @Test func `a row a second, from the first to the last and around`() throws {
        let metric = DemoMetric(dataset: "none", name: "m", labels: [], start: 3, history: 2)
        var replayed = DemoFeed.Replayed(
            metric: metric, labels: try metric.seriesLabels(), values: [0, 1, 2, 3, 4], origin: 10_000,
            next: 10_000)
        // The row that is measured at the start is two seconds after the first of the history.
        #expect(replayed.value(at: 12_000) == 3)
        #expect(replayed.take(until: 9_999, most: 100).isEmpty)
        #expect(replayed.take(until: 15_500, most: 2).map(\.value) == [1, 2])
        #expect(replayed.take(until: 15_500, most: 100).map(\.value) == [3, 4, 0, 1])
        #expect(replayed.take(until: 15_500, most: 100).isEmpty)
        #expect(replayed.next == 16_000)
    }

    @Test(arguments: DemoMetric.all.map(\.name))
    func `each data set is there, and an episode begins within half a minute`(name: String) throws {
        let metric = try #require(DemoMetric.all.first { $0.name == name })
        let values = try metric.values(in: datasets())
        #expect(metric.history <= metric.start && metric.start + 60 < values.count)
        // One of the series that come from one place shows it; the rows of those begin and end together.
        let labels = try DemoMetric.all.filter { $0.labels.map(\.value) == metric.labels.map(\.value) }
            .map { other in
                try Repository.text("datasets/\(other.dataset)/data.csv").split(separator: "\n").dropFirst()
                    .filter { !$0.contains(",,") }.map { $0.hasSuffix(",1") }[other.start..<other.start + 40]
            }
        #expect(labels.contains { !$0.prefix(5).contains(true) && $0.dropFirst(5).contains(true) })
    }

    @Test func `nobody real is told of what never was`() throws {
        let demo = try Demo(datasets(), seed: 5, log: .silent)
        let configured = try demo.configured(Configuration())
        #expect(configured.metrics.count == DemoMetric.all.count)
        #expect(configured.alerts.route?.receiver == "demo")
        #expect(throws: ConfigurationError.self) { try demo.configured(configured) }
    }

    @Test func `a directory without the data sets is refused by its name`() {
        let error = #expect(throws: ConfigurationError.self) {
            try Demo("/nonexistent", seed: 5, log: .silent)
        }
        #expect(error?.place.hasPrefix("/nonexistent/") == true)
        #expect(error?.message.contains("cannot be read") == true)
    }
}
