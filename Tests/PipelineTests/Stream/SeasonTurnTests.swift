import Testing
import TimeSeries

@testable import Pipeline

@Test func `series of a fleet look for their season in turns`() throws {
    var index = SeriesIndex(definitions: [], seed: 3)
    var counts: [Int: Int] = [:]
    for place in 0..<12_800 {
        let labels = try Labels([("__name__", "cpu"), ("instance", "host-\(place):9100"), ("job", "node")])
        let added = labels.encoded.withUnsafeBytes { index.add(labels, sentAs: $0) }
        let delay = try #require(added.registration?.delay)
        counts[delay, default: 0] += 1
        #expect(delay == StreamSeries.delay(of: labels.encoded))
    }
    // Scores depend on it: another delay of known labels is another version of the states.
    let known = try Labels([
        (name: "__name__", value: "cpu"), (name: "instance", value: "host-1:9100"),
        (name: "job", value: "node"),
    ])
    #expect(StreamSeries.delay(of: known.encoded) == 119)
    #expect(counts.count == 128 && counts.keys.allSatisfy { 0..<128 ~= $0 })
    #expect(counts.values.allSatisfy { 60...150 ~= $0 }, "\(counts.values.sorted())")
}
