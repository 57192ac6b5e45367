import Foundation
import Numerics
import TestSupport
import Testing

@testable import Detection

/// What the light tier asks for at every value, in closed form, against the general form.
@Suite struct SmallSampleTests {
    @Test func `six degrees of freedom have the tail of Student's t`() {
        let student = StudentT(degreesOfFreedom: 6)
        var strengths = stride(from: -40.0, through: 40, by: 0.37).map { $0 }
        strengths += [0, 1e-300, 1e-9, 1e3, 1e9, 1e40]
        for strength in strengths {
            let (fast, slow) = (SmallSample.pValue(of: strength, count: 30), 2 * student.tail(strength))
            #expect(abs(fast - slow) <= 1e-12 * slow, "\(strength): \(fast), \(slow)")
        }
    }

    @Test func `the published points of six degrees of freedom`() {
        // Abramowitz & Stegun, table 26.10: the t, to three decimals, that is exceeded in either direction with these.
        for (t, probability) in [(1.943, 0.1), (2.447, 0.05), (3.707, 0.01), (5.959, 0.001)] {
            #expect(abs(SmallSample.pValue(of: t, count: 8) - probability) < 7e-4 * probability)
        }
    }

    @Test func `few values leave fewer degrees, and what has no square no tail`() {
        for count in 1...7 {
            let student = StudentT(degreesOfFreedom: Double(max(count - 2, 1)))
            #expect(SmallSample.pValue(of: 3, count: Double(count)) == 2 * student.tail(3))
        }
        #expect(SmallSample.pValue(of: 1e200, count: 50) == 0)
        #expect(SmallSample.pValue(of: .infinity, count: 50) == 0)
        #expect(SmallSample.pValue(of: -1e200, count: 50) == 2)
        #expect(SmallSample.pValue(of: .nan, count: 50).isNaN)
    }

    @Test func `the bin of a strength is four times its logarithm`() {
        var random = SeededSeries(seed: 4)
        for _ in 0..<50_000 {
            let strength = exp2(40 * random.uniform() - 20)
            let place = min(max((4 * log2(strength)).rounded(.down) + 56, 0), Double(Strengths.bins - 1))
            #expect(Strengths.bin(of: strength) == Int(place), "\(strength)")
        }
        for octave in -14..<10 {
            #expect(Strengths.bin(of: exp2(Double(octave))) == 4 * (octave + 14))
            #expect(Strengths.bin(of: exp2(Double(octave)).nextDown) == max(4 * (octave + 14) - 1, 0))
        }
        #expect(Strengths.bin(of: 0) == 0 && Strengths.bin(of: .leastNonzeroMagnitude) == 0)
        #expect(Strengths.bin(of: .infinity) == 95 && Strengths.bin(of: .nan) == 0)
    }
}
