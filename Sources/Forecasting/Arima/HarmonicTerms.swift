import Glibc
import Numerics

/// Sines and cosines of several seasons, nested: the first pairs of a season before its finer ones.
struct HarmonicTerms {
    /// One sine or cosine.
    struct Wave: Equatable {
        /// The place of the season among the periods.
        let season: Int
        /// Cycles in one season.
        let harmonic: Int
        /// Steps in one season.
        let period: Int
        let isSine: Bool

        /// The wave at a step. The step is reduced first: the same phase gives the same bits.
        func value(at step: Int) -> Double {
            let angle = 2 * Double.pi * Double(harmonic * (step % period) % period) / Double(period)
            return isSine ? sin(angle) : cos(angle)
        }
    }

    /// Steps in each season.
    let periods: [Int]
    /// Every wave, season by season, slow ones first.
    let waves: [Wave]

    /// Up to `most` pairs of each season; waves that a season before has already are left out.
    init(periods: [Int], most: Int) {
        self.periods = periods
        var waves: [Wave] = []
        for (season, period) in periods.enumerated() {
            for harmonic in 1..<max(min(most, period / 2) + 1, 1) {
                let isThere = periods[..<season].enumerated().contains { index, other in
                    // harmonic / period = k / other for a pair that the other season has.
                    let cycles = harmonic * other
                    return cycles % period == 0 && cycles / period <= min(most, other / 2)
                }
                if isThere { continue }
                waves.append(Wave(season: season, harmonic: harmonic, period: period, isSine: false))
                // The sine of the fastest wave of an even season is 0 at every step.
                if 2 * harmonic < period {
                    waves.append(Wave(season: season, harmonic: harmonic, period: period, isSine: true))
                }
            }
        }
        self.waves = waves
    }

    /// The wave at every step of a stretch.
    static func column(_ wave: Wave, from first: Int, count: Int) -> [Double] {
        let cycle = (0..<wave.period).map { wave.value(at: $0) }
        return (0..<count).map { cycle[(first + $0) % wave.period] }
    }

    /// What the phases of each season add, for the coefficients of some of the waves.
    func profiles(_ coefficients: [(wave: Wave, weight: Double)]) -> [[Double]] {
        var profiles = periods.map { [Double](repeating: 0, count: $0) }
        for (wave, weight) in coefficients {
            for phase in 0..<wave.period { profiles[wave.season][phase] += weight * wave.value(at: phase) }
        }
        return zip(profiles.indices, profiles).filter { index, _ in
            coefficients.contains { $0.wave.season == index }
        }.map(\.1)
    }
}

/// A least-squares problem from which columns can be left out at no great cost.
struct NestedRegression {
    private let gram: Matrix
    private let products: [Double]
    private let energy: Double
    private let count: Int

    /// The regression of `target` on `columns`.
    init(_ columns: [[Double]], target: [Double]) {
        let width = columns.count
        count = target.count
        var design = Matrix(rows: target.count, columns: width)
        design.withMutableElements { cells in
            for (j, column) in columns.enumerated() {
                for t in column.indices { cells[t * width + j] = column[t] }
            }
        }
        gram = design.gram()
        products = design.transposeTimes(target)
        energy = target.reduce(0) { $0 + $1 * $1 }
    }

    /// The coefficients of some of the columns alone and the squares they leave; `nil` when the columns
    /// depend on one another.
    func solve(_ kept: [Int]) -> (coefficients: [Double], squares: Double)? {
        var part = Matrix(rows: kept.count, columns: kept.count)
        for (i, row) in kept.enumerated() {
            for (j, column) in kept.enumerated() { part[i, j] = gram[row, column] }
        }
        let right = kept.map { products[$0] }
        guard let factor = try? Cholesky(part) else { return nil }
        let solution = factor.solve(right)
        let explained = zip(solution, right).reduce(0) { $0 + $1.0 * $1.1 }
        guard explained.isFinite else { return nil }
        return (solution, max(energy - explained, Self.rounding * energy))
    }

    /// What is left of a sum of squares when everything is explained.
    private static let rounding = 1e-15

    /// Akaike's criterion with the correction of Hurvich and Tsai; infinite where there is no solution.
    func aicc(_ kept: [Int]) -> Double {
        guard let solution = solve(kept), solution.squares > 0 else { return .infinity }
        let (n, k) = (Double(count), Double(kept.count + 1))
        guard n > k + 1 else { return .infinity }
        return n * log(solution.squares / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    }
}
