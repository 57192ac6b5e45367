import Glibc
import TimeSeries

/// The logarithm of the recent mean squared difference against its own slow mean and spread: bursts,
/// frozen sensors, changes of shape.
///
/// q(t) = ln(mean of the last w squared differences + 10⁻⁴ of their mean so far); evidence
/// (q − μ) / (σ + 0.1), with μ and σ² following q with a weight of 1/t, at least 1/4000.
///
/// - Source: the statistic of Inclán & Tiao, *Use of cumulative sums of squares for retrospective
///   detection of changes of variance*, JASA 89 (1994), on a moving window.
struct VarianceShift: Evidence, BitwiseCopyable {
    /// Differences in the window, 1 ... `Ring.capacity`.
    let window: Int

    /// One season, at least 4 values, as far as the ring reaches.
    init(period: Int) {
        window = min(max(4, period), Ring.capacity)
    }

    /// Warm-up after the window is full.
    private static let warmUp = 50

    struct State: BitwiseCopyable, Sendable {
        /// Squared differences.
        fileprivate var ring = Ring()
        fileprivate var last = 0.0
        fileprivate var hasLast = WideFlag(false)
        fileprivate var sum = 0.0
        /// What leaves the window with the next difference.
        fileprivate var leaving = 0.0
        fileprivate var total = 0.0
        fileprivate var moments = SlowMoments()
    }

    func makeState() -> State { State() }

    @inline(__always)
    func assess(_ value: Double, _ state: borrowing State) -> Double? {
        guard state.hasLast.isSet, state.ring.count + 1 > window + Self.warmUp - 1 else { return nil }
        let spread = state.moments.variance.squareRoot() + 0.1
        return (logarithm(with: value, state) - state.moments.mean) / spread
    }

    func learn(_ value: Double, _ state: inout State) {
        defer {
            state.last = value
            state.hasLast.isSet = true
        }
        guard state.hasLast.isSet else { return }
        let count = state.ring.count
        let logarithm = logarithm(with: value, state)
        let square = (value - state.last) * (value - state.last)
        state.sum -= state.leaving
        state.sum += square
        state.total += square
        state.leaving = state.ring.append(square, window: window)
        guard count + 1 > window else { return }
        let weight = max(1 / Double(count + 2 - window), 1.0 / 4000)
        state.moments.follow(logarithm, weight: weight, clips: false)
    }

    @inline(__always)
    private func logarithm(with value: Double, _ state: borrowing State) -> Double {
        let square = (value - state.last) * (value - state.last)
        let count = state.ring.count
        let recent = max(state.sum + square - state.leaving, 0) / Double(window)
        let usual = (state.total + square) / Double(count + 1)
        return log(recent + 1e-4 * usual + 1e-300)
    }
}
