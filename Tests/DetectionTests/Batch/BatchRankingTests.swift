import Forecasting
import TestSupport
import Testing

@testable import Detection

@Suite struct BatchRankingTests {
    /// What is odd about a series from step 200 on.
    enum Plant: String, CaseIterable, Sendable {
        case spike, discord, frozen, burst, shift

        var steps: Range<Int> {
            switch self {
            case .spike: 200..<201
            case .discord, .frozen, .burst, .shift: 200..<230
            }
        }

        /// A season of 24 steps with a little noise and the oddity.
        func values(_ random: inout SeededSeries) -> [Double] {
            let usual = random.season(400, period: 24, noise: 0.5)
            return usual.enumerated().map { step, value in
                guard steps.contains(step) else { return value }
                return switch self {
                case .spike: value + 15
                case .discord: 100 - usual[step - 3]
                case .frozen: usual[200]
                case .burst: value + 12 * random.normal()
                case .shift: value + 15
                }
            }
        }
    }

    @Test(arguments: Plant.allCases)
    func `what is planted has the highest score`(plant: Plant) throws {
        var random = SeededSeries(seed: 11)
        let z = StandardSeries(plant.values(&random)).values
        let period = BatchBank.period(of: z)
        let rows = try BatchBank.rows(of: z, period: period, progress: .ignored)
        for network in [nil, FusionNetwork.batch] {
            let scores = BatchFusion(network: network).scores(of: rows, period: period)
            let top = try #require(scores.indices.max { scores[$0] < scores[$1] })
            // Windows of a season reach half a season beyond what they contain.
            let found = plant.steps.lowerBound - 12..<plant.steps.upperBound + 12
            #expect(found.contains(top), "\(plant): \(top)")
        }
    }

    @Test func `series of any length have finite scores`() throws {
        let network = FusionNetwork.batch
        var random = SeededSeries(seed: 12)
        for count in Array(0...16) + [23, 31, 32, 33, 50] {
            for values in [random.noise(count), random.poisson(count, mean: 0.3)] {
                let scores = try BatchRanking(network: network).scores(of: values)
                #expect(scores.count == count)
                #expect(scores.allSatisfy { $0.isFinite }, "\(count)")
            }
        }
    }

    @Test(arguments: [0, 1, -3.5, 1e300])
    func `a series that holds still has no anomaly`(value: Double) throws {
        let scores = try BatchRanking().scores(of: [Double](repeating: value, count: 100))
        #expect(scores == [Double](repeating: 0, count: 100))
    }

    @Test(arguments: Family.allCases)
    func `every row is finite and at least 0`(family: Family) throws {
        let z = StandardSeries(family.values(150, seed: 13)).values
        let rows = try BatchBank.rows(of: z, period: BatchBank.period(of: z), progress: .ignored)
        #expect(rows.count == 28 && BatchBank.names.count == 28)
        for (name, row) in zip(BatchBank.names, rows) {
            #expect(row.count == z.count, "\(name)")
            #expect(row.allSatisfy { $0.isFinite && $0 >= 0 }, "\(name) of \(family)")
        }
    }

    @Test func `scores follow neither the unit nor the level of a series`() throws {
        var random = SeededSeries(seed: 14)
        let values = Array(Plant.burst.values(&random)[100..<250])
        let scores = try BatchRanking().scores(of: values)
        // Powers of two round nothing.
        #expect(bits(try BatchRanking().scores(of: values.map { $0 * 0x1p300 })) == bits(scores))
        for moved in [values.map { 3 * $0 }, values.map { 0.1 * $0 + 1000 }] {
            for (a, b) in zip(try BatchRanking().scores(of: moved), scores) { #expect(abs(a - b) < 1e-4) }
        }
    }

    @Test func `the same values have the same scores`() throws {
        let values = Family.seasonal.values(120, seed: 15)
        let ranking = BatchRanking(network: .batch)
        #expect(bits(try ranking.scores(of: values)) == bits(try ranking.scores(of: values)))
    }

    @Test func `missing values are bridged and have no score`() throws {
        var random = SeededSeries(seed: 16)
        var values = Plant.spike.values(&random)
        for step in [0, 1, 50, 51, 52, 300, 399] { values[step] = .nan }
        values[350] = .infinity
        let scores = try BatchRanking().scores(of: values)
        for (step, value) in values.enumerated() { #expect(scores[step].isFinite == value.isFinite) }
        let present = scores.indices.filter { scores[$0].isFinite }
        #expect(present.max { scores[$0] < scores[$1] } == 200)
        #expect(try BatchRanking().scores(of: [.nan, .nan]).allSatisfy { $0.isNaN })
    }

    @Test func `gaps are straight lines between their neighbours`() {
        let series = StandardSeries([.nan, 1, .nan, .nan, 4, .nan])
        #expect(series.isPresent == [false, true, false, false, true, false])
        let straight = StandardSeries([1, 1, 2, 3, 4, 4])
        for (a, b) in zip(series.values, straight.values) { #expect(abs(a - b) < 1e-12) }
    }

    @Test func `scores that nobody wants any more are not made`() {
        #expect(throws: ForecastError.cancelled) {
            try BatchRanking().scores(
                of: (0..<300).map { Double($0 % 24) }, progress: FitProgress(while: { false }))
        }
    }
}
