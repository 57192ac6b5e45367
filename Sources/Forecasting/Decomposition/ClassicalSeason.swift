import Numerics

/// The classical seasonal profile of a series: what each phase adds, or what it is multiplied by.
///
/// The trend is a centred moving average over one season; a phase's entry is the mean of what the values
/// there are beside the trend, and the entries are brought to a mean of 0 (additive) or 1 (multiplicative).
///
/// - Source: Makridakis, Wheelwright & Hyndman, *Forecasting: Methods and Applications*, 3rd ed., 1998,
///   section 3/4; the 90 % test before it is that of the M4 competition.
struct ClassicalSeason: Sendable, Equatable {
    /// One entry a phase, the first belongs to the first value; empty when there is no season.
    var profile: [Double]
    /// Whether the profile multiplies; otherwise it is added.
    var isMultiplicative: Bool

    /// No season.
    static let none = ClassicalSeason(profile: [], isMultiplicative: false)

    /// The season of `values`, multiplicative where all are above 0; ``none`` when the autocorrelation
    /// test finds none, which it does with fewer than three seasons. O(n log n).
    ///
    /// - Parameter values: Without a gap.
    init(testing values: [Double], period: Int) {
        self = .none
        guard period > 1, values.count >= 3 * period else { return }
        let correlation = Fourier.autocorrelation(values, maximumLag: period)
        guard SeasonTest(correlation: correlation, count: values.count).isSeasonal(period) else { return }
        let found = Self(of: values, period: period, isMultiplicative: values.allSatisfy { $0 > 0 })
        if found.profile.allSatisfy({ $0.isFinite && (!found.isMultiplicative || $0 > 0) }) { self = found }
    }

    /// The season of `values`, without a test. O(n).
    ///
    /// - Parameter values: Without a gap; at least two seasons.
    init(of values: [Double], period: Int, isMultiplicative: Bool) {
        precondition(
            period > 1 && values.count >= 2 * period, "\(values.count) values, a period of \(period)")
        let half = period / 2
        var sums = [Double](repeating: 0, count: period)
        var counts = [Int](repeating: 0, count: period)
        var window = 0.0
        for first in 0..<(values.count - 2 * half) {
            // Summed afresh once a season, so that rounding cannot pile up over a long history.
            if first % period == 0 { window = values[first..<(first + period)].reduce(0, +) }
            let end = first + period
            let following = end < values.count ? window - values[first] + values[end] : window
            // An even season has no middle step: the mean of the two windows half a step beside it.
            let trend = (period % 2 == 0 ? (window + following) / 2 : window) / Double(period)
            let step = first + half
            sums[step % period] += isMultiplicative ? values[step] / trend : values[step] - trend
            counts[step % period] += 1
            window = following
        }
        profile = zip(sums, counts).map { $0 / Double($1) }
        self.isMultiplicative = isMultiplicative
        let mean = profile.reduce(0, +) / Double(period)
        for phase in profile.indices {
            if isMultiplicative { profile[phase] /= mean } else { profile[phase] -= mean }
        }
    }

    /// A season read from storage.
    init(profile: [Double], isMultiplicative: Bool) {
        self.profile = profile
        self.isMultiplicative = isMultiplicative
    }

    /// `value` without the season; `step` counts from the first value, at least 0.
    func adjusted(_ value: Double, at step: Int) -> Double {
        guard !profile.isEmpty else { return value }
        let entry = profile[step % profile.count]
        return isMultiplicative ? value / entry : value - entry
    }

    /// `value` with the season put back.
    func restored(_ value: Double, at step: Int) -> Double {
        guard !profile.isEmpty else { return value }
        let entry = profile[step % profile.count]
        return isMultiplicative ? value * entry : value + entry
    }
}
