import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite struct ModelParametersTests {
    private static let names = ForecasterCatalog.entries.map(\.name)

    private func parameters(_ method: String = "ridge", series: Int = 3) throws -> ModelParameters {
        try #require(Made.train(method, Made.seasons(series, points: 120)).parameters)
    }

    @Test(arguments: names + ["auto"])
    func `parameters come back from their bytes`(method: String) throws {
        let stored = try parameters(method)
        let again = try ModelParameters(bytes: stored.bytes)
        #expect(again.bytes == stored.bytes)
        #expect(again.series.count == 3)
        for (a, b) in zip(again.series, stored.series) {
            #expect(a.labels == b.labels && a.method == b.method && a.season == b.season)
            #expect(a.lastTime == b.lastTime && a.step == b.step)
            #expect(bits(a.residuals) == bits(b.residuals))
            #expect(bits(a.model.mean(steps: 60)) == bits(b.model.mean(steps: 60)))
        }
    }

    @Test(arguments: [Step.fixed(milliseconds: 1), .days(1), .months(3)])
    func `every kind of step and any bytes as labels are kept`(step: Step) throws {
        let model = try SeasonalNaive(period: 1).fit(Series(values: [1]))
        let labels: [[UInt8]] = [[], [0xFF, 0, 0xC3], [0xFF]]
        let stored = ModelParameters(
            labels.map { labels in
                TrainedSeries(
                    labels: labels, method: "seasonal-naive", season: [], model: model,
                    lastTime: Timestamp(milliseconds: -1), step: step, residuals: [])
            })
        let again = try ModelParameters(bytes: stored.bytes)
        #expect(again.series.map(\.labels) == [[], [0xFF], [0xFF, 0, 0xC3]])
        #expect(again.series.allSatisfy { $0.step == step && $0.lastTime.milliseconds == -1 })
        for each in labels { #expect(again[each]?.labels == each) }
        #expect(again[[1]] == nil)
    }

    @Test func `no series are parameters too`() throws {
        #expect(try ModelParameters(bytes: ModelParameters([]).bytes).series.isEmpty)
    }

    @Test(arguments: names)
    func `damaged bytes are refused or give parameters that work`(method: String) throws {
        let whole = try parameters(method, series: 2).bytes
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var bytes = whole
            if seed % 2 == 0 {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            } else {
                let end = seed % 4 == 1 ? bytes.count : min(bytes.count, 200)
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    bytes[Int.random(in: 0..<end, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
            }
            guard let damaged = try? ModelParameters(bytes: bytes) else { continue }
            #expect(seed % 2 == 1, "truncated bytes of seed \(seed) were read")
            for series in damaged.series {
                #expect(series.model.mean(steps: 5).count == 5, "seed \(seed)")
                var walk = ChampionWalk(series, on: Made.grid, before: 60)
                _ = walk?.means(at: 60, after: [Double](repeating: 1, count: 60), steps: 3)
            }
        }
    }

    @Test func `unknown versions, other orders and a tail are refused`() throws {
        let stored = try parameters()
        var bytes = stored.bytes
        bytes[0] = 9
        #expect(throws: BinaryFormatError.unknownVersion(9, of: "model parameters")) {
            try ModelParameters(bytes: bytes)
        }
        #expect(throws: BinaryFormatError.self) { try ModelParameters(bytes: stored.bytes + [0]) }
        var writer = BinaryWriter()
        writer.write(1)
        writer.write(2)
        for series in stored.series.prefix(2).reversed() { series.write(to: &writer) }
        #expect(throws: BinaryFormatError.self) { try ModelParameters(bytes: writer.bytes) }
    }
}
