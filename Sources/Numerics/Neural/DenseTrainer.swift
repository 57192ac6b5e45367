/// Trains a network by mini-batches: forward, backward, one step of Adam.
///
/// All working memory is made once, for the largest batch; a step in steady state allocates nothing. (A copy
/// of ``network`` taken as a checkpoint makes the next step copy the parameters, once.)
///
/// A `nan` target teaches nothing. Inputs must be finite: a batch whose loss or gradient is not finite is left
/// out, the network stays as it was, and the returned loss says so.
///
/// - Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating errors*, Nature 323
///   (1986).
public struct DenseTrainer: Sendable {
    /// The network as trained so far.
    public private(set) var network: DenseNetwork
    /// What is minimised, as the mean over the targets that are not `nan`.
    public let loss: Loss
    /// The stepper; its learning rate may be changed between steps.
    public var optimiser: Adam
    /// The most rows in one step, at least 1.
    public let batch: Int

    private var workspace: DenseWorkspace
    private let decaying: [Range<Int>]
    private var order: [Int] = []

    /// A trainer for a network.
    ///
    /// - Precondition: `batch` ≥ 1, and the loss's parameter makes sense.
    public init(_ network: DenseNetwork, loss: Loss, optimiser: Adam = Adam(), batch: Int = 64) {
        precondition(batch >= 1, "batches of \(batch)")
        loss.check()
        self.network = network
        self.loss = loss
        self.optimiser = optimiser
        self.batch = batch
        workspace = DenseWorkspace(network, rows: batch)
        decaying = network.layers.map(\.weights)
    }

    /// One step on the given rows.
    ///
    /// - Parameters:
    ///   - inputs: Shape *(all rows, network inputs)*.
    ///   - targets: Shape *(all rows, network outputs)*; `nan` where unknown.
    ///   - rows: Which rows make the batch, in any order; at most ``batch``.
    /// - Returns: The mean loss before the step and the number of targets it is over. Without a target the loss
    ///   is 0, and no step is made.
    /// - Precondition: The shapes fit and the rows exist.
    /// - Complexity: O(rows · parameters), three calls of `cblas_dgemm` per layer.
    @discardableResult
    public mutating func step(
        inputs: Matrix, targets: Matrix, rows: [Int]
    ) -> (loss: Double, targets: Int) {
        step(inputs: inputs, targets: targets, slice: rows[...])
    }

    private mutating func step(
        inputs: Matrix, targets: Matrix, slice rows: ArraySlice<Int>
    ) -> (loss: Double, targets: Int) {
        checkShapes(inputs, targets)
        workspace.load(inputs, targets, rows: rows)
        let (sum, present) = workspace.differentiate(network, loss)
        guard present > 0 else { return (0, 0) }
        if sum.isFinite && allFinite(workspace.gradient) {
            optimiser.step(&network.weights, gradient: workspace.gradient, decaying: decaying)
        }
        return (sum / Double(present), present)
    }

    /// One epoch: every row once, in a new random order, in batches of ``batch`` (the last may be smaller).
    ///
    /// - Parameters:
    ///   - inputs: Shape *(all rows, network inputs)*.
    ///   - targets: Shape *(all rows, network outputs)*; `nan` where unknown.
    ///   - rows: Which rows to learn from.
    ///   - generator: Decides the order; one draw per epoch.
    /// - Returns: The mean loss, each batch taken before its step; 0 without any target.
    /// - Precondition: As ``step(inputs:targets:rows:)``.
    @discardableResult
    public mutating func epoch<G: RandomNumberGenerator>(
        inputs: Matrix, targets: Matrix, rows: Range<Int>, using generator: inout G
    ) -> Double {
        // Always from the same start, so that the order depends on the generator alone.
        if order.count == rows.count {
            for (i, row) in rows.enumerated() { order[i] = row }
        } else {
            order = Array(rows)
        }
        // A generator of known type: unspecialised, a shuffle allocates twice per row.
        var shuffler = Xoshiro256StarStar(seed: generator.next())
        order.shuffle(using: &shuffler)
        var (sum, present, start) = (0.0, 0, 0)
        while start < order.count {
            let end = min(start + batch, order.count)
            let result = step(inputs: inputs, targets: targets, slice: order[start..<end])
            sum += result.loss * Double(result.targets)
            present += result.targets
            start = end
        }
        return present == 0 ? 0 : sum / Double(present)
    }

    /// The mean loss over some rows, nothing learned; 0 without any target.
    ///
    /// - Parameters:
    ///   - inputs: Shape *(all rows, network inputs)*.
    ///   - targets: Shape *(all rows, network outputs)*; `nan` where unknown.
    ///   - rows: Which rows to judge.
    public mutating func meanLoss(inputs: Matrix, targets: Matrix, rows: Range<Int>) -> Double {
        checkShapes(inputs, targets)
        var (sum, present, start) = (0.0, 0, rows.lowerBound)
        while start < rows.upperBound {
            let end = min(start + batch, rows.upperBound)
            workspace.load(inputs, targets, rows: start..<end)
            let result = workspace.evaluate(network, loss)
            sum += result.sum
            present += result.present
            start = end
        }
        return present == 0 ? 0 : sum / Double(present)
    }

    /// The mean loss over one batch and its derivative by every parameter, nothing learned.
    ///
    /// - Returns: The loss, and the gradient in the order of ``DenseNetwork/parameters``; both 0 without any
    ///   target.
    /// - Precondition: As ``step(inputs:targets:rows:)``.
    public mutating func gradient(
        inputs: Matrix, targets: Matrix, rows: [Int]
    ) -> (loss: Double, gradient: [Double]) {
        checkShapes(inputs, targets)
        workspace.load(inputs, targets, rows: rows)
        let (sum, present) = workspace.differentiate(network, loss)
        return (present == 0 ? 0 : sum / Double(present), workspace.gradient)
    }

    private func checkShapes(_ inputs: Matrix, _ targets: Matrix) {
        precondition(
            inputs.columns == network.inputs && targets.columns == network.outputs
                && inputs.rows == targets.rows,
            "\(inputs.rows)x\(inputs.columns) and \(targets.rows)x\(targets.columns) for \(network.sizes)")
    }
}
