/// One reason to find a value unusual, judged against what came before it, in constant memory.
///
/// `assess` first, `learn` second: a value never votes on its own evidence.
public protocol Evidence: Sendable {
    /// Everything remembered of one series: a fixed-size value, so that a shard can keep many side by
    /// side and a snapshot is its bytes and a version.
    associatedtype State: BitwiseCopyable & Sendable

    /// The state before the first value.
    func makeState() -> State

    /// How strong the evidence against a value is, with the sign of its direction.
    ///
    /// - Parameter value: In standard units of the series; finite.
    /// - Returns: Finite; its magnitude grows with the evidence. `nil` during the warm-up.
    func assess(_ value: Double, _ state: borrowing State) -> Double?

    /// Takes the value into the state.
    func learn(_ value: Double, _ state: inout State)
}
