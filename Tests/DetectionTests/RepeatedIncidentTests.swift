import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct RepeatedIncidentTests {
    private static let day = 288

    private func usual(_ step: Int) -> Double {
        50 + 5 * sin(2 * Double.pi * Double(step % Self.day) / Double(Self.day))
    }

    /// Two hours at five minutes.
    private func incident(_ kind: String, at start: Int) -> [Double] {
        (0..<24).map { place in
            let usual = usual(start + place)
            return switch kind {
            case "shift": usual + 12
            case "spike": usual + (place < 3 ? 20 : 0)
            case "dip": usual - 15
            default: usual + 20 * Double(place + 1) / 24
            }
        }
    }

    private struct Case: CustomTestStringConvertible {
        let kind: String
        let method: String
        /// How far the second score is from the first, and from that of a second incident without a first.
        let mostChange: Double
        let mostTaught: Double

        var testDescription: String { "\(kind), \(method)" }
    }

    private static let cases = [
        Case(kind: "shift", method: "auto", mostChange: 0.11, mostTaught: 0.005),
        Case(kind: "spike", method: "auto", mostChange: 0.2, mostTaught: 0.005),
        Case(kind: "dip", method: "auto", mostChange: 0.12, mostTaught: 0.005),
        Case(kind: "ramp", method: "auto", mostChange: 0.12, mostTaught: 0.005),
        Case(kind: "shift", method: "seasonal-naive", mostChange: 0.06, mostTaught: 0.14),
        Case(kind: "spike", method: "seasonal-naive", mostChange: 0.11, mostTaught: 0.09),
        Case(kind: "dip", method: "seasonal-naive", mostChange: 0.1, mostTaught: 0.11),
        Case(kind: "ramp", method: "seasonal-naive", mostChange: 0.32, mostTaught: 0.32),
    ]

    @Test(arguments: cases)
    private func `an incident repeated five days later is found again, and does not become usual`(
        _ tried: Case
    ) throws {
        let kind = tried.kind
        let day = Self.day
        var worst = (change: 0.0, taught: 0.0)
        var mean = (change: 0.0, taught: 0.0)
        for seed in 0..<10 as Range<UInt64> {
            var random = SeededSeries(seed: 40 + seed)
            let values = random.noise(26 * day).enumerated().map { usual($0) + $1 }
            let history = 20 * day
            var stream = try JudgedModel(
                Array(values.prefix(history)), method: tried.method, period: day,
                threshold: 2.0 / 2_016, hold: day)
            _ = stream.take(values[history..<(history + 50)])
            var quiet = stream
            let first = stream.take(incident(kind, at: history + 50)).max() ?? 0
            _ = quiet.take(values[(history + 50)..<(history + 74)])
            let between = values[(history + 74)..<(history + 50 + 5 * day)]
            _ = stream.take(between)
            _ = quiet.take(between)
            let second = stream.take(incident(kind, at: history + 50 + 5 * day)).max() ?? 0
            let only = quiet.take(incident(kind, at: history + 50 + 5 * day)).max() ?? 0
            #expect(first > 1 && second > 1)
            mean.change += (second / first - 1) / 10
            mean.taught += (second / only - 1) / 10
            worst.change = max(worst.change, abs(second / first - 1))
            worst.taught = max(worst.taught, abs(second / only - 1))
        }
        print("repeated \(tried.testDescription): on average \(mean), at worst \(worst)")
        // The quiet days between refit the tail, which moves what it says far beyond everything seen.
        #expect(abs(mean.change) <= 0.1 && abs(mean.taught) <= 0.1, "\(tried.testDescription): \(mean)")
        #expect(
            worst.change <= tried.mostChange && worst.taught <= tried.mostTaught,
            "\(tried.testDescription): \(worst)")
    }
}
