import Glibc

/// The nonlinearity after each hidden layer. `nan` stays `nan`.
public enum Activation: String, Sendable, CaseIterable {
    /// max(x, 0).
    ///
    /// - Source: Nair & Hinton, *Rectified linear units improve restricted Boltzmann machines*, ICML 2010.
    case relu
    /// x·Φ(x) with the normal distribution function Φ itself, not its approximation by tanh.
    ///
    /// - Source: Hendrycks & Gimpel, *Gaussian error linear units*, arXiv 1606.08415, 2016.
    case gelu

    /// The value at `x`.
    public func value(_ x: Double) -> Double {
        switch self {
        case .relu: x < 0 ? 0 : x
        case .gelu: x * Self.normalCDF(x)
        }
    }

    /// The derivative at `x`; 0 at the kink of ``relu``.
    public func slope(_ x: Double) -> Double {
        switch self {
        case .relu: x.isNaN ? x : x > 0 ? 1 : 0
        case .gelu: Self.normalCDF(x) + x * Self.normalDensity(x)
        }
    }

    @inline(__always)
    private static func normalCDF(_ x: Double) -> Double {
        0.5 * erfc(-x * 0.5.squareRoot())
    }

    @inline(__always)
    private static func normalDensity(_ x: Double) -> Double {
        exp(-0.5 * x * x) * inverseRootOfTwoPi
    }

    /// 1/√(2π).
    private static let inverseRootOfTwoPi = 0.398942280401432677939946059934
}

// MARK: - On whole batches

extension Activation {
    /// Replaces each element by its value.
    func apply(to values: UnsafeMutableBufferPointer<Double>) {
        switch self {
        case .relu: for i in values.indices { values[i] = values[i] < 0 ? 0 : values[i] }
        case .gelu: for i in values.indices { values[i] *= Self.normalCDF(values[i]) }
        }
    }

    /// Replaces each element by its value and writes its derivative.
    func apply(
        to values: UnsafeMutableBufferPointer<Double>, slopes: UnsafeMutableBufferPointer<Double>
    ) {
        switch self {
        case .relu:
            for i in values.indices {
                let x = values[i]
                slopes[i] = x > 0 ? 1 : 0
                values[i] = x < 0 ? 0 : x
            }
        case .gelu:
            for i in values.indices {
                let x = values[i]
                let cdf = Self.normalCDF(x)
                slopes[i] = cdf + x * Self.normalDensity(x)
                values[i] = x * cdf
            }
        }
    }
}
