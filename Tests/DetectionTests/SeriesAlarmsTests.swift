import TestSupport
import Testing

@testable import Detection

/// What the alarm stream promises of any series.
@Suite struct SeriesAlarmsTests {
    private func strengths(_ values: [Double]) throws -> [Double] { try SeriesAlarms(values).strengths }

    @Test func `an alarm depends on earlier values only`() throws {
        var random = SeededSeries(seed: 1)
        let values = random.holes(in: random.season(800, period: 24), share: 0.05)
        let whole = try strengths(values)
        for cut in [65, 257, 513, 650] {
            #expect(try bits(strengths(Array(values[..<cut]))) == bits(Array(whole[..<cut])), "\(cut)")
        }
    }

    @Test func `what stands still never rings`() throws {
        for value in [0, 1.0 / 3, -1e-300, 1e300] {
            let strengths = try strengths(Array(repeating: value, count: 400))
            #expect(strengths.allSatisfy { $0 == 0 }, "\(value) \(strengths.max() ?? 0)")
        }
        let missing = try strengths(Array(repeating: .nan, count: 300))
        #expect(missing.count == 300 && missing.allSatisfy { $0.isNaN })
        #expect(try strengths([]).isEmpty)
    }

    @Test func `any series has finite alarms below 1`() throws {
        var random = SeededSeries(seed: 2)
        let noise = random.noise(400)
        let shapes: [(String, [Double])] = [
            ("huge", noise.map { $0 * 1e300 }),
            ("both ends", noise.indices.map { $0 % 2 == 0 ? 1.7e308 : -1.7e308 }),
            ("subnormal", noise.map { $0 * 1e-300 * 1e-10 }),
            ("a step", noise.indices.map { $0 < 250 ? 0 : 1e12 }),
            ("one value", noise.indices.map { $0 == 9 ? 1 : .nan }),
        ]
        for (name, values) in shapes {
            let strengths = try strengths(values)
            let isFine = zip(strengths, values).allSatisfy { $0.isNaN ? $1.isNaN : $0 >= 0 && $0 < 1 }
            #expect(isFine, "\(name)")
        }
    }

    @Test func `missing values are not judged and hardly disturb`() throws {
        var random = SeededSeries(seed: 3)
        var values = random.season(700, period: 24)
        values[600] += 60
        let whole = try SeriesAlarms(values)
        for step in stride(from: 310, to: 590, by: 7) { values[step] = .nan }
        let holed = try SeriesAlarms(values)
        #expect(zip(holed.strengths, values).allSatisfy { $0.isNaN == $1.isNaN })
        #expect(whole.places.contains(600) && holed.places.contains(600))
    }

    @Test(arguments: ["white", "autoregressive", "seasonal"], [(1, 4), (12, 8)] as [(Int, UInt64)])
    func `a planted incident rings once, not ten times`(name: String, plan: (steps: Int, seed: UInt64)) throws
    {
        let family = try #require(Family(rawValue: name))
        var values = family.values(650, seed: plan.seed)
        for step in 600..<600 + plan.steps { values[step] += 40 }
        var ranking = SeriesAlarms.Ranking()
        let alarms = values.map { ranking.push($0) }
        let rung = (600..<650).filter { alarms[$0].score >= SeriesAlarms.threshold }
        #expect(rung.first == 600 && rung.count <= 2, "\(rung)")
        let loud = alarms[600...].count { $0.raw >= Alarm.threshold }
        #expect(plan.steps == 1 || loud >= 6, "\(loud) values would ring without the pause")
    }

    @Test func `the form of the stream has room for every season`() {
        for period in DominantPeriod.range {
            #expect(EvidenceBank<612, 96, 512, Float>(period: period).period == period)
        }
    }

    @Test func `a state goes on from its bytes`() {
        var random = SeededSeries(seed: 5)
        let values = random.season(500, period: 24)
        var ranking = SeriesAlarms.Ranking()
        for value in values.prefix(400) { _ = ranking.push(value) }
        let bytes = withUnsafeBytes(of: ranking) { Array($0) }
        var again = bytes.withUnsafeBytes { $0.loadUnaligned(as: SeriesAlarms.Ranking.self) }
        for value in values.dropFirst(400) { #expect(ranking.push(value) == again.push(value)) }
        #expect(bytes.count == SeriesAlarms.stateBytes && bytes.count < 17_000)
    }
}
