import Numerics
import Testing

private let precise = NelderMead(maximumEvaluations: 20_000, valueTolerance: 1e-15, pointTolerance: 1e-9)

private func rosenbrock(_ x: [Double]) -> Double {
    zip(x, x.dropFirst()).reduce(0) { sum, pair in
        let (a, b) = (pair.1 - pair.0 * pair.0, 1 - pair.0)
        return sum + 100 * a * a + b * b
    }
}

@Suite struct NelderMeadTests {
    @Test(arguments: [1, 2, 3, 5, 8])
    func `a quadratic is minimised at its centre`(count: Int) {
        let centre = seededValues(count, seed: 1)
        let minimum = precise.minimize(
            from: [Double](repeating: 2, count: count), steps: [Double](repeating: 0.5, count: count)
        ) { x in
            x.indices.reduce(7) { $0 + Double($1 + 1) * (x[$1] - centre[$1]) * (x[$1] - centre[$1]) }
        }
        #expect(minimum.converged)
        #expect(largestDifference(minimum.point, centre) < 1e-6)
        #expect(abs(minimum.value - 7) < 1e-12)
    }

    @Test(arguments: [2, 3, 4])
    func `the valley of Rosenbrock is followed to its end`(count: Int) {
        let minimum = precise.minimize(
            from: [Double](repeating: -1.2, count: count), steps: [Double](repeating: 0.3, count: count),
            rosenbrock)
        #expect(minimum.converged)
        #expect(largestDifference(minimum.point, [Double](repeating: 1, count: count)) < 1e-5)
    }

    @Test func `every point lies in the box and an active bound is reached`() {
        var outside = 0
        let minimum = precise.minimize(
            from: [0.9, 0.1], steps: [0.5, -0.5], lower: [0, 0], upper: [1, 0.25]
        ) { x in
            if !(0...1).contains(x[0]) || !(0...0.25).contains(x[1]) { outside += 1 }
            return (x[0] - 0.4) * (x[0] - 0.4) + (x[1] - 3) * (x[1] - 3)
        }
        #expect(outside == 0)
        #expect(largestDifference(minimum.point, [0.4, 0.25]) < 1e-6)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `it finds what a fine grid finds`(seed: UInt64) {
        let c = seededValues(3, seed: seed)
        func objective(_ x: [Double]) -> Double {
            let (u, v) = (x[0] - c[0] - 0.5, x[1] - c[1] - 0.5)
            return u * u + v * v + c[2] * u * v + u * u * u * u
        }
        var best = Double.infinity
        for i in 0...200 {
            for j in 0...200 { best = min(best, objective([Double(i) / 200, Double(j) / 200])) }
        }
        let minimum = precise.minimize(
            from: [0.1, 0.9], steps: [0.2, 0.2], lower: [0, 0], upper: [1, 1], objective)
        #expect(minimum.value <= best + 1e-9, "seed \(seed)")
    }

    @Test func `nan is as bad as infinity`() {
        let minimum = precise.minimize(from: [3], steps: [1]) { $0[0] < 1 ? .nan : $0[0] }
        #expect(abs(minimum.point[0] - 1) < 1e-6)
        let hopeless = NelderMead(maximumEvaluations: 50).minimize(from: [3, 3], steps: [1, 1]) { _ in .nan }
        #expect(hopeless.value == .infinity && !hopeless.converged && hopeless.evaluations == 50)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 10, 33])
    func `the evaluations are counted and never exceeded`(most: Int) {
        var calls = 0
        var best = Double.infinity
        let minimum = NelderMead(maximumEvaluations: most).minimize(from: [-1.2, 1], steps: [0.1, 0.1]) { x in
            calls += 1
            best = min(best, rosenbrock(x))
            return rosenbrock(x)
        }
        #expect(calls == most && minimum.evaluations == most && !minimum.converged)
        #expect(minimum.value == best && rosenbrock(minimum.point) == best)
    }

    @Test func `a least value of 0 converges`() {
        let minimum = NelderMead().minimize(from: [0, 0], steps: [1, 1]) { $0[0] * $0[0] + $0[1] * $0[1] }
        #expect(minimum.converged && minimum.value < 1e-7)
    }

    @Test func `no variables give the value of the empty point`() {
        let minimum = NelderMead().minimize(from: [], steps: []) { Double($0.count) + 4 }
        #expect(minimum == Minimum(point: [], value: 4, evaluations: 1, converged: true))
    }

    @Test func `an error of the objective passes through`() {
        #expect(throws: NumericsError.notConverged("enough")) {
            try NelderMead().minimize(from: [1], steps: [1]) { _ throws(NumericsError) in
                throw .notConverged("enough")
            }
        }
    }

    @Test func `a variable fixed by equal bounds stays where it is`() {
        let minimum = precise.minimize(from: [5, 5], steps: [1, 1], lower: [2, -9], upper: [2, 9]) { x in
            x[0] * x[0] + (x[1] + 1) * (x[1] + 1)
        }
        #expect(minimum.point[0] == 2)
        #expect(abs(minimum.point[1] + 1) < 1e-6)
    }
}
