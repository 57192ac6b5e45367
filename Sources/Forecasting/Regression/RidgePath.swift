import Numerics

/// The ridge solutions of one design for the whole grid of penalties, the best by generalised
/// cross-validation.
///
/// - Source: Golub, Heath & Wahba, *Generalized cross-validation*, Technometrics 21 (1979).
struct RidgePath {
    private let design: Matrix
    private let eigen: SymmetricEigen

    /// `nil` when the eigendecomposition fails.
    init?(_ design: Matrix) {
        self.design = design
        guard let eigen = try? SymmetricEigen(design.gram()) else { return nil }
        self.eigen = eigen
    }

    /// The coefficients of the penalty with the least RSS / (N − df)².
    func coefficients(_ targets: [Double]) -> [Double] {
        let projected = eigen.vectors.transposeTimes(design.transposeTimes(targets))
        return eigen.vectors.times(shrunk(projected, energy: targets.reduce(0) { $0 + $1 * $1 }))
    }

    /// The coefficients of many targets, a column each, every one with a penalty of its own.
    ///
    /// - Returns: Shape *(columns of the design, columns of the targets)*.
    func coefficients(_ targets: Matrix) -> Matrix {
        let columns = design.columns
        var products = Matrix(rows: columns, columns: targets.columns)
        Matrix.multiply(design, targets, into: &products, transposeLeft: true)
        var projected = Matrix(rows: columns, columns: targets.columns)
        Matrix.multiply(eigen.vectors, products, into: &projected, transposeLeft: true)
        for target in 0..<targets.columns {
            let energy = (0..<targets.rows).reduce(0) { $0 + targets[$1, target] * targets[$1, target] }
            let shrunk = shrunk((0..<columns).map { projected[$0, target] }, energy: energy)
            for j in 0..<columns { projected[j, target] = shrunk[j] }
        }
        return eigen.vectors * projected
    }

    /// Projected targets over eigenvalue plus the best penalty.
    private func shrunk(_ projected: [Double], energy: Double) -> [Double] {
        let count = Double(design.rows)
        var best = (error: Double.infinity, penalty: RidgeAutoregression.penalties[0])
        for penalty in RidgeAutoregression.penalties {
            var freedom = 0.0
            var residual = energy
            for (value, share) in zip(eigen.values, projected) {
                let value = max(value, 0)
                let coefficient = share / (value + penalty)
                freedom += value / (value + penalty)
                residual += value * coefficient * coefficient - 2 * coefficient * share
            }
            let left = max(count - freedom, 1)
            let error = residual / (left * left)
            if error < best.error { best = (error, penalty) }
        }
        return zip(eigen.values, projected).map { $1 / (max($0, 0) + best.penalty) }
    }
}
