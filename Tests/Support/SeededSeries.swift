import Foundation

/// Made series for tests; the same seed gives the same numbers.
public struct SeededSeries {
    private var generator: SeededGenerator

    /// Series that only the seed decides.
    public init(seed: UInt64) {
        generator = SeededGenerator(seed: seed &+ 0x5EED)
    }

    /// A number in 0 ..< 1.
    public mutating func uniform() -> Double { Double.random(in: 0..<1, using: &generator) }

    /// A standard normal number, by Box and Muller.
    public mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
    }

    /// Independent standard normal numbers.
    public mutating func noise(_ count: Int) -> [Double] { (0..<count).map { _ in normal() } }

    /// x(t) = φ x(t−1) + ε(t), from its stationary distribution on; a random walk from 0 for φ = 1.
    public mutating func autoregression(_ count: Int, _ phi: Double) -> [Double] {
        var x = phi < 1 ? normal() / (1 - phi * phi).squareRoot() : 0
        return (0..<count).map { _ in
            x = phi * x + normal()
            return x
        }
    }

    /// 50 + 10 sin(2πt / period) + noise.
    public mutating func season(_ count: Int, period: Int, noise: Double = 1) -> [Double] {
        (0..<count).map { 50 + 10 * sin(2 * .pi * Double($0) / Double(period)) + noise * normal() }
    }

    /// Student's t with 3 degrees of freedom.
    public mutating func studentT3(_ count: Int) -> [Double] {
        (0..<count).map { _ in
            let squares = (0..<3).reduce(0.0) { sum, _ in
                let x = normal()
                return sum + x * x
            }
            return normal() / (squares / 3).squareRoot()
        }
    }

    /// Counts of mean `mean`, by Knuth's product of uniform numbers.
    public mutating func poisson(_ count: Int, mean: Double) -> [Double] {
        (0..<count).map { _ in
            var product = uniform()
            var value = 0.0
            while product > exp(-mean) {
                product *= uniform()
                value += 1
            }
            return value
        }
    }

    /// The values with a share of them missing.
    public mutating func holes(in values: [Double], share: Double) -> [Double] {
        values.map { uniform() < share ? .nan : $0 }
    }
}
