import Numerics

/// The parts of one series under decomposition, and the memory of a pass over it.
struct STLPasses {
    private let values: [Double]
    private let period: Int
    private let phaseKernel: LoessKernel
    private let trendKernel: LoessKernel
    private let lowPassKernel: LoessKernel

    private(set) var trend: [Double]
    private(set) var seasonal: [Double]
    /// How much each value counts; empty before ``weigh()``.
    private var weights: [Double] = []

    /// The series without one of its parts.
    private var rest: [Double]
    /// The smoothed phases, a season longer at each end, and two steps of their moving averages.
    private var phases: [Double]
    private var averages: [Double]
    private var otherAverages: [Double]

    /// The passes of `settings` over values without a gap.
    init(_ settings: STL, _ values: [Double]) {
        self.values = values
        period = settings.period
        phaseKernel = LoessKernel(settings.seasonal)
        trendKernel = LoessKernel(settings.trend)
        lowPassKernel = LoessKernel(settings.lowPass)
        trend = [Double](repeating: 0, count: values.count)
        seasonal = trend
        rest = trend
        phases = [Double](repeating: 0, count: values.count + 2 * settings.period)
        averages = phases
        otherAverages = phases
    }

    /// One inner pass.
    mutating func run() {
        for i in values.indices { rest[i] = values[i] - trend[i] }
        smoothPhases()
        // What is slow in the smoothed phases is no season: averages over m, m and 3 steps, then loess.
        Self.average(phases, phases.count, over: period, into: &averages)
        Self.average(averages, phases.count - period + 1, over: period, into: &otherAverages)
        Self.average(otherAverages, values.count + 2, over: 3, into: &averages)
        Self.smooth(Array(averages.prefix(values.count)), [], lowPassKernel, into: &seasonal)
        for i in values.indices {
            seasonal[i] = phases[period + i] - seasonal[i]
            rest[i] = values[i] - seasonal[i]
        }
        Self.smooth(rest, weights, trendKernel, into: &trend)
    }

    private static func smooth(
        _ values: [Double], _ weights: [Double], _ kernel: LoessKernel, into result: inout [Double]
    ) {
        values.withUnsafeBufferPointer { values in
            weights.withUnsafeBufferPointer { weights in
                result.withUnsafeMutableBufferPointer { kernel.smooth(values, weights, into: $0) }
            }
        }
    }

    /// Smooths the values of each phase over the seasons, and one season on at each end.
    private mutating func smoothPhases() {
        let (kernel, period) = (phaseKernel, period)
        let most = (values.count + period - 1) / period
        var phaseValues = [Double](repeating: 0, count: most)
        var phaseWeights = [Double](repeating: 0, count: weights.isEmpty ? 0 : most)
        var smooth = [Double](repeating: 0, count: most + 2)
        for phase in 0..<period {
            let count = (values.count - phase + period - 1) / period
            for k in 0..<count { phaseValues[k] = rest[k * period + phase] }
            if !weights.isEmpty {
                for k in 0..<count { phaseWeights[k] = weights[k * period + phase] }
            }
            phaseValues.withUnsafeBufferPointer { values in
                phaseWeights.withUnsafeBufferPointer { weights in
                    smooth.withUnsafeMutableBufferPointer { smooth in
                        Self.smoothPhase(
                            UnsafeBufferPointer(rebasing: values.prefix(count)),
                            UnsafeBufferPointer(rebasing: weights.prefix(count)), kernel, into: smooth)
                    }
                }
            }
            for k in 0..<(count + 2) { phases[k * period + phase] = smooth[k] }
        }
    }

    /// Smooths one phase; the first and the last result lie a season beside its values.
    private static func smoothPhase(
        _ values: UnsafeBufferPointer<Double>, _ weights: UnsafeBufferPointer<Double>, _ kernel: LoessKernel,
        into result: UnsafeMutableBufferPointer<Double>
    ) {
        let count = values.count
        kernel.smooth(values, weights, into: UnsafeMutableBufferPointer(rebasing: result[1...count]))
        kernel.withScratch { scratch in
            result[0] = kernel.estimate(at: -1, values, weights, scratch) ?? result[1]
            result[count + 1] = kernel.estimate(at: count, values, weights, scratch) ?? result[count]
        }
    }

    /// Finds the weights of the next passes: bisquare, 0 from six median absolute remainders on.
    mutating func weigh() {
        if weights.isEmpty { weights = [Double](repeating: 1, count: values.count) }
        for i in values.indices { rest[i] = abs(values[i] - trend[i] - seasonal[i]) }
        let largest = values.reduce(0) { max($0, abs($1)) }
        let reach = max(Self.robustReach * Descriptive.median(rest), Self.leastReach * largest)
        for i in values.indices {
            let share = reach > 0 ? rest[i] / reach : 0
            let left = 1 - share * share
            weights[i] = share <= Self.near ? 1 : share <= Self.far ? left * left : 0
        }
    }

    /// Where a value stops to count, in median absolute remainders, and the shares of it below which it
    /// counts in full and beyond which it does not count: Cleveland et al., section 2.4, and their code.
    private static let robustReach = 6.0
    private static let near = 0.001
    private static let far = 0.999
    /// The reach is at least this share of the largest value: where the parts fit exactly, remainders are
    /// rounding errors and must not become weights.
    private static let leastReach = 1e-10

    /// The means of each `length` neighbouring values of the first `count`.
    private static func average(
        _ values: [Double], _ count: Int, over length: Int, into result: inout [Double]
    ) {
        let divisor = Double(length)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                var sum = 0.0
                for i in 0..<length { sum += values[i] }
                result[0] = sum / divisor
                for i in 1..<max(count - length + 1, 1) {
                    sum += values[i + length - 1] - values[i - 1]
                    result[i] = sum / divisor
                }
            }
        }
    }
}
