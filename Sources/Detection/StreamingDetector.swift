/// Judges each value of one series against what came before it, in constant memory.
///
/// `assess` first, `learn` second: a value never votes on its own score.
public protocol StreamingDetector: Sendable {
    /// Everything remembered of one series: a fixed-size value (rings are `InlineArray`s), so that a shard can
    /// keep them side by side and a snapshot is its bytes and a version.
    associatedtype State: BitwiseCopyable & Sendable

    /// Changes with the meaning of a state's bytes.
    static var stateVersion: Int { get }

    /// The state before the first value.
    func makeState() -> State

    /// What was expected of a value and how unusual it is.
    ///
    /// - Parameter value: In the unit of the series; finite.
    /// - Returns: `nil` during the warm-up.
    func assess(_ value: Double, _ state: borrowing State) -> Assessment?

    /// Takes a value into the state.
    ///
    /// - Parameters:
    ///   - value: In the unit of the series; finite.
    ///   - isAnomalous: Whether it was judged so: it then teaches the scale by no more than the threshold, and
    ///     leaves no echo in the expectation of the next values.
    func learn(_ value: Double, isAnomalous: Bool, _ state: inout State)

    /// Forgets the last values, not what is normal: after a gap, nothing is expected of the next value.
    func interrupt(_ state: inout State)

    /// The values that are not anomalous by their residual; `nil` during the warm-up.
    func band(_ state: borrowing State) -> ClosedRange<Double>?
}

/// How one value compares with what was expected of it.
public struct Assessment: BitwiseCopyable, Sendable {
    /// In the unit of the series.
    public var expected: Double
    /// The distance from the expectation in usual errors, with the sign of its direction.
    public var strength: Double
    /// The calibrated probability of a value at least as unusual, in 1e-12 ... 1.
    public var pValue: Double

    /// An assessment.
    public init(expected: Double, strength: Double, pValue: Double) {
        self.expected = expected
        self.strength = strength
        self.pValue = pValue
    }
}
