import Glibc
import Numerics

/// A hidden layer of tanh in training: forward and backward over many rows at once.
struct LayerTraining {
    /// How it is trained.
    struct Plan {
        var units: Int
        var steps: Int
        var hands: Int
        var rate: Double
        /// The weight of the squared weights in the loss.
        var penalty: Double
        var hasOutputBias: Bool
        var hasLinear: Bool

        /// The same with a share of the steps.
        func scaled(by effort: Double) -> Plan {
            var plan = self
            plan.steps = Int(effort * Double(steps))
            return plan
        }
    }

    private let plan: Plan
    private let inputs: Int
    private let outputs: Int
    private var hidden: Matrix
    private var hiddenBias: Matrix
    private var output: Matrix
    private var outputBias: Matrix
    private var linear: Matrix

    /// Small random hidden weights, and outputs of `start`.
    init(_ plan: Plan, inputs: Int, outputs: Int, start: [Double]? = nil, seed: UInt64) {
        var random = Xoshiro256StarStar(seed: seed)
        let spread = 0.5 / Double(inputs).squareRoot()
        self.plan = plan
        self.inputs = inputs
        self.outputs = outputs
        hidden = Matrix(
            rows: plan.units, columns: inputs,
            elements: (0..<plan.units * inputs).map { _ in spread * random.nextNormal() })
        hiddenBias = Matrix(rows: 1, columns: plan.units)
        output = Matrix(rows: outputs, columns: plan.units)
        outputBias = Matrix(rows: 1, columns: outputs)
        linear = Matrix(rows: outputs, columns: inputs)
        if let start { for r in 0..<outputs { linear[r, 0] = start[r] } }
    }

    /// Trains on standardised rows.
    ///
    /// - Parameters:
    ///   - z: One row a row of facts.
    ///   - rows: Which rows to learn from.
    ///   - slopes: Turns the outputs of some rows into the derivative of the loss with respect to them.
    mutating func train(
        _ z: Matrix, rows: [Int], seed: UInt64, slopes: (_ rows: [Int], _ outputs: Matrix) -> Matrix
    ) {
        var batches = Minibatches(
            rows, steps: plan.steps, hands: plan.hands, rate: plan.rate, seed: seed)
        var adam = Adam(learningRate: plan.rate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8)
        var parameters = self.parameters
        while let batch = batches.next() {
            let seen = z.rows(batch.rows)
            let units = activations(seen)
            let derivative = slopes(batch.rows, outputs(seen, units))
            var gradient = gradient(seen, units, derivative)
            // A hand is a part of the rows; the penalty is on the loss of all of them.
            for i in gradient.indices {
                gradient[i] = Double(plan.hands) * gradient[i] + 2 * plan.penalty * parameters[i]
            }
            adam.learningRate = batch.rate
            adam.step(&parameters, gradient: gradient)
            self.parameters = parameters
        }
    }

    /// The layer as it is used, with the means and spreads of its inputs.
    func weights(means: [Double], spreads: [Double]) -> DenseWeights {
        DenseWeights(
            means: means, spreads: spreads, hidden: hidden.rowArrays, hiddenBias: hiddenBias.rowArrays[0],
            output: output.rowArrays, outputBias: outputBias.rowArrays[0],
            linear: plan.hasLinear ? linear.rowArrays : [])
    }

    private func activations(_ z: Matrix) -> Matrix {
        var units = Matrix(rows: z.rows, columns: plan.units)
        Matrix.multiply(z, hidden, into: &units, transposeRight: true)
        let bias = hiddenBias
        units.withMutableElements { cells in
            bias.withElements { bias in
                for i in cells.indices { cells[i] = tanh(cells[i] + bias[i % bias.count]) }
            }
        }
        return units
    }

    private func outputs(_ z: Matrix, _ units: Matrix) -> Matrix {
        var result = Matrix(rows: z.rows, columns: outputs)
        Matrix.multiply(units, output, into: &result, transposeRight: true)
        if plan.hasLinear {
            Matrix.multiply(z, linear, into: &result, transposeRight: true, accumulate: true)
        }
        if plan.hasOutputBias {
            let bias = outputBias
            result.withMutableElements { cells in
                bias.withElements { bias in for i in cells.indices { cells[i] += bias[i % bias.count] } }
            }
        }
        return result
    }

    private func gradient(_ z: Matrix, _ units: Matrix, _ slopes: Matrix) -> [Double] {
        var back = Matrix(rows: z.rows, columns: plan.units)
        Matrix.multiply(slopes, output, into: &back)
        back.withMutableElements { cells in
            units.withElements { units in
                for i in cells.indices { cells[i] *= 1 - units[i] * units[i] }
            }
        }
        var parts = [
            Matrix(rows: plan.units, columns: inputs), back.columnSums,
            Matrix(rows: outputs, columns: plan.units), Matrix(rows: 1, columns: outputs),
            Matrix(rows: outputs, columns: inputs),
        ]
        Matrix.multiply(back, z, into: &parts[0], transposeLeft: true)
        Matrix.multiply(slopes, units, into: &parts[2], transposeLeft: true)
        if plan.hasOutputBias { parts[3] = slopes.columnSums }
        if plan.hasLinear { Matrix.multiply(slopes, z, into: &parts[4], transposeLeft: true) }
        return parts.flatMap { $0.withElements { Array($0) } }
    }

    private var parameters: [Double] {
        get {
            [hidden, hiddenBias, output, outputBias, linear].flatMap { $0.withElements { Array($0) } }
        }
        set {
            var begin = 0
            func take(_ matrix: inout Matrix) {
                matrix.withMutableElements { cells in
                    for i in cells.indices { cells[i] = newValue[begin + i] }
                }
                begin += matrix.rows * matrix.columns
            }
            take(&hidden)
            take(&hiddenBias)
            take(&output)
            take(&outputBias)
            take(&linear)
        }
    }
}

extension Matrix {
    /// Some rows, in that order.
    fileprivate func rows(_ rows: [Int]) -> Matrix {
        var picked = Matrix(rows: rows.count, columns: columns)
        let width = columns
        picked.withMutableElements { to in
            withElements { from in
                for (place, row) in rows.enumerated() {
                    for j in 0..<width { to[place * width + j] = from[row * width + j] }
                }
            }
        }
        return picked
    }

    /// The sum of each column, as one row.
    fileprivate var columnSums: Matrix {
        var sums = [Double](repeating: 0, count: columns)
        withElements { cells in for i in cells.indices { sums[i % sums.count] += cells[i] } }
        return Matrix(rows: 1, columns: columns, elements: sums)
    }

    /// Every row as an array.
    fileprivate var rowArrays: [[Double]] {
        withElements { cells in (0..<rows).map { Array(cells[$0 * columns..<($0 + 1) * columns]) } }
    }
}

/// How the columns of facts are standardised.
struct FactScales {
    let means: [Double]
    let spreads: [Double]

    /// The means and spreads of rows; the first column, when it is a constant, is left alone.
    init(_ facts: [[Double]], keepsFirst: Bool, floor: Double = 1e-6) {
        let columns = facts.first?.count ?? 0
        let count = Double(max(facts.count, 1))
        var means = [Double](repeating: 0, count: columns)
        for row in facts { for j in 0..<columns { means[j] += row[j] / count } }
        var squares = [Double](repeating: 0, count: columns)
        for row in facts {
            for j in 0..<columns { squares[j] += (row[j] - means[j]) * (row[j] - means[j]) / count }
        }
        var spreads = squares.map { $0.squareRoot() + floor }
        if keepsFirst {
            means[0] = 0
            spreads[0] = 1
        }
        self.means = means
        self.spreads = spreads
    }
}
