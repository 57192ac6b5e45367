import Foundation
import TestSupport
import Testing

@testable import Detection

/// The tail evidence against its definition, computed anew from all strengths for every one.
@Suite struct TailEvidenceTests {
    /// −ln p of the last strength by those before it.
    private func slow(_ strengths: [Double]) -> Double {
        let before = strengths.dropLast()
        guard before.count >= 150, let strength = strengths.last else { return 0 }
        let total = Double(before.count)
        let largest = before.sorted().suffix(64)
        guard let threshold = largest.first, strength > threshold else {
            func bin(_ x: Double) -> Double { x > 0 ? min(max(floor(4 * log2(x)) + 56, 0), 95) : 0 }
            let above = before.count { bin($0) > bin(strength) }
            let own = before.count { bin($0) == bin(strength) }
            return -log((Double(above) + Double(own) / 2 + 1) / (total + 1))
        }
        let rank = largest.count { $0 >= strength }
        let empirical = Double(rank + 1) / (total + 1)
        guard rank < 10 else { return -log(empirical) }
        let excess = largest.dropFirst().map { $0 - threshold }
        let mean = excess.reduce(0, +) / 63
        let variance = excess.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 62
        var beyond = 1.0 / 64
        if mean > 0 {
            let shape = min(max(0.5 * (1 - mean * mean / variance), -0.5), 0.45)
            let base = 1 + shape * (strength - threshold) / (mean * (1 - shape))
            beyond = base > 0 ? pow(base, -1 / shape) : 0
        }
        let tail = max(64 / total * beyond, 1e-12)
        return -log(max(pow(empirical, Double(rank) / 10) * pow(tail, 1 - Double(rank) / 10), 1e-12))
    }

    @Test(arguments: ["noise", "heavy", "counts", "rising"])
    func `evidence is that of the definition`(kind: String) {
        var random = SeededSeries(seed: 1)
        var strengths = (kind == "heavy" ? random.studentT3(700) : random.noise(700)).map { abs($0) }
        if kind == "counts" { strengths = strengths.map { $0.rounded() } }
        if kind == "rising" { strengths = strengths.enumerated().map { Double($0) / 100 + $1 } }
        var tail = TailEvidence<Double>()
        for end in 1...strengths.count {
            let got = tail.push(strengths[end - 1])
            let want = slow(Array(strengths.prefix(end)))
            #expect(abs(got - want) < 1e-9 * max(1, want), "\(kind) \(end): \(got) for \(want)")
        }
    }

    /// With the Float tail the same strength may tie where it did not; a rank more or less is 1 of 20,000.
    @Test func `evidence exceeds x about as often as e to the minus x`() {
        var random = SeededSeries(seed: 2)
        var tail = TailEvidence<Float>()
        let evidence = random.noise(20_000).map { tail.push(abs($0)) }.dropFirst(1_000)
        for level in [0.5, 1, 2, 3, 5, 7] {
            let ratio = Double(evidence.count { $0 > level }) / Double(evidence.count) / exp(-level)
            #expect(ratio > 0.5 && ratio < 1.6, "\(level): \(ratio)")
        }
    }

    @Test func `counts are halved before they are full, and say the same`() {
        var random = SeededSeries(seed: 3)
        var tail = TailEvidence<Float>()
        var evidence: [Double] = []
        // More than half of all in one bin.
        for value in random.noise(140_000) {
            evidence.append(tail.push(abs(value) < 0.8 ? 1 : 1 + abs(value)))
        }
        let early = evidence[20_000..<60_000].reduce(0, +) / 40_000
        let late = evidence[100_000...].reduce(0, +) / 40_000
        #expect(tail.count == 140_000 && abs(early - late) < 0.03, "\(early), \(late)")
        #expect(tail.push(1e6) == -log(1e-12))
    }

    @Test func `any strengths are judged with finite evidence`() {
        for strength in [0, 1e-300, 1, 1e30, 1e300] {
            var tail = TailEvidence<Double>()
            let quiet = (0..<300).map { _ in tail.push(strength) }
            #expect(quiet.prefix(150).allSatisfy { $0 == 0 } && quiet.allSatisfy { $0 >= 0 && $0 < 1 })
            #expect(tail.push(strength * 2 + 1).isFinite)
        }
    }
}
