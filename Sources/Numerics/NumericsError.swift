/// Why a numerical method has no answer.
public enum NumericsError: Error, Equatable {
    /// The leading minor of this order is not positive definite.
    case notPositiveDefinite(minor: Int)
    /// The matrix has linearly dependent columns (or rows).
    case rankDeficient(rank: Int, columns: Int)
    /// An iteration stopped before it converged.
    case notConverged(String)
    /// An input value is `nan` or infinite.
    case notFinite(String)
    /// `needed` values are needed, `got` are there.
    case tooFewValues(needed: Int, got: Int)
    /// All values are 0, so no scale can be estimated.
    case allZero(String)
}
