import Glibc
import Numerics

/// How the values of a series lie around what is expected of them, where that is not evenly: counts and shares.
///
/// What is unusual of a count depends on how many were expected: five where 0.2 were, and not where three were. So the
/// strength of a value is its normal deviate, that which the standard normal distribution exceeds as seldom, by a negative
/// binomial or a binomial distribution around the expectation; dispersion and trials are those of the errors so far.
///
/// A series is one of counts when all its values were whole and not negative, with a mean of at most 50 and squared errors
/// between half of Poisson's variance and that of a dispersion of 4; one of shares when all its values lie within 0 ... 1,
/// at least one in a hundred on one of the two, and not all are whole. This is decided when 64, 128, 256 … values are
/// known, and no longer true with the first value that is not of the kind.
struct ValueLikelihood: BitwiseCopyable, Sendable {
    /// What is assumed of errors.
    enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// As many above as below, of one spread.
        case even
        case counts
        case shares
    }

    /// Values learned.
    private var seen = 0
    private(set) var kind = Kind.even
    private var isWhole = true
    private var isNonNegative = true
    private var isShare = true
    /// Fills the word: what lies between fields may be any bytes, and a state is compared by its bytes.
    private var rest: UInt32 = 0
    /// The share of values at 0 or 1.
    private var atBound = 0.0
    private var meanValue = 0.0
    private var meanExpected = 0.0
    private var varianceExpected = 0.0
    private var covariance = 0.0
    /// Means of squared errors, of expectations and of their squares.
    private var squaredError = 0.0
    private var level = 0.0
    private var squaredLevel = 0.0

    /// Moments reach back over about so many values.
    private static let memory = 2_000.0
    /// A kind is decided by so many values.
    private static let fewest = 64
    private static let largestMean = 50.0
    /// Squared errors over those of Poisson's.
    private static let leastIndex = 0.5
    private static let mostDispersion = 4.0
    private static let leastAtBound = 0.01
    private static let mostTrials = 1e4
    /// A squared error counts as at most so many usual ones.
    private static let clip = 16.0
    /// An expectation is at least this share of the mean.
    private static let leastShare = 0.02
    /// Above this expectation counts are as good as even.
    private static let largestExpected = 1_000.0
    /// The tail at which strengths end.
    private static let leastTail = 1e-300

    /// The strength of a value, signed, in standard deviations of a normal distribution; finite.
    ///
    /// - Precondition: The kind is not ``Kind/even``.
    func strength(of value: Double, expected: Double) -> Double {
        let tails: (lower: Double, upper: Double)
        switch kind {
        case .even: preconditionFailure("errors that are even have a spread instead")
        case .counts:
            let mean = mean(expected)
            if mean > Self.largestExpected {
                let variance = mean + dispersion * mean * mean
                return min(max((value - mean) / variance.squareRoot(), -37), 37)
            }
            let counts = CountDistribution(mean: mean, dispersion: dispersion)
            tails = value >= mean ? (1, counts.upperTail(of: value)) : (counts.lowerTail(of: value), 1)
        case .shares:
            let mean = mean(expected)
            let shares = ShareDistribution(mean: mean, trials: trials)
            tails = value > mean ? (1, shares.upperTail(of: value)) : (shares.lowerTail(of: value), 1)
        }
        let isAbove = tails.upper < tails.lower
        let tail = max(min(tails.lower, tails.upper), Self.leastTail)
        let deviate = Normal.standard.tailQuantile(tail)
        return isAbove ? deviate : -deviate
    }

    /// The values between which strengths are at most `most`.
    ///
    /// - Complexity: O(log range) strengths.
    func band(around expected: Double, most: Double) -> (lower: Double, upper: Double) {
        func isInside(_ value: Double) -> Bool { abs(strength(of: value, expected: expected)) <= most }
        switch kind {
        case .even: preconditionFailure("errors that are even have a spread instead")
        case .counts:
            let middle = mean(expected).rounded()
            var reach = 1.0
            while reach < 1e15, isInside(middle + reach) { reach *= 2 }
            let upper = Self.lastCount(from: middle, to: middle + reach, isInside)
            let lower = isInside(0) ? 0 : Self.lastCount(from: middle, to: 0, isInside)
            return (min(lower, expected), max(upper, expected))
        case .shares:
            let middle = mean(expected)
            func excess(_ value: Double) -> Double { abs(strength(of: value, expected: expected)) - most }
            let upper = Self.lastShare(from: middle, to: 1, excess)
            let lower = Self.lastShare(from: middle, to: 0, excess)
            return (min(lower, expected), max(upper, expected))
        }
    }

    /// The last count inside, between one that is and one that is not.
    private static func lastCount(
        from inside: Double, to outside: Double, _ isInside: (Double) -> Bool
    ) -> Double {
        var (inside, outside) = (inside, outside)
        while abs(outside - inside) > 1 {
            let middle = ((inside + outside) / 2).rounded(.down)
            if isInside(middle) { inside = middle } else { outside = middle }
        }
        return inside
    }

    /// Where the excess of a share is 0, to a ten thousandth of the way to the bound, on the near side; the bound itself
    /// when nothing exceeds.
    ///
    /// - Source: the Illinois rule, Dowell & Jarratt, *A modified regula falsi method*, BIT 11 (1971).
    private static func lastShare(
        from middle: Double, to bound: Double, _ excess: (Double) -> Double
    ) -> Double {
        var outside = (place: bound, excess: excess(bound))
        guard outside.excess > 0 else { return bound }
        var inside = (place: middle, excess: min(excess(middle), 0))
        let precision = 1e-4 * abs(bound - middle)
        var lastSide = 0
        for _ in 0..<40 where abs(outside.place - inside.place) > precision {
            let share = inside.excess / (inside.excess - outside.excess)
            let place = inside.place + min(max(share, 0.02), 0.98) * (outside.place - inside.place)
            let found = excess(place)
            if found > 0 {
                outside = (place, found)
                if lastSide == 1 { inside.excess /= 2 }
                lastSide = 1
            } else {
                inside = (place, found)
                if lastSide == -1 { outside.excess /= 2 }
                lastSide = -1
            }
        }
        return inside.place
    }

    /// Learns a value that is usual enough to teach.
    mutating func learn(_ value: Double, expected: Double) {
        guard value.isFinite && expected.isFinite else { return }
        seen += 1
        if value != value.rounded() { isWhole = false }
        if value < 0 { isNonNegative = false }
        if value < 0 || value > 1 { isShare = false }
        let weight = max(1 / Double(seen), 1 / Self.memory)
        atBound += weight * ((value == 0 || value == 1 ? 1 : 0) - atBound)
        let change = expected - meanExpected
        covariance = (1 - weight) * (covariance + weight * change * (value - meanValue))
        varianceExpected = (1 - weight) * (varianceExpected + weight * change * change)
        meanExpected += weight * change
        meanValue += weight * (value - meanValue)
        let mean = mean(expected)
        var square = (value - mean) * (value - mean)
        if kind != .even { square = min(square, Self.clip * max(variance(around: mean), squaredError)) }
        squaredError += weight * (square - squaredError)
        level += weight * (mean - level)
        squaredLevel += weight * (mean * mean - squaredLevel)
        if seen >= Self.fewest, seen & (seen - 1) == 0 { decide() }
        if kind == .counts && !(isWhole && isNonNegative) || kind == .shares && !isShare { kind = .even }
    }

    /// Says what the values seen so far are.
    mutating func decide() {
        kind = .even
        guard seen >= Self.fewest, squaredError > 0, isNonNegative else { return }
        if isWhole {
            let index = squaredError / level
            let mostSquared = level + Self.mostDispersion * squaredLevel
            if meanValue <= Self.largestMean, index >= Self.leastIndex, squaredError <= mostSquared {
                kind = .counts
            }
        } else if isShare, atBound >= Self.leastAtBound, squaredError < level - squaredLevel {
            kind = .shares
        }
    }

    /// What is expected, and not nothing: an expectation that says little of the values is no lower than their mean allows.
    private func mean(_ expected: Double) -> Double {
        let slope = varianceExpected > 0 ? min(max(covariance / varianceExpected, 0), 1) : 0
        let share = max(1 - slope, Self.leastShare)
        let least = max(share * meanValue, 1e-9)
        guard kind == .shares else { return max(expected, least) }
        let most = 1 - max(share * (1 - meanValue), 1e-9)
        return min(max(expected, min(least, most)), max(most, least))
    }

    /// α of the negative binomial distribution, by moments.
    private var dispersion: Double {
        squaredLevel > 0 ? min(max((squaredError - level) / squaredLevel, 0), Self.mostDispersion) : 0
    }

    /// n of the binomial distribution, by moments.
    private var trials: Double {
        squaredError > 0 ? min(max((level - squaredLevel) / squaredError, 1), Self.mostTrials) : 1
    }

    private func variance(around mean: Double) -> Double {
        switch kind {
        case .even: 0
        case .counts: mean + dispersion * mean * mean
        case .shares: mean * (1 - mean) / trials
        }
    }
}
