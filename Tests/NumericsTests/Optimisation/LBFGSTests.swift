import Glibc
import Numerics
import Testing

@Suite struct LBFGSTests {
    /// The chained function of Rosenbrock; its least value is 0 at (1, …, 1).
    static func rosenbrock(_ x: [Double], _ gradient: inout [Double]) -> Double {
        var value = 0.0
        for i in gradient.indices { gradient[i] = 0 }
        for i in 0..<x.count - 1 {
            let (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i])
            value += 100 * a * a + b * b
            gradient[i] += -400 * a * x[i] - 2 * b
            gradient[i + 1] += 200 * a
        }
        return value
    }

    @Test(arguments: [2, 10, 100])
    func `finds the bottom of Rosenbrock's valley`(count: Int) {
        let start = (0..<count).map { $0 % 2 == 0 ? -1.2 : 1 }
        var calls = 0
        let found = LBFGS(maximumIterations: 1000, valueTolerance: 0).minimize(from: start) { x, gradient in
            calls += 1
            return Self.rosenbrock(x, &gradient)
        }
        #expect(found.converged)
        #expect(found.gradientNorm <= 1e-6)
        #expect(found.evaluations == calls)
        if count == 2 {
            #expect(largestDifference(found.point, [1, 1]) < 1e-6)
            #expect(found.iterations < 60 && calls < 90)
        } else {
            // The chained function has a second minimum near (-1, 1, …, 1), of value about 4.
            #expect(found.value < 4)
        }
    }

    @Test func `ten variables from the classic start end at the minimum`() {
        let found = LBFGS(maximumIterations: 1000).minimize(
            from: [Double](repeating: 0, count: 10), Self.rosenbrock)
        #expect(found.converged)
        #expect(largestDifference(found.point, [Double](repeating: 1, count: 10)) < 1e-5)
    }

    @Test(arguments: [1, 3, 8, 20])
    func `solves an ill-conditioned quadratic with any memory`(memory: Int) {
        // Condition number 1e6, rotated so that no axis is special.
        let count = 12
        let scales = (0..<count).map { pow(10, 6 * Double($0) / Double(count - 1)) }
        let normal = seededValues(count, seed: 1)
        let square = normal.reduce(0) { $0 + $1 * $1 }
        let solution = seededValues(count, seed: 2)
        func reflected(_ x: [Double]) -> [Double] {
            let product = 2 * zip(x, normal).reduce(0) { $0 + $1.0 * $1.1 } / square
            return zip(x, normal).map { $0 - product * $1 }
        }
        let minimiser = LBFGS(
            memory: memory, maximumIterations: 20_000, gradientTolerance: 1e-5, valueTolerance: 0)
        let found = minimiser.minimize(from: [Double](repeating: 0, count: count)) { x, gradient in
            let z = reflected(zip(x, solution).map { $0 - $1 })
            gradient = reflected(zip(z, scales).map { $0 * $1 })
            return zip(z, scales).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / 2
        }
        #expect(found.converged, "\(found)")
        #expect(largestDifference(found.point, solution) < 1e-4)
    }

    @Test func `steps back from where the objective is not a number`() {
        // x − log x, with its least value 1 at 1 and nan below 0; from 20 the first long steps leave the domain.
        for start in [20, 1e-3, 1e4] {
            let found = LBFGS(memory: 2).minimize(from: [start]) { x, gradient in
                gradient[0] = x[0] > 0 ? 1 - 1 / x[0] : .nan
                return x[0] > 0 ? x[0] - log(x[0]) : .nan
            }
            #expect(found.converged && abs(found.point[0] - 1) < 1e-5, "\(found)")
        }
        // The same wall, met by a step ten thousand times too long.
        let steep = LBFGS().minimize(from: [0.5, 0.5]) { x, gradient in
            gradient = x.map { 1e4 * ($0 > 0 ? 1 - 0.1 / $0 : .nan) }
            return x.reduce(0) { $0 + 1e4 * ($1 > 0 ? $1 - 0.1 * log($1) : .nan) }
        }
        #expect(steep.converged && largestDifference(steep.point, [0.1, 0.1]) < 1e-6, "\(steep)")
    }

    @Test func `an objective that never is a number ends at once`() {
        var calls = 0
        let found = LBFGS().minimize(from: [1, 2]) { _, gradient in
            calls += 1
            gradient = [.nan, 1]
            return .nan
        }
        #expect(!found.converged && found.value.isNaN && found.iterations == 0 && calls == 1)
        #expect(found.point == [1, 2])
    }

    @Test func `a wrong gradient or a bottomless function ends without convergence`() {
        let uphill = LBFGS().minimize(from: [1]) { x, gradient in
            gradient[0] = -2 * x[0]
            return x[0] * x[0]
        }
        #expect(!uphill.converged && uphill.value <= 1)
        let bottomless = LBFGS().minimize(from: [0]) { x, gradient in
            gradient[0] = -1
            return -x[0]
        }
        #expect(!bottomless.converged && bottomless.value < -1e6)
    }

    @Test func `nothing to do is done at once`() {
        let none = LBFGS().minimize(from: []) { _, _ in 7 }
        #expect(none.converged && none.value == 7 && none.evaluations == 1)
        let stay = LBFGS(maximumIterations: 0).minimize(from: [3, 1], Self.rosenbrock)
        #expect(!stay.converged && stay.point == [3, 1] && stay.iterations == 0)
    }

    @Test func `an error of the objective passes through`() {
        struct Cancelled: Error {}
        #expect(throws: Cancelled.self) {
            var calls = 0
            _ = try LBFGS().minimize(from: [-1.2, 1]) { x, gradient throws(Cancelled) in
                calls += 1
                if calls == 5 { throw Cancelled() }
                return Self.rosenbrock(x, &gradient)
            }
        }
    }
}
