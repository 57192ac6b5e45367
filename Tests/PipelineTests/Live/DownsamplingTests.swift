import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

@Suite struct DownsamplingTests {
    private func points(_ count: Int, anomalous: Double, seed: UInt64) -> [SeriesChart.Point] {
        var random = SeededGenerator(seed: seed)
        var time: Int64 = 0
        return (0..<count).map { _ in
            // Now and then a hole.
            time += Double.random(in: 0..<1, using: &random) < 0.01 ? 500_000 : 1_000
            return SeriesChart.Point(
                time: time, value: Double.random(in: -5...5, using: &random), score: nil,
                isAnomaly: Double.random(in: 0..<1, using: &random) < anomalous)
        }
    }

    @Test(arguments: [0, 1, 8, 100])
    func `few points stay as they are`(count: Int) {
        #expect(Downsampling.places(of: points(count, anomalous: 0, seed: 1), most: 100) == Array(0..<count))
    }

    @Test(arguments: [(101, 100), (5_000, 100), (30_000, 2_000), (9, 8), (2_001, 2_000)], [0.0, 0.01])
    func `extremes of every column and every anomaly stay`(size: (Int, Int), share: Double) {
        let (count, most) = size
        let all = points(count, anomalous: share, seed: UInt64(count))
        let kept = Downsampling.places(of: all, most: most)
        #expect(kept.count <= most && kept == kept.sorted() && Set(kept).count == kept.count)
        #expect(kept.first == 0 && kept.last == count - 1)
        let keptSet = Set(kept)
        let anomalous = all.indices.filter { all[$0].isAnomaly }
        guard anomalous.count <= most / 2 else { return }
        #expect(keptSet.isSuperset(of: anomalous))
        // The obvious twin: sort each point into its column, then look for the extremes of each.
        let columns = (most - anomalous.count - 2) / 2
        guard columns > 0 else { return }
        let (first, last) = (all[0].time, all[count - 1].time)
        var byColumn: [Int: [Int]] = [:]
        for place in all.indices {
            let share = Double(all[place].time - first) / (Double(last - first) / Double(columns))
            byColumn[min(Int(share), columns - 1), default: []].append(place)
        }
        for (column, places) in byColumn {
            let values = places.map { all[$0].value }
            let shown = places.filter { keptSet.contains($0) }.map { all[$0].value }
            #expect(shown.min() == values.min() && shown.max() == values.max(), "column \(column)")
        }
    }

    @Test(arguments: [8, 100, 2_000])
    func `even when everything is anomalous there are not too many`(most: Int) {
        let all = points(20_000, anomalous: 0.9, seed: 3)
        let kept = Downsampling.places(of: all, most: most)
        #expect(kept.count <= most && kept.count > most / 4)
        let values = all.map(\.value)
        let shown = kept.map { all[$0].value }
        #expect(shown.min() == values.min() && shown.max() == values.max())
    }
}

@Suite struct HeatStripTests {
    @Test func `a character is the magnitude of the smallest p of its stretch`() {
        // Score bytes are twentieths of a power of ten.
        #expect(HeatStrip.text([0, 19, 20, 39, 60, 255, 180, 253], characters: 8) == "00113.99")
        #expect(HeatStrip.text([0, 45, 255, 255, 20, 255], characters: 3) == "2.1")
        #expect(HeatStrip.text([40, 80], characters: 5) == "...24")
        #expect(HeatStrip.text([], characters: 3) == "...")
    }

    @Test func `only the newest eight points a character count`() {
        let old = [UInt8](repeating: 200, count: 100)
        #expect(HeatStrip.text(old + [UInt8](repeating: 20, count: 32), characters: 4) == "1111")
        #expect(HeatStrip.text(old + [UInt8](repeating: 20, count: 31), characters: 4) == "9111")
    }

    @Test func `what was packed is remembered by its peaks`() {
        var head = SeriesHead()
        for point in 0..<700 {
            head.append(Int64(point), 1)
            head.score(point == 600 ? 100 : point == 300 ? 60 : 1)
        }
        let scores = head.recentScores
        #expect(
            scores.count == 700 && scores[600...].contains(100) && scores[296..<304].allSatisfy { $0 == 60 })
        #expect(head.lastScore == 1)
        let text = HeatStrip.text(scores, characters: 60)
        // Eight packed points may lie in two stretches.
        #expect(
            text.count { $0 == "5" } == 2 && text.count { $0 == "3" } == 2 && text.count { $0 == "0" } == 56)
    }
}

@Suite struct BandTrailTests {
    @Test func `the newest steps are kept in their order`() {
        var trail = BandTrail()
        #expect(trail.entries(in: 0...9).isEmpty)
        for step in 0..<1_500 {
            trail.append(Int64(step), LiveBand(expected: Double(step), lower: -1, upper: 1))
        }
        #expect(trail.count == 1_024)
        let all = trail.entries(in: Int64.min...Int64.max)
        #expect(
            all.map(\.time) == Array(476..<1_500)
                && all.map(\.band.expected) == (476..<1_500).map(Double.init))
        #expect(trail.entries(in: 1_000...1_003).map(\.time) == [1_000, 1_001, 1_002, 1_003])
    }
}

@Suite struct SeriesSearchTests {
    @Test(arguments: [
        ("", true), ("http", true), ("HTTP_Req", true), ("host=web-1", true), ("web-1 http", true),
        ("web-2", false), ("http nothing", false), ("__name__", false), ("zürich", true), ("ZÜRICH", true),
        ("requests_total city", true), ("total=", false),
    ])
    func `all words must occur in name or labels, in any case`(search: String, isFound: Bool) throws {
        let pairs = [("__name__", "http_requests_total"), ("host", "Web-1"), ("city", "Zürich")]
        let labels = try Labels(pairs.map { (name: $0.0, value: $0.1) })
        var search = SeriesSearch(search)
        #expect(search.matches(encoded: labels.encoded.span) == isFound)
    }
}
