import Numerics

/// Trains the network of one history.
struct PerceptronTraining {
    let windows: PerceptronWindows
    let seed: UInt64

    /// The last windows, this share of all, decide when to stop.
    static let validationShare = 0.15

    /// - Throws: ``ForecastError/historyTooShort(needed:got:)`` when no window has a target,
    ///   ``ForecastError/cancelled``.
    func train(on history: FilledHistory, progress: FitProgress) throws(ForecastError) -> DenseNetwork {
        let count = history.values.count
        let first = windows.inputs
        let last = count - 1
        guard first <= last else {
            throw .historyTooShort(needed: windows.inputs + 1, got: count)
        }
        let stride = (last - first) / MultilayerPerceptron.mostWindows + 1
        let ends = Array(Swift.stride(from: first, through: last, by: stride))
        let (inputs, targets) = rows(at: ends, of: history)

        let validation = ends.count < 20 ? 0 : Int(Double(ends.count) * Self.validationShare)
        let learned = 0..<(ends.count - validation)
        let judged = validation == 0 ? learned : (ends.count - validation)..<ends.count
        let network = DenseNetwork(
            sizes: [windows.width, MultilayerPerceptron.hidden, windows.outputs], activation: .relu,
            seed: seed)
        var trainer = DenseTrainer(
            network, loss: .huber(delta: 1),
            optimiser: Adam(
                learningRate: MultilayerPerceptron.learningRate,
                weightDecay: MultilayerPerceptron.weightDecay),
            batch: MultilayerPerceptron.batch)
        var generator = Xoshiro256StarStar(seed: seed)
        var judge = EarlyStopping(patience: MultilayerPerceptron.patience)
        var best = network
        for epoch in 0..<MultilayerPerceptron.mostEpochs {
            try progress.advance(to: epoch, of: MultilayerPerceptron.mostEpochs)
            trainer.epoch(inputs: inputs, targets: targets, rows: learned, using: &generator)
            switch judge.judge(trainer.meanLoss(inputs: inputs, targets: targets, rows: judged)) {
            case .improved: best = trainer.network
            case .goOn: continue
            case .stop: return best
            }
        }
        return best
    }

    /// A row of inputs and one of targets for each window; a target that was missing, or lies past the
    /// end, is `nan`.
    private func rows(at ends: [Int], of history: FilledHistory) -> (inputs: Matrix, targets: Matrix) {
        var inputs = Matrix(rows: ends.count, columns: windows.width)
        var targets = Matrix(rows: ends.count, columns: windows.outputs)
        history.values.withUnsafeBufferPointer { values in
            inputs.withMutableElements { inputs in
                targets.withMutableElements { targets in
                    for (row, end) in ends.enumerated() {
                        let normal = windows.normal(values, end: end)
                        let cells = row * windows.width..<(row + 1) * windows.width
                        windows.write(
                            values, end: end, phase: end, normal: normal,
                            to: UnsafeMutableBufferPointer(rebasing: inputs[cells]))
                        for h in 0..<windows.outputs {
                            let step = end + h
                            let isKnown = step < values.count && !history.wasMissing[step]
                            targets[row * windows.outputs + h] =
                                isKnown ? (values[step] - normal.centre) / normal.scale : .nan
                        }
                    }
                }
            }
        }
        return (inputs, targets)
    }
}
