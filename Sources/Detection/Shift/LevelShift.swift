/// The mean of a recent window against its own slow mean and spread.
///
/// q(t) = mean of the last w values; evidence (q − μ) / σ, where μ and σ² follow q exponentially with a
/// weight of 1/t, at least 1/4000, and a step of at most 4σ, so that a shift is adopted slowly.
///
/// - Source: a moving-window form of Page, *Continuous inspection schemes*, Biometrika 41 (1954).
struct LevelShift: Evidence, BitwiseCopyable {
    /// Values in the window, 1 ... `Ring.capacity`.
    let window: Int

    /// Two seasons, at least 8 values, as far as the ring reaches.
    init(period: Int) {
        window = min(2 * max(4, period), Ring.capacity)
    }

    struct State: BitwiseCopyable, Sendable {
        fileprivate var ring = Ring()
        fileprivate var sum = 0.0
        /// What leaves the window with the next value; here, so that nobody has to look into the ring for it.
        fileprivate var leaving = 0.0
        fileprivate var moments = SlowMoments()
    }

    func makeState() -> State { State() }

    @inline(__always)
    func assess(_ value: Double, _ state: borrowing State) -> Double? {
        guard state.ring.count + 1 > 50 else { return nil }
        let spread = state.moments.variance.squareRoot() + 1e-9
        return (mean(with: value, state) - state.moments.mean) / spread
    }

    func learn(_ value: Double, _ state: inout State) {
        let mean = mean(with: value, state)
        state.sum -= state.leaving
        state.sum += value
        state.leaving = state.ring.append(value, window: window)
        let count = state.ring.count
        state.moments.follow(mean, weight: max(1 / Double(count), 1.0 / 4000), clips: count > 100)
    }

    @inline(__always)
    private func mean(with value: Double, _ state: borrowing State) -> Double {
        (state.sum + value - state.leaving) / Double(min(state.ring.count + 1, window))
    }
}
