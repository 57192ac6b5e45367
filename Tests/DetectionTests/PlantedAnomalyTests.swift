import TestSupport
import Testing

@testable import Detection

@Suite struct PlantedAnomalyTests {
    enum Plant: String, CaseIterable, Sendable {
        case spike, dip, levelShift, varianceBurst, frozen

        /// Changes `values` from step 450 on.
        func apply(to values: [Double], _ random: inout SeededSeries) -> [Double] {
            values.enumerated().map { step, value in
                switch self {
                case .spike: step == 450 ? value + 10 : value
                case .dip: step == 450 ? value - 10 : value
                case .levelShift: step >= 450 ? value + 10 : value
                case .varianceBurst: (450..<480).contains(step) ? 10 * value : value
                case .frozen: (450..<550).contains(step) ? values[450] : value
                }
            }
        }

        /// The share of a hundred that must be found: a frozen value is a usual one and a burst is made of
        /// many usual ones, so the evidence against them is weaker.
        var recall: Int {
            switch self {
            case .spike, .dip, .levelShift: 95
            case .varianceBurst, .frozen: 80
            }
        }

        /// Where a flag counts as found.
        var window: Range<Int> {
            switch self {
            case .spike, .dip: 450..<451
            case .levelShift: 450..<453
            case .varianceBurst: 450..<480
            case .frozen: 450..<570
            }
        }
    }

    @Test(arguments: Plant.allCases, [DetectionMode.causal, .batch])
    func `a change of ten standard deviations is found`(plant: Plant, mode: DetectionMode) throws {
        let trials = 20
        var found = 0
        for seed in 0..<UInt64(trials) {
            var random = SeededSeries(seed: 700 + seed)
            let values = plant.apply(to: random.noise(600), &random)
            let scores = try scores(of: values, mode)
            if plant.window.contains(where: { scores.isAnomaly[$0] }) { found += 1 }
        }
        print("recall \(plant.rawValue) \(mode.rawValue): \(found) of \(trials)")
        #expect(found * 100 >= trials * plant.recall)
    }

    @Test(arguments: [DetectionMode.causal, .batch])
    func `spikes in seasonal and dependent series are found`(mode: DetectionMode) throws {
        for family in [Family.seasonal, .autoregressive, .poisson] {
            var found = 0
            for seed in 0..<10 as Range<UInt64> {
                var values = family.values(600, seed: 900 + seed)
                values[450] += family == .poisson ? 30 : 12
                if try scores(of: values, mode).isAnomaly[450] { found += 1 }
            }
            print("recall spike in \(family.rawValue) \(mode.rawValue): \(found) of 10")
            #expect(found >= 9, "\(family.rawValue)")
        }
    }

    @Test(arguments: [DetectionMode.causal, .batch, .delayed])
    func `a step of a constant series is flagged`(mode: DetectionMode) throws {
        for level in [0.0, 5, -3e6, 1e-7] {
            var values = [Double](repeating: level, count: 200)
            for step in 150..<200 { values[step] = level == 0 ? 1 : 1.5 * level }
            let scores = try scores(of: values, mode)
            #expect(scores.isAnomaly[150], "\(level)")
            #expect(!scores.isAnomaly[..<150].contains(true), "\(level)")
        }
    }

    @Test(arguments: [10, 15, 25])
    func `one huge spike in thirty values is flagged`(place: Int) throws {
        for seed in 0..<10 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            var values = random.noise(30)
            values[place] += 60
            let scores = try scores(of: values, .batch)
            #expect(scores.isAnomaly[place], "seed \(seed)")
            #expect(scores.isAnomaly.count { $0 } <= 2, "seed \(seed)")
        }
    }
}
