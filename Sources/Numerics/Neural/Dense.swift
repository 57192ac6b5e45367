/// One fully connected layer: y = xW + b. Its numbers live among the parameters of the network.
///
/// Weights are kept *(inputs, outputs)*, so that a whole batch is one product without a transposition.
public struct Dense: Sendable, Equatable {
    /// How many values come in, at least 1.
    public let inputs: Int
    /// How many values go out, at least 1.
    public let outputs: Int
    /// Where the weights begin in the parameters; the biases follow them.
    public let offset: Int

    /// Where the weights are in the parameters, row-major *(inputs, outputs)*.
    public var weights: Range<Int> { offset..<offset + inputs * outputs }
    /// Where the biases are in the parameters.
    public var biases: Range<Int> { weights.upperBound..<weights.upperBound + outputs }
}

// MARK: - Passes, each a call or two of BLAS

extension Dense {
    /// Y ← XW + b, for `rows` rows.
    func forward(
        rows: Int, _ x: UnsafePointer<Double>, parameters: UnsafePointer<Double>,
        into y: UnsafeMutablePointer<Double>
    ) {
        let bias = parameters + biases.lowerBound
        for row in 0..<rows { (y + row * outputs).update(from: bias, count: outputs) }
        if rows == 1 {
            BLAS.multiply(
                rows: inputs, columns: outputs, scale: 1, parameters + offset, transposed: true,
                x, beta: 1, into: UnsafeMutableBufferPointer(start: y, count: outputs))
        } else {
            BLAS.multiply(
                rows: rows, columns: outputs, inner: inputs, scale: 1,
                x, stride: inputs, transposed: false,
                parameters + offset, stride: outputs, transposed: false, beta: 1, into: y)
        }
    }

    /// The gradient of this layer's parameters, XᵀΔ and the column sums of Δ, with Δ the derivative by Y.
    func gradient(
        rows: Int, _ x: UnsafePointer<Double>, delta: UnsafePointer<Double>,
        into gradient: UnsafeMutablePointer<Double>
    ) {
        BLAS.multiply(
            rows: inputs, columns: outputs, inner: rows, scale: 1,
            x, stride: inputs, transposed: true,
            delta, stride: outputs, transposed: false, beta: 0, into: gradient + offset)
        let bias = gradient + biases.lowerBound
        bias.update(repeating: 0, count: outputs)
        for row in 0..<rows {
            let line = delta + row * outputs
            for j in 0..<outputs { bias[j] += line[j] }
        }
    }

    /// The derivative by X, ΔWᵀ.
    func backward(
        rows: Int, delta: UnsafePointer<Double>, parameters: UnsafePointer<Double>,
        into inputDelta: UnsafeMutablePointer<Double>
    ) {
        BLAS.multiply(
            rows: rows, columns: inputs, inner: outputs, scale: 1,
            delta, stride: outputs, transposed: false,
            parameters + offset, stride: outputs, transposed: true, beta: 0, into: inputDelta)
    }
}
