import Glibc

/// Steps along the running mean of the gradient, each parameter on its own scale, with decoupled weight decay.
///
/// m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − η·λ·θ − η·m̂/(√v̂ + ε), with m̂ and v̂ freed of their
/// bias towards 0. With a decay λ of 0 it is plain Adam.
///
/// - Source: Kingma & Ba, *Adam: a method for stochastic optimization*, ICLR 2015, algorithm 1; Loshchilov &
///   Hutter, *Decoupled weight decay regularization*, ICLR 2019, algorithm 2.
public struct Adam: Sendable, Equatable {
    /// η, above 0; may be changed between steps.
    public var learningRate: Double
    /// β₁, the memory of the mean, 0 ..< 1.
    public var beta1: Double
    /// β₂, the memory of the square, 0 ..< 1.
    public var beta2: Double
    /// ε, which keeps a parameter without gradient in place.
    public var epsilon: Double
    /// λ, at least 0: a step shrinks a parameter by the fraction η·λ.
    public var weightDecay: Double
    /// How many steps were made.
    public private(set) var steps = 0
    private var means: [Double] = []
    private var squares: [Double] = []

    /// A stepper before its first step, with the paper's defaults.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    /// Makes one step.
    ///
    /// - Parameters:
    ///   - parameters: θ, moved against the gradient.
    ///   - gradient: g, as many values, finite: a `nan` would stay in the running means for ever.
    ///   - decaying: Which parameters the decay shrinks; `nil` for all. Networks spare their biases.
    /// - Precondition: The counts are equal, and those of every earlier step.
    /// - Complexity: O(n); allocates in the first step only.
    public mutating func step(
        _ parameters: inout [Double], gradient: [Double], decaying: [Range<Int>]? = nil
    ) {
        let count = parameters.count
        precondition(gradient.count == count, "\(gradient.count) derivatives of \(count) parameters")
        if steps == 0 {
            means = [Double](repeating: 0, count: count)
            squares = means
        }
        precondition(means.count == count, "\(count) parameters after \(means.count)")
        steps += 1
        let meanScale = learningRate / (1 - pow(beta1, Double(steps)))
        let squareScale = 1 / (1 - pow(beta2, Double(steps)))
        let (b1, b2, epsilon) = (beta1, beta2, epsilon)
        let kept = 1 - learningRate * weightDecay
        parameters.withUnsafeMutableBufferPointer { p in
            if kept != 1 {
                if let decaying {
                    for range in decaying { for i in range { p[i] *= kept } }
                } else {
                    for i in 0..<count { p[i] *= kept }
                }
            }
            gradient.withUnsafeBufferPointer { g in
                means.withUnsafeMutableBufferPointer { m in
                    squares.withUnsafeMutableBufferPointer { v in
                        for i in 0..<count {
                            m[i] = b1 * m[i] + (1 - b1) * g[i]
                            v[i] = b2 * v[i] + (1 - b2) * (g[i] * g[i])
                            p[i] -= meanScale * m[i] / ((v[i] * squareScale).squareRoot() + epsilon)
                        }
                    }
                }
            }
        }
    }
}
