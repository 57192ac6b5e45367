import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Detection

@Suite struct ScoreInvariantTests {
    private static let modes: [DetectionMode] = [.causal, .delayed, .batch]

    /// A series with everything: season, holes, spikes, a shift, a burst.
    private static func eventful(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        var values = random.season(count, period: 24)
        for _ in 0..<max(count / 100, 1) {
            values[Int(random.uniform() * Double(count))] += 60 * random.normal()
        }
        for step in (count / 2)..<count { values[step] += 15 }
        for step in (3 * count / 4)..<min(3 * count / 4 + 30, count) { values[step] += 12 * random.normal() }
        return random.holes(in: values, share: 0.03)
    }

    @Test(arguments: modes, [1e-1, 1e-2, 1e-3, 7e-4, 1e-5, 1e-9])
    func `score, p-value, flag and bounds say the same`(mode: DetectionMode, alpha: Double) throws {
        for (seed, count) in [(1, 60), (2, 300), (3, 900)] as [(UInt64, Int)] {
            for values in [Self.eventful(count, seed: seed), Family.rareSteps.values(count, seed: seed)] {
                let scores = try scores(of: values, mode, alpha: alpha)
                for (step, value) in values.enumerated() {
                    let at = "seed \(seed), step \(step) of \(count)"
                    let isScored = scores.score[step].isFinite
                    #expect(isScored == scores.pValue[step].isFinite, "\(at)")
                    let isRanked = mode == .batch ? value.isFinite : isScored
                    #expect(isRanked == scores.rankScore[step].isFinite, "\(at)")
                    guard isScored else {
                        #expect(!scores.isAnomaly[step], "\(at)")
                        continue
                    }
                    let p = scores.pValue[step]
                    #expect(p >= 1e-12 && p <= 1, "\(at): \(p)")
                    #expect((scores.score[step] > 1) == (p < alpha), "\(at): \(scores.score[step]), \(p)")
                    #expect(scores.isAnomaly[step] == (p < alpha), "\(at)")
                    #expect(value.isFinite && scores.rankScore[step] >= 0, "\(at)")
                    let range = scores.lower[step]...scores.upper[step]
                    #expect(range.contains(scores.expected[step]), "\(at)")
                    if !range.contains(value) { #expect(scores.isAnomaly[step], "\(at): \(value), \(range)") }
                }
            }
        }
    }

    @Test(arguments: modes)
    func `a missing value has an expectation and no score`(mode: DetectionMode) throws {
        var random = SeededSeries(seed: 4)
        var values = random.season(400, period: 24)
        let holes = [100, 200, 201, 202, 399]
        for step in holes { values[step] = .nan }
        let scores = try scores(of: values, mode)
        for step in holes {
            #expect(scores.score[step].isNaN && scores.pValue[step].isNaN && !scores.isAnomaly[step])
            #expect(scores.expected[step].isFinite && scores.lower[step] < scores.upper[step])
        }
        #expect(scores.score[scores.warmUp...].count { $0.isFinite } == 400 - scores.warmUp - holes.count)
    }

    @Test(arguments: [24, 25, 40, 100, 101, 250, 399, 511])
    func `causal scores of a beginning are the beginning of the scores`(cut: Int) throws {
        for seed in 0..<2 as Range<UInt64> {
            let values = Self.eventful(512, seed: seed)
            let whole = try scores(of: values, .causal)
            let part = try scores(of: Array(values[..<cut]), .causal)
            for path in [\Scores.expected, \.lower, \.upper, \.score, \.pValue, \.rankScore] {
                #expect(
                    bits(part[keyPath: path]) == bits(Array(whole[keyPath: path][..<cut])), "seed \(seed)")
            }
            #expect(part.isAnomaly == Array(whole.isAnomaly[..<cut]))
        }
    }

    @Test func `delayed scores are causal ones with a later ranking`() throws {
        let values = Self.eventful(600, seed: 5)
        let causal = try scores(of: values, .causal)
        let delayed = try scores(of: values, .delayed)
        let batch = try scores(of: values, .batch)
        #expect(bits(delayed.pValue) == bits(causal.pValue))
        #expect(bits(delayed.score) == bits(causal.score))
        #expect(delayed.delay >= 1 && delayed.mode == .delayed)
        #expect(bits(delayed.rankScore) != bits(causal.rankScore))
        #expect(bits(batch.pValue) != bits(causal.pValue))
    }

    @Test(arguments: [DetectionMode.causal, .batch])
    func `the unit of a series does not matter`(mode: DetectionMode) throws {
        for family in [Family.white, .seasonal, .poisson] {
            // Whole counts have a unit of their own.
            var values = family.values(400, seed: 6).map { family == .poisson ? $0 + 0.5 : $0 }
            for step in 300..<400 { values[step] += 2 }
            let plain = try scores(of: values, mode)
            for scale in [0x1p-40, 0x1p-8, 0x1p20, 0x1p60] {
                let scaled = try scores(of: values.map { $0 * scale }, mode)
                for step in values.indices where plain.pValue[step].isFinite {
                    let distance = abs(log(scaled.pValue[step]) - log(plain.pValue[step]))
                    #expect(distance <= 1e-6, "\(family.rawValue) × \(scale), step \(step)")
                }
            }
        }
    }

    /// Whole counts begin at 0, and five of 0.2 are not 69 of 64.2: these are halves, which are no counts.
    @Test(arguments: [DetectionMode.causal, .batch])
    func `the origin of a series hardly matters`(mode: DetectionMode) throws {
        for family in [Family.white, .poisson] {
            let values = family.values(400, seed: 6).map { ($0 * 1024).rounded() / 2048 }
            let plain = try scores(of: values, mode)
            for shift in [64.0, -1024, 65536] {
                let shifted = try scores(of: values.map { $0 + shift }, mode)
                #expect(shifted.isAnomaly == plain.isAnomaly, "\(family.rawValue) + \(shift)")
                for step in values.indices where plain.pValue[step].isFinite {
                    let distance = abs(log(shifted.pValue[step]) - log(plain.pValue[step]))
                    #expect(distance <= 0.05, "\(family.rawValue) + \(shift), step \(step): \(distance)")
                }
            }
        }
    }

    @Test func `the first values may be known to be normal`() throws {
        let values = Family.white.values(300, seed: 7)
        let scores = try scores(of: values, .causal, trainingCount: 150)
        #expect(scores.warmUp == 150)
        #expect(
            scores.score[..<150].allSatisfy { $0.isNaN } && scores.score[150...].allSatisfy { $0.isFinite })
    }

    @Test(arguments: modes)
    func `short and empty series are answered without a trap`(mode: DetectionMode) throws {
        for count in 0..<40 {
            var random = SeededSeries(seed: UInt64(count))
            for values in [random.noise(count), random.holes(in: random.noise(count), share: 0.8)] {
                if let scores = try? scores(of: values, mode) { #expect(scores.score.count == count) }
                let nothing = [Double](repeating: .nan, count: count)
                #expect(throws: (any Error).self) { try scores(of: nothing, mode) }
            }
        }
    }

}
