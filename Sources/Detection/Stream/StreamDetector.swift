import Glibc

/// The light detector: for every stored series, without a fit, about a kilobyte of state.
///
/// A linear autoregression learned value by value says what to expect; the error in usual errors is the strength,
/// calibrated against earlier strengths. It knows no season: what repeats daily is expected by its neighbours alone.
public struct StreamDetector: StreamingDetector {
    /// p\*: values less probable are anomalous.
    public let threshold: Double

    /// A detector with a threshold in 0 ..< 1, above 0.
    public init(threshold: Double = 1e-4) {
        precondition(threshold > 0 && threshold < 1, "a threshold of \(threshold)")
        self.threshold = threshold
    }

    /// The version of the state's bytes.
    public static let stateVersion = 4

    /// Values that set the unit, and are not scored.
    static let unitCount = 16
    /// Values before the first score.
    public static let warmUp = 40
    /// Errors beyond so many usual ones teach the weights and the usual error by this much.
    private static let clip = 4.0
    private static let forgetting = 0.99
    /// An error of so many quantisation steps comes of rounding: half a step of the value, and some of the expectation.
    private static let rounding = 0.75
    /// So many anomalous values in a row are kept from the regression; then the level has moved.
    private static let mostWithheld: Int32 = 2
    /// An anomalous strength is learned as at most this multiple of the threshold's, for an incident may widen its own
    /// band a little, not by its size; once so many values beyond the threshold were to be expected, as at most that of a
    /// probability so many times smaller, so that noise of heavy tails teaches how heavy they are.
    private static let mostLearned = (few: 1.5, many: 2.5)
    private static let fewExpected = 2.0
    private static let rarer = 30.0

    /// What is remembered of one series.
    public struct State: BitwiseCopyable, Sendable {
        fileprivate var regression = RecursiveLeastSquares()
        /// Values learned.
        public fileprivate(set) var count: UInt32 = 0
        fileprivate var calibration = StreamCalibration()
        fileprivate var withheld: Int32 = 0
        /// Errors beyond rounding.
        fileprivate var moved: UInt32 = 0
        /// z = (y − centre) / unit; the first values, summed, until the unit is known.
        fileprivate var centre = 0.0
        fileprivate var unit = 0.0
        fileprivate var first = InlineArray<16, Double>(repeating: 0)
        /// The mean squared errors of the regression and of the last value, in standard units.
        fileprivate var regressionVariance = 0.0
        fileprivate var naiveVariance = 0.0
        /// The smallest difference of two neighbours that was not 0, in standard units.
        fileprivate var quantum = Double.infinity
        fileprivate var last = 0.0

        /// How much of the warm-up is done, 0 ... 1.
        public var readiness: Double { min(Double(count) / Double(StreamDetector.warmUp), 1) }
    }

    /// The state before the first value.
    public func makeState() -> State { State() }

    /// What was expected of a finite value and how unusual it is; `nil` during the warm-up.
    public func assess(_ value: Double, _ state: borrowing State) -> Assessment? {
        var copy = copy state
        return assess(value, &copy)
    }

    /// What was expected of a value and how unusual it is; `nil` during the warm-up.
    ///
    /// The state stays as it is; it is read in place, where a borrowed one would be copied for every value.
    ///
    /// - Parameter value: In the unit of the series; finite.
    public func assess(_ value: Double, _ state: inout State) -> Assessment? {
        guard state.count >= Self.warmUp, state.regression.isReady else { return nil }
        let standard = (value - state.centre) / state.unit
        let expected = expectation(&state)
        let strength = strength(of: standard - expected, &state)
        return Assessment(
            expected: state.centre + state.unit * expected, strength: strength,
            pValue: min(state.calibration.pValue(of: abs(strength)), 1))
    }

    /// Takes a finite value into the state.
    public func learn(_ value: Double, isAnomalous: Bool, _ state: inout State) {
        if state.count < Self.unitCount {
            state.first[Int(state.count)] = value
            state.count += 1
            if state.count == Self.unitCount { begin(&state) }
            return
        }
        let standard = (value - state.centre) / state.unit
        take(standard, isAnomalous: isAnomalous, &state)
        state.count &+= 1
    }

    /// Forgets the last values: after a gap, nothing is expected of the next.
    public func interrupt(_ state: inout State) {
        state.regression.interrupt()
        state.withheld = 0
    }

    /// The values that are not anomalous; `nil` during the warm-up.
    public func band(_ state: borrowing State) -> ClosedRange<Double>? {
        guard state.count >= Self.warmUp, state.regression.isReady else { return nil }
        var state = copy state
        let expected = state.centre + state.unit * expectation(&state)
        // Never narrower than what rounding alone makes.
        let rounding = state.quantum.isFinite ? Self.rounding * state.quantum : 0
        let width = max(reach(&state) * spread(&state), rounding) * state.unit
        let (lower, upper) = (expected - width, expected + width)
        // Near the end of the number range there may be none.
        guard lower <= upper else { return nil }
        return lower...upper
    }

    // MARK: - In standard units; states are inout to be read in place, since what is borrowed is copied

    /// What is expected next: by the regression, or the last value where that was the better guess.
    private func expectation(_ state: inout State) -> Double {
        state.regressionVariance <= state.naiveVariance ? state.regression.next : state.regression.last
    }

    /// An error in usual errors; 0 for one that rounding alone can make, so that a value that stands still is never
    /// unusual.
    private func strength(of error: Double, _ state: inout State) -> Double {
        let rounding = state.quantum.isFinite ? Self.rounding * state.quantum : 0
        return abs(error) <= rounding ? 0 : error / spread(&state)
    }

    /// The strength at the threshold. Some microseconds: for anomalies and for whoever asks.
    private func reach(_ state: inout State, at probability: Double? = nil) -> Double {
        state.calibration.strength(at: probability ?? threshold)
    }

    /// What an anomalous strength is learned as at most.
    private func mostLearned(_ state: inout State) -> Double {
        let reach = reach(&state)
        let isSettled = Double(state.calibration.count) * threshold >= Self.fewExpected
        let most =
            isSettled
            ? min(self.reach(&state, at: threshold / Self.rarer), Self.mostLearned.many * reach)
            : Self.mostLearned.few * reach
        return max(most, Self.clip)
    }

    /// The usual error; never below what rounding alone makes.
    private func spread(_ state: inout State) -> Double {
        // A series that has not moved yet is judged in its unit.
        let floor = state.quantum.isFinite ? 0.3 * state.quantum : 1
        return max(min(state.regressionVariance, state.naiveVariance).squareRoot(), floor, 1e-9)
    }

    /// Sets the unit from the first values, and learns them.
    private func begin(_ state: inout State) {
        var mean = 0.0
        for i in 0..<Self.unitCount { mean += state.first[i] / Double(Self.unitCount) }
        var largest = 0.0
        for i in 0..<Self.unitCount { largest = max(largest, abs(state.first[i] - mean)) }
        var variance = 0.0
        // In units of the largest, whose square would overflow near the end of the number range.
        for i in 0..<Self.unitCount where largest > 0 {
            let share = (state.first[i] - mean) / largest
            variance += share * share / Double(Self.unitCount)
        }
        let deviation = largest * variance.squareRoot()
        state.centre = mean
        // A series that does not move is measured in thousandths of its size.
        state.unit = deviation > 1e-9 * abs(mean) ? deviation : (mean != 0 ? abs(mean) / 1000 : 1)
        if !(state.unit.isFinite && state.unit > 0) { state.unit = 1 }
        for i in 0..<Self.unitCount {
            take((state.first[i] - state.centre) / state.unit, isAnomalous: false, &state)
        }
    }

    private func take(_ standard: Double, isAnomalous: Bool, _ state: inout State) {
        let standard = min(max(standard, -1e9), 1e9)
        guard state.regression.isReady else {
            note(standard, &state)
            state.regression.shift(in: standard)
            return
        }
        let expected = expectation(&state)
        let strength = abs(strength(of: standard - expected, &state))
        // What the regression gets wrong before it knows the series says nothing of its usual errors.
        if state.count >= Self.warmUp {
            state.calibration.learn(isAnomalous ? min(strength, mostLearned(&state)) : strength)
        }
        // Rounding teaches nothing, and would let the regression forget what it knows.
        let error = standard - state.regression.next
        let isMoving = self.strength(of: error, &state) != 0
        if isMoving {
            let most = Self.clip * spread(&state)
            state.regression.learn(
                error: state.count > 2 * Self.unitCount ? min(max(error, -most), most) : error)
        }
        // Where a series stands still most of the time, the usual error is that of its changes.
        if isMoving || self.strength(of: standard - state.regression.last, &state) != 0 {
            state.moved &+= 1
            let weight = max(1 - Self.forgetting, 1 / Double(state.moved + 2))
            follow(error, weight, &state.regressionVariance)
            follow(standard - state.regression.last, weight, &state.naiveVariance)
        }
        note(standard, &state)
        state.withheld = isAnomalous ? state.withheld + 1 : 0
        let isWithheld = isAnomalous && state.withheld <= Self.mostWithheld
        state.regression.shift(in: isWithheld ? expected : standard)
    }

    /// Follows squared errors; one beyond the clip counts as the clip.
    private func follow(_ error: Double, _ weight: Double, _ variance: inout Double) {
        let most = weight < 1 / Double(2 * Self.unitCount) ? Self.clip * Self.clip * variance : .infinity
        let square = variance > 0 ? min(error * error, most) : error * error
        variance += weight * (square - variance)
    }

    /// Follows the step in which the values are rounded.
    private func note(_ standard: Double, _ state: inout State) {
        let difference = abs(standard - state.last)
        // What is less than the rounding of Double is not a step.
        if difference > 1e-12 * max(abs(standard), 1) { state.quantum = min(state.quantum, difference) }
        state.last = standard
    }
}
