/// Ends a training whose validation loss no longer falls.
///
/// - Source: Prechelt, *Early stopping — but when?*, in *Neural Networks: Tricks of the Trade*, 1998; the
///   criterion UP with strips of one epoch.
public struct EarlyStopping: Sendable, Equatable {
    /// How many epochs in a row may bring no improvement before the end; at least 1.
    public let patience: Int
    /// An improvement is a loss below the best one by more than this fraction of its size, at least 0.
    public let margin: Double
    /// The lowest loss so far; `inf` before the first finite one.
    public private(set) var best = Double.infinity
    /// The epoch of ``best``, counted from 0; `nil` before the first finite loss.
    public private(set) var bestEpoch: Int?
    /// How many epochs were judged.
    public private(set) var epochs = 0
    private var waited = 0

    /// What an epoch brought.
    public enum Verdict: Sendable, Equatable {
        /// The lowest loss so far: keep a copy of the network.
        case improved
        /// No improvement, but patience is left.
        case goOn
        /// Patience is exhausted: go back to the kept copy.
        case stop
    }

    /// A judge before the first epoch.
    ///
    /// - Precondition: `patience` ≥ 1 and `margin` ≥ 0.
    public init(patience: Int, margin: Double = 0) {
        precondition(patience >= 1 && margin >= 0, "a patience of \(patience), a margin of \(margin)")
        self.patience = patience
        self.margin = margin
    }

    /// Judges the validation loss of the next epoch; `nan` and infinity are no improvement.
    public mutating func judge(_ loss: Double) -> Verdict {
        defer { epochs += 1 }
        if loss.isFinite && (bestEpoch == nil || loss < best - margin * abs(best)) {
            (best, bestEpoch, waited) = (loss, epochs, 0)
            return .improved
        }
        waited += 1
        return waited >= patience ? .stop : .goOn
    }
}
