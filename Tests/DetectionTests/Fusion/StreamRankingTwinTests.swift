import Foundation
import TestSupport
import Testing

@testable import Detection

/// Each fast trick of the light tier against its obvious form.
@Suite struct StreamRankingTwinTests {
    /// Scales a strength in one of the eight places, then counts it.
    private func push(_ strength: Double, to scale: inout HalfOctaveScale, step: Int) -> Double {
        let place = step % 8
        var (strengths, units) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        strengths[place] = Float(strength)
        units[place] = scale.inverseUnit(floor: 0.02)
        scale.count(strength, floor: 0.02, step: step)
        return Double(HalfOctaveScale.scaled(strengths, by: units)[place])
    }

    @Test(arguments: [(24, 0.5, 0), (97, 2.0, 0), (97, 2.0, 77), (290, 1.0, 0), (290, 1.0, 127)])
    func `ranks are those of the obvious form`(period: Int, noise: Double, delay: Int) {
        var random = SeededSeries(seed: UInt64(period))
        var values = random.season(1_400, period: period, noise: noise)
        for step in 900..<930 { values[step] += 12 }
        for step in 1_100..<1_120 { values[step] = values[1_100] }
        var ranking = StreamRanking(delay: delay)
        let fast = values.map { ranking.push($0) ?? .nan }
        if delay == 0 { #expect(fast.dropFirst(64) == StreamRanking.ranks(of: values).dropFirst(64)) }
        let slow = StreamRankingTwin(values, delay: delay).ranks()
        let worst = fast.indices.dropFirst(64).map { abs(fast[$0] - slow[$0]) }.max() ?? .infinity
        #expect(worst < 1e-4, "\(worst)")
    }

    @Test func `logarithms are right to nine digits`() {
        var random = SeededSeries(seed: 7)
        var worst = 0.0
        for _ in 0..<20_000 {
            let value = exp2(2_040 * random.uniform() - 1_020)
            worst = max(worst, abs(FastLogarithm.of(value) - log(value)))
            let near = 1 + 12 * random.uniform()
            worst = max(worst, abs(FastLogarithm.of(near) - log(near)))
        }
        for edge in [
            Double.leastNormalMagnitude, 1, 0.5.squareRoot(), 2.0.squareRoot(), .greatestFiniteMagnitude,
        ] {
            worst = max(worst, abs(FastLogarithm.of(edge) - log(edge)))
        }
        #expect(worst < 1e-9, "\(worst)")
        #expect(FastLogarithm.of(1) == 0)
    }

    @Test func `eight logarithms at once are right to six digits`() {
        var random = SeededSeries(seed: 7)
        var worst = 0.0
        for _ in 0..<20_000 {
            var values = SIMD8<Float>(repeating: 1)
            for i in 0..<8 { values[i] = Float(exp(8 * random.uniform())) }
            let logarithms = FastLogarithm.of(values)
            for i in 0..<8 { worst = max(worst, abs(Double(logarithms[i]) - log(Double(values[i])))) }
        }
        #expect(worst < 1e-6, "\(worst)")
        let largest = FastLogarithm.of(SIMD8(repeating: .greatestFiniteMagnitude))
        #expect(abs(largest[7] - 88.72284) < 1e-5)
        #expect(FastLogarithm.of(SIMD8(repeating: 1)) == .zero)
    }

    @Test func `bins are those of the logarithm`() {
        var random = SeededSeries(seed: 8)
        for _ in 0..<20_000 {
            let strength = exp2(30 * random.uniform() - 15)
            #expect(HalfOctaveScale.bin(of: strength) == HalfOctaveTwin.bin(of: strength), "\(strength)")
        }
        for (strength, bin) in [
            (0.0, 0), (.leastNonzeroMagnitude, 0), (0x1p-10, 0), (0x1.8p-10, 1), (1, 20), (1.5, 21),
            (1_023, 39),
            (1_024, 39), (.greatestFiniteMagnitude, 39),
        ] {
            #expect(HalfOctaveScale.bin(of: strength) == bin, "\(strength)")
        }
    }

    @Test func `a scale follows the percentile for ever`() {
        var random = SeededSeries(seed: 9)
        var scale = HalfOctaveScale()
        var twin = HalfOctaveTwin()
        var last = 0.0
        for step in 0..<90_000 {
            let strength = abs(random.normal())
            twin.count(strength)
            last = push(strength, to: &scale, step: step)
            let usual = step % 16 == 0 ? twin.percentile() : 0
            // Counts are halved past 65,535 in a bin: from there on the percentile is of a part of them.
            guard step % 16 == 0, step > 200 else { continue }
            var copy = scale
            let ofTen = push(10, to: &copy, step: 1_001)
            #expect(abs(ofTen - log(1 + 10 / usual)) < 0.02)
        }
        #expect(last >= 0)
    }

    @Test func `the percentile is found again wherever strengths go`() {
        var random = SeededSeries(seed: 12)
        var scale = HalfOctaveScale()
        var twin = HalfOctaveTwin()
        for step in 0..<30_000 {
            // Up and down by whole octaves, the longer the wider.
            let size = exp2(Double(step / 2_000) * cos(Double(step) / 700))
            let strength = abs(random.normal()) * size
            twin.count(strength)
            _ = push(strength, to: &scale, step: 1)
            guard step % 37 == 0 else { continue }
            var copy = scale
            let ofTen = push(10, to: &copy, step: 1_001)
            #expect(abs(ofTen - log(1 + 10 / max(twin.percentile(), 0.02))) < 1e-6, "step \(step)")
        }
    }

    @Test func `a full bin forgets half of all`() {
        var scale = HalfOctaveScale()
        for step in 0..<200_000 { _ = push(1, to: &scale, step: step) }
        var copy = scale
        #expect(abs(push(1.45, to: &copy, step: 1) - log(2)) < 0.02)
        for step in 0..<20_000 { _ = push(8, to: &scale, step: step) }
        #expect(push(8, to: &scale, step: 1) < 1)
    }

    @Test func `halves are those of the processor`() {
        for pattern in UInt16.min...UInt16.max {
            let half = Float16(bitPattern: pattern)
            guard half.isNormal || half.isZero else { continue }
            #expect(HalfValues.single(pattern) == Float(half))
            guard pattern != 0x8000 else { continue }
            #expect(HalfValues.half(Double(half)) == pattern)
        }
        var random = SeededSeries(seed: 10)
        for _ in 0..<20_000 {
            let value = (random.uniform() - 0.5) * exp2(28 * random.uniform() - 13)
            let kept = Double(HalfValues.single(HalfValues.half(value)))
            let least = abs(value) < 0x1p-14 ? 0x1p-14 : abs(value) / 2_048
            #expect(abs(kept - value) <= least, "\(value)")
        }
        #expect(HalfValues.single(HalfValues.half(1e9)) == 65_504 && HalfValues.half(-1e-9) == 0)
    }

    @Test func `remembered values are the last ones`() {
        var random = SeededSeries(seed: 11)
        var ring = HalfValues()
        let held = random.noise(64)
        for (place, number) in held.enumerated() { ring.hold(number, at: place) }
        for (place, number) in held.enumerated() { #expect(ring.held(at: place) == number) }
        let values = random.noise(1_500)
        for (step, value) in values.enumerated() {
            ring.append(value)
            for lag in [0, 1, 300, 611] where lag <= step {
                #expect(ring[lag] == Double(HalfValues.single(HalfValues.half(values[step - lag]))))
            }
        }
    }
}
