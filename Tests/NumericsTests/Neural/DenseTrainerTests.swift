import Numerics
import TestSupport
import Testing

@Suite struct DenseTrainerTests {
    static let losses: [Loss] = [
        .squared, .absolute, .huber(delta: 0.3), .pinball(level: 0.1), .pinball(level: 0.9),
    ]

    @Test(
        arguments: DenseNetworkTests.shapes.filter { $0[0] < 50 }, losses)
    func `the gradient agrees with central differences`(sizes: [Int], loss: Loss) {
        for activation in Activation.allCases {
            var network = DenseNetworkTests.network(sizes, activation, seed: 4)
            let inputs = seededMatrix(9, sizes[0], seed: 5)
            var targets = seededMatrix(9, network.outputs, seed: 6)
            targets[2, 0] = .nan
            targets[8, network.outputs - 1] = .nan
            let rows = [7, 2, 0, 8, 3]
            var trainer = DenseTrainer(network, loss: loss, batch: 6)
            let (value, gradient) = trainer.gradient(inputs: inputs, targets: targets, rows: rows)

            /// The mean loss by its definition.
            func mean(_ network: DenseNetwork) -> Double {
                var (sum, present) = (0.0, 0)
                for row in rows {
                    let output = DenseNetworkTests.slowOutput(network, inputs.row(row))
                    for (prediction, target) in zip(output, targets.row(row)) where !target.isNaN {
                        sum += loss.value(prediction: prediction, target: target)
                        present += 1
                    }
                }
                return sum / Double(present)
            }
            #expect(relativeError(value, mean(network)) < 1e-13)
            for i in gradient.indices {
                let (step, kept) = (1e-6, network.parameters[i])
                network.parameters[i] = kept + step
                let high = mean(network)
                network.parameters[i] = kept - step
                let low = mean(network)
                network.parameters[i] = kept
                // No kink lies within 1e-6 of these seeded values; what is left is rounding over the step.
                #expect(
                    abs((high - low) / (2 * step) - gradient[i]) < 2e-9 * max(1, abs(gradient[i])),
                    "\(sizes) \(activation) parameter \(i)")
            }
        }
    }

    @Test func `the losses have their textbook values and ignore missing targets`() {
        #expect(Loss.squared.value(prediction: 3, target: 1) == 2)
        #expect(Loss.absolute.value(prediction: 3, target: 1) == 2)
        #expect(Loss.huber(delta: 1).value(prediction: 3, target: 1) == 1.5)
        #expect(Loss.huber(delta: 4).value(prediction: 3, target: 1) == 2)
        #expect(Loss.pinball(level: 0.75).value(prediction: 3, target: 1) == 0.5)
        #expect(Loss.pinball(level: 0.75).value(prediction: 1, target: 3) == 1.5)
        for loss in Self.losses {
            #expect(loss.value(prediction: 3, target: .nan) == 0)
            #expect(loss.slope(prediction: 3, target: .nan) == 0)
            #expect(loss.value(prediction: 2, target: 2) == 0 && loss.slope(prediction: 2, target: 2) == 0)
            #expect(loss.value(prediction: .nan, target: 2).isNaN)
        }
    }

    @Test func `a batch without targets, or with broken inputs, changes nothing`() {
        let network = DenseNetwork(sizes: [2, 3, 1], activation: .gelu, seed: 1)
        var trainer = DenseTrainer(network, loss: .squared, optimiser: Adam(weightDecay: 0.1))
        let inputs = Matrix(rows: 2, columns: 2, elements: [1, 2, .nan, 4])
        let missing = Matrix(rows: 2, columns: 1, elements: [.nan, 5])
        #expect(trainer.step(inputs: inputs, targets: missing, rows: [0]) == (0, 0))
        #expect(trainer.step(inputs: inputs, targets: missing, rows: []) == (0, 0))
        #expect(trainer.step(inputs: inputs, targets: missing, rows: [1]).loss.isNaN)
        #expect(trainer.network == network && trainer.optimiser.steps == 0)
    }

    /// y = sin-like curve of two inputs, and a constant with noise.
    static func problem(rows: Int) -> (inputs: Matrix, targets: Matrix) {
        let inputs = seededMatrix(rows, 2, seed: 11)
        var targets = Matrix(rows: rows, columns: 1)
        for row in 0..<rows { targets[row, 0] = inputs[row, 0] * inputs[row, 1] + abs(inputs[row, 0]) }
        return (inputs, targets)
    }

    @Test(arguments: Activation.allCases)
    func `learns a smooth function of two variables, and the same one again`(activation: Activation) {
        let (inputs, targets) = Self.problem(rows: 500)
        func train() -> DenseTrainer {
            let network = DenseNetwork(sizes: [2, 24, 24, 1], activation: activation, seed: 3)
            var trainer = DenseTrainer(
                network, loss: .squared, optimiser: Adam(learningRate: 5e-3), batch: 32)
            var generator = SeededGenerator(seed: 5)
            for _ in 0..<60 {
                trainer.epoch(inputs: inputs, targets: targets, rows: 0..<400, using: &generator)
            }
            return trainer
        }
        var trainer = train()
        #expect(trainer.meanLoss(inputs: inputs, targets: targets, rows: 400..<500) < 1e-3)
        #expect(train().network == trainer.network)
        #expect(trainer.optimiser.steps == 60 * 13)
    }

    @Test(arguments: [0.1, 0.5, 0.9])
    func `the pinball loss finds the quantile`(level: Double) {
        let inputs = Matrix(rows: 1000, columns: 1)
        let targets = Matrix(rows: 1000, columns: 1, elements: (0..<1000).map { Double($0) / 999 })
        var trainer = DenseTrainer(
            DenseNetwork(sizes: [1, 1], activation: .relu, seed: 1), loss: .pinball(level: level),
            optimiser: Adam(learningRate: 1e-2), batch: 100)
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<60 { trainer.epoch(inputs: inputs, targets: targets, rows: 0..<1000, using: &generator) }
        #expect(abs(trainer.network.predict([0])[0] - level) < 0.03)
    }
}
