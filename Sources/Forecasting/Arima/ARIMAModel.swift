public import TimeSeries

/// A fitted ARIMA model, around repeating profiles where it has any: what ``ARIMA``, ``AutoARIMA`` and
/// ``HarmonicRegression`` fit.
public struct ARIMAModel: ForecastModel, Equatable {
    /// The orders that were fitted; smaller than those asked for where the history was short.
    public let order: ARIMAOrder

    let coefficients: ARMACoefficients
    let recursion: ARIMARecursion
    /// The variance of the one-step errors.
    let variance: Double
    /// What each phase of each season adds to the ARIMA process.
    let profiles: [[Double]]
    /// The phase of the next step in each profile.
    var phases: [Int]
    /// The last steps, oldest first: values without their profiles, deviations of the differenced series
    /// from its mean, errors. As many as the recursion reaches back, or more by `slack`.
    var levels: [Double]
    var deviations: [Double]
    var shocks: [Double]

    /// Steps are dropped from the front in batches, so that observing stays O(terms).
    private static let slack = 256

    /// The model at the end of a history.
    ///
    /// - Parameters:
    ///   - estimate: What was estimated of the differenced series.
    ///   - levels: The values without their profiles, none missing, at least one.
    ///   - shocks: The errors at the last steps, as far as they are known.
    ///   - profiles: One profile a season, from the phase of step 0 on.
    ///   - steps: The number of steps up to the end of `levels`, for the phases.
    init(
        _ estimate: ARMAEstimate, levels: [Double], shocks: [Double], profiles: [[Double]] = [],
        steps: Int = 0
    ) {
        order = estimate.order
        coefficients = estimate.coefficients
        variance = estimate.variance
        let recursion = ARIMARecursion(estimate.order, estimate.coefficients, mean: estimate.mean)
        self.recursion = recursion
        self.profiles = profiles
        phases = profiles.map { steps % $0.count }
        func last(_ values: [Double], filler: Double) -> [Double] {
            let missing = max(recursion.reach - values.count, 0)
            return [Double](repeating: filler, count: missing) + values.suffix(recursion.reach)
        }
        self.levels = last(levels, filler: levels.first ?? 0)
        self.shocks = last(shocks, filler: 0)
        let differenced = recursion.differences.applied(to: levels)
        deviations = last(differenced.map { $0 - estimate.mean }, filler: 0)
    }

    /// The mean of the next value.
    public var next: Double { mean(steps: 1)[0] }

    /// The process carried on without errors, and the profiles. O(steps × terms).
    public func mean(steps: Int) -> [Double] {
        var (means, _) = run(over: [Double](repeating: .nan, count: steps))
        addProfiles(to: &means, phases: phases)
        return means
    }

    /// The variances of the next `steps` values, ψ-weights squared and summed; parameters count as known.
    func variances(steps: Int) -> [Double] {
        var sum = 0.0
        return recursion.weightsOfErrors(steps).map { weight in
            sum += weight * weight
            return sum * variance
        }
    }

    /// One step of the recursion; a missing value brings no error.
    public mutating func observe(_ value: Double) {
        let (_, end) = run(over: [value - profile])
        levels.append(end.level)
        deviations.append(end.deviation)
        shocks.append(end.shock)
        if levels.count > recursion.reach + Self.slack {
            let surplus = levels.count - recursion.reach
            levels.removeFirst(surplus)
            deviations.removeFirst(surplus)
            shocks.removeFirst(surplus)
        }
        for i in phases.indices { phases[i] = phases[i] + 1 == profiles[i].count ? 0 : phases[i] + 1 }
    }

    /// One-step means from the second value on, the state before the first the likeliest given them all.
    ///
    /// A seasonal moving average near its border never forgets that state, which is why it is estimated.
    /// Until the differences have their values, a step expects the one before it. O(n × terms + r³) for a
    /// longest lag r of the differenced series.
    public func fitted(on history: Series) -> [Double] {
        let count = history.values.count
        var means = [Double](repeating: .nan, count: count)
        guard let known = try? KnownHistory(history, atLeast: 0) else { return means }
        let levels = known.withoutProfiles(profiles)
        let shocks = known.shocks(of: levels, recursion)
        let lost = levels.count - shocks.count
        for t in 1..<max(lost, 1) { means[known.first + t] = levels[t - 1] }
        // A model without differences knows its mean before the first value.
        for t in shocks.indices { means[known.first + lost + t] = levels[lost + t] - shocks[t] }
        let end = known.first + levels.count
        var pattern = [Double](repeating: 0, count: end)
        addProfiles(to: &pattern, phases: profiles.map { _ in 0 })
        for t in pattern.indices { means[t] += pattern[t] }

        guard end < count else { return means }
        let estimate = ARMAEstimate(
            order: order, coefficients: coefficients, mean: recursion.mean, variance: variance,
            logLikelihood: 0,
            count: shocks.count)
        let last = ARIMAModel(estimate, levels: levels, shocks: shocks, profiles: profiles, steps: end)
        means.replaceSubrange(end..., with: last.mean(steps: count - end))
        return means
    }

    /// Runs over values that follow the last step, without their profiles.
    private func run(
        over values: [Double]
    ) -> (means: [Double], end: (level: Double, deviation: Double, shock: Double)) {
        let reach = recursion.reach
        let count = reach + values.count
        let zeros = [Double](repeating: 0, count: values.count)
        var levels = Array(self.levels.suffix(reach) + values)
        var deviations = Array(self.deviations.suffix(reach) + zeros)
        var shocks = Array(self.shocks.suffix(reach) + zeros)
        var means = zeros
        levels.withUnsafeMutableBufferPointer { levels in
            deviations.withUnsafeMutableBufferPointer { deviations in
                shocks.withUnsafeMutableBufferPointer { shocks in
                    recursion.run(levels, deviations, shocks, from: reach, to: count) {
                        means[$0 - reach] = $1
                    }
                }
            }
        }
        let end = (levels[count - 1], deviations[count - 1], shocks[count - 1])
        return (means, end)
    }

    /// What the profiles add to the next value.
    private var profile: Double {
        var sum = 0.0
        for i in profiles.indices { sum += profiles[i][phases[i]] }
        return sum
    }

    private func addProfiles(to values: inout [Double], phases: [Int]) {
        for i in profiles.indices {
            let profile = profiles[i]
            var phase = phases[i]
            for t in values.indices {
                values[t] += profile[phase]
                phase = phase + 1 == profile.count ? 0 : phase + 1
            }
        }
    }
}
