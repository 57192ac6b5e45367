/// A small feed-forward network of dense layers, as a value: a copy is a checkpoint.
///
/// The activation follows every layer but the last, which is linear.
public struct DenseNetwork: Sendable, Equatable {
    /// The number of inputs, of units per hidden layer, and of outputs; at least two, each at least 1.
    public let sizes: [Int]
    /// The nonlinearity of the hidden layers.
    public let activation: Activation
    /// The layers, first to last.
    public let layers: [Dense]
    /// Written in place by training.
    var weights: [Double]

    /// Every weight and bias: layer by layer the weights, row-major *(inputs, outputs)*, then the biases. This
    /// is what a file has to hold besides ``sizes`` and ``activation``.
    ///
    /// - Precondition: Set only to ``parameterCount(sizes:)`` values.
    public var parameters: [Double] {
        get { weights }
        set {
            precondition(
                newValue.count == weights.count, "\(newValue.count) parameters for a network of \(sizes)")
            weights = newValue
        }
    }

    /// A network with stored parameters.
    ///
    /// - Precondition: `sizes` are as described there, and `parameters` has ``parameterCount(sizes:)`` values.
    ///   Whoever reads a file compares the counts first.
    public init(sizes: [Int], activation: Activation, parameters: [Double]) {
        let count = Self.parameterCount(sizes: sizes)
        precondition(parameters.count == count, "\(parameters.count) parameters for a network of \(sizes)")
        self.sizes = sizes
        self.activation = activation
        var offset = 0
        layers = zip(sizes, sizes.dropFirst()).map { inputs, outputs in
            defer { offset += (inputs + 1) * outputs }
            return Dense(inputs: inputs, outputs: outputs, offset: offset)
        }
        weights = parameters
    }

    /// A network to be trained: normal weights of variance 2/inputs before an activation and 1/inputs in the
    /// last, linear layer; biases 0. The same seed gives the same network.
    ///
    /// - Precondition: `sizes` are as described there.
    /// - Source: He et al., *Delving deep into rectifiers*, ICCV 2015, section 2.2.
    public init(sizes: [Int], activation: Activation, seed: UInt64) {
        let count = Self.parameterCount(sizes: sizes)
        self.init(sizes: sizes, activation: activation, parameters: [Double](repeating: 0, count: count))
        var generator = Xoshiro256StarStar(seed: seed)
        for (index, layer) in layers.enumerated() {
            let gain = index < layers.count - 1 ? 2.0 : 1.0
            let deviation = (gain / Double(layer.inputs)).squareRoot()
            for i in layer.weights { weights[i] = deviation * generator.nextNormal() }
        }
    }

    /// How many weights and biases a network of these sizes has.
    ///
    /// - Precondition: At least two sizes, each at least 1.
    public static func parameterCount(sizes: [Int]) -> Int {
        precondition(sizes.count >= 2 && sizes.allSatisfy { $0 >= 1 }, "a network of \(sizes)")
        return zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    }

    /// How many values go in.
    public var inputs: Int { sizes[0] }
    /// How many values come out.
    public var outputs: Int { sizes[sizes.count - 1] }
}

// MARK: - Inference

extension DenseNetwork {
    /// The outputs for one row of inputs; a `nan` input makes every output `nan` or worthless.
    ///
    /// - Parameter input: ``inputs`` values.
    /// - Returns: ``outputs`` values.
    /// - Precondition: The count fits.
    /// - Complexity: O(parameters), one call of `cblas_dgemv` per layer; allocates the result only.
    public func predict(_ input: [Double]) -> [Double] {
        precondition(input.count == inputs, "\(input.count) inputs for a network of \(sizes)")
        return [Double](unsafeUninitializedCapacity: outputs) { output, count in
            input.withUnsafeBufferPointer { run(rows: 1, $0, into: output) }
            count = outputs
        }
    }

    /// The outputs for many rows of inputs.
    ///
    /// - Parameter batch: Shape *(rows, ``inputs``)*.
    /// - Returns: Shape *(rows, ``outputs``)*.
    /// - Precondition: The number of columns fits.
    /// - Complexity: O(rows · parameters), one call of `cblas_dgemm` per layer.
    public func forward(batch: Matrix) -> Matrix {
        precondition(batch.columns == inputs, "\(batch.rows)x\(batch.columns) for a network of \(sizes)")
        var result = Matrix(rows: batch.rows, columns: outputs)
        batch.withElements { batchElements in
            result.withMutableElements { run(rows: batch.rows, batchElements, into: $0) }
        }
        return result
    }

    /// All layers in turn, from one half of the scratch to the other.
    private func run(
        rows: Int, _ input: UnsafeBufferPointer<Double>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        let half = rows * (sizes.dropFirst().dropLast().max() ?? 0)
        guard rows > 0, let result = output.baseAddress, var source = input.baseAddress else { return }
        weights.withUnsafeBufferPointer { parameters in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: max(2 * half, 1)) { scratch in
                guard let parameters = parameters.baseAddress, let start = scratch.baseAddress else { return }
                for (index, layer) in layers.enumerated() {
                    let isLast = index == layers.count - 1
                    let target = isLast ? result : start + (index % 2) * half
                    layer.forward(rows: rows, source, parameters: parameters, into: target)
                    if !isLast {
                        activation.apply(
                            to: UnsafeMutableBufferPointer(start: target, count: rows * layer.outputs))
                    }
                    source = UnsafePointer(target)
                }
            }
        }
    }
}
