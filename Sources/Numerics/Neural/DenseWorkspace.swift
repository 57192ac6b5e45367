/// The memory of one training step: the batch, what every layer put out, derivatives, and the gradient.
struct DenseWorkspace: Sendable {
    /// The derivative of the mean loss by every parameter.
    private(set) var gradient: [Double]
    /// Rows loaded.
    private var rows = 0

    private let capacity: Int
    /// Beginning of each layer's input in `memory`; the last entry is the output of the network.
    private let values: [Int]
    /// Beginning of the activation's derivatives after each hidden layer.
    private let slopes: [Int]
    private let targets: Int
    /// The derivative by the output of a layer and by its input take turns here.
    private let delta: (Int, Int)
    private var memory: [Double]

    init(_ network: DenseNetwork, rows: Int) {
        var end = 0
        func reserve(_ width: Int) -> Int {
            defer { end += rows * width }
            return end
        }
        capacity = rows
        values = network.sizes.map(reserve)
        slopes = network.sizes.dropFirst().dropLast().map(reserve)
        targets = reserve(network.outputs)
        let widest = network.sizes.dropFirst().max() ?? 0
        delta = (reserve(widest), reserve(widest))
        memory = [Double](repeating: 0, count: end)
        gradient = [Double](repeating: 0, count: network.weights.count)
    }

    /// Copies rows of inputs and targets to the front.
    mutating func load(_ inputs: Matrix, _ targets: Matrix, rows indices: some Collection<Int>) {
        precondition(indices.count <= capacity, "\(indices.count) rows in a batch of \(capacity)")
        rows = indices.count
        let (input, target) = (values[0], self.targets)
        memory.withUnsafeMutableBufferPointer { memory in
            guard let memory = memory.baseAddress else { return }
            Self.copy(indices, of: inputs, to: memory + input)
            Self.copy(indices, of: targets, to: memory + target)
        }
    }

    private static func copy(
        _ rows: some Collection<Int>, of matrix: Matrix, to target: UnsafeMutablePointer<Double>
    ) {
        matrix.withElements { elements in
            guard let elements = elements.baseAddress else { return }
            var place = target
            for row in rows {
                precondition(row >= 0 && row < matrix.rows, "row \(row) of \(matrix.rows)")
                place.update(from: elements + row * matrix.columns, count: matrix.columns)
                place += matrix.columns
            }
        }
    }

    /// The sum of the losses over the loaded rows, and over how many targets it is.
    mutating func evaluate(_ network: DenseNetwork, _ loss: Loss) -> (sum: Double, present: Int) {
        let count = rows * network.outputs
        let (output, target) = (values[values.count - 1], targets)
        return withPointers(network) { memory, _, parameters, plan in
            plan.forward(network, parameters, memory)
            return loss.sum(predictions: memory + output, targets: memory + target, count: count)
        }
    }

    /// As ``evaluate(_:_:)``, and fills ``gradient``.
    mutating func differentiate(_ network: DenseNetwork, _ loss: Loss) -> (sum: Double, present: Int) {
        let count = rows * network.outputs
        let (output, target) = (values[values.count - 1], targets)
        return withPointers(network) { memory, gradient, parameters, plan in
            plan.forward(network, parameters, memory)
            let cost = loss.differentiate(
                predictions: memory + output, targets: memory + target, count: count)
            plan.backward(network, parameters, memory, gradient)
            return cost
        }
    }

    private mutating func withPointers(
        _ network: DenseNetwork,
        _ body: (
            _ memory: UnsafeMutablePointer<Double>, _ gradient: UnsafeMutablePointer<Double>,
            _ parameters: UnsafePointer<Double>, _ plan: Plan
        ) -> (sum: Double, present: Int)
    ) -> (sum: Double, present: Int) {
        let plan = Plan(rows: rows, values: values, slopes: slopes, delta: delta)
        return memory.withUnsafeMutableBufferPointer { memory in
            gradient.withUnsafeMutableBufferPointer { gradient in
                network.weights.withUnsafeBufferPointer { parameters in
                    guard let memory = memory.baseAddress, let gradient = gradient.baseAddress,
                        let parameters = parameters.baseAddress
                    else { return (0, 0) }
                    return body(memory, gradient, parameters, plan)
                }
            }
        }
    }
}

/// Where things are in the memory of a workspace, and the two passes over it.
private struct Plan {
    let rows: Int
    let values: [Int]
    let slopes: [Int]
    let delta: (Int, Int)

    func forward(
        _ network: DenseNetwork, _ parameters: UnsafePointer<Double>, _ memory: UnsafeMutablePointer<Double>
    ) {
        for (index, layer) in network.layers.enumerated() {
            let output = memory + values[index + 1]
            layer.forward(rows: rows, memory + values[index], parameters: parameters, into: output)
            if index < slopes.count {
                let count = rows * layer.outputs
                network.activation.apply(
                    to: UnsafeMutableBufferPointer(start: output, count: count),
                    slopes: UnsafeMutableBufferPointer(start: memory + slopes[index], count: count))
            }
        }
    }

    /// Begins with the derivative by the output where the output was.
    func backward(
        _ network: DenseNetwork, _ parameters: UnsafePointer<Double>,
        _ memory: UnsafeMutablePointer<Double>, _ gradient: UnsafeMutablePointer<Double>
    ) {
        var above = memory + values[values.count - 1]
        for (index, layer) in network.layers.enumerated().reversed() {
            layer.gradient(rows: rows, memory + values[index], delta: above, into: gradient)
            guard index > 0 else { break }
            let below = memory + (index % 2 == 0 ? delta.0 : delta.1)
            layer.backward(rows: rows, delta: above, parameters: parameters, into: below)
            let slope = memory + slopes[index - 1]
            for i in 0..<rows * layer.inputs { below[i] *= slope[i] }
            above = below
        }
    }
}
