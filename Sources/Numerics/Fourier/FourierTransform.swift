/// A plan for the discrete Fourier transform of one length, any length: tables made once, used many times.
///
/// Powers of two take radix-4 stages; other lengths are turned into a convolution of a power of two at least
/// twice as long (Bluestein). Both are O(n log n), and both agree with the definition to about
/// 10⁻¹⁵ · log n relative to the norm of the input. A `nan` in the input makes the output `nan`.
///
/// - Source: Bluestein, *A linear filtering approach to the computation of the discrete Fourier transform*,
///   IEEE Trans. Audio Electroacoustics 18 (1970); Van Loan, *Computational Frameworks for the FFT*, 1992.
public struct FourierTransform: Sendable {
    /// How many complex values one transform takes, at least 0.
    public let count: Int
    private let method: Method

    private enum Method {
        case powerOfTwo(PowerOfTwoTransform)
        case bluestein(BluesteinTransform)
        case empty
    }

    /// Prepares the tables: O(*count*) memory and time (O(*count* log *count*) for other than powers of two).
    ///
    /// - Precondition: `count` ≥ 0.
    public init(count: Int) {
        precondition(count >= 0, "a transform of \(count) values")
        self.count = count
        if count == 0 {
            method = .empty
        } else if count & (count - 1) == 0 {
            method = .powerOfTwo(PowerOfTwoTransform(count: count))
        } else {
            method = .bluestein(BluesteinTransform(count: count))
        }
    }

    /// Replaces values by their transform: X_k = Σ x_j e^(−2πi jk/n), not scaled.
    ///
    /// - Parameters:
    ///   - real: `count` real parts.
    ///   - imaginary: `count` imaginary parts.
    /// - Precondition: Both have `count` elements.
    /// - Complexity: O(n log n); powers of two allocate nothing.
    public func forward(real: inout [Double], imaginary: inout [Double]) {
        precondition(
            real.count == count && imaginary.count == count,
            "\(real.count) and \(imaginary.count) values for a transform of \(count)")
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                guard let re = real.baseAddress, let im = imaginary.baseAddress else { return }
                transform(re, im)
            }
        }
    }

    /// Replaces a transform by its values: x_j = (1/n) Σ X_k e^(2πi jk/n), so that it undoes ``forward``.
    ///
    /// - Parameters:
    ///   - real: `count` real parts.
    ///   - imaginary: `count` imaginary parts.
    /// - Precondition: Both have `count` elements.
    /// - Complexity: As ``forward(real:imaginary:)``.
    public func inverse(real: inout [Double], imaginary: inout [Double]) {
        // The inverse is the forward transform with the parts exchanged, on the way in and on the way out.
        forward(real: &imaginary, imaginary: &real)
        let scale = 1 / Double(max(count, 1))
        for i in 0..<count {
            real[i] *= scale
            imaginary[i] *= scale
        }
    }

    /// ``forward(real:imaginary:)`` on memory the caller owns.
    private func transform(_ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>) {
        switch method {
        case .powerOfTwo(let transform): transform.forward(real, imaginary)
        case .bluestein(let transform): transform.forward(real, imaginary)
        case .empty: break
        }
    }
}

/// A transform of any length as a convolution with a chirp: jk = (j² + k² − (k−j)²)/2.
private struct BluesteinTransform: Sendable {
    let count: Int
    private let convolution: PowerOfTwoTransform
    /// e^(−πi j²/n) for j = 0 ..< n.
    private let chirpReal: [Double]
    private let chirpImaginary: [Double]
    /// The transform of the conjugate chirp, wrapped around and divided by the length of the convolution.
    private let filterReal: [Double]
    private let filterImaginary: [Double]

    init(count: Int) {
        self.count = count
        var length = 1
        while length < 2 * count - 1 { length *= 2 }
        convolution = PowerOfTwoTransform(count: length)
        let roots = UnitRoots(count: 2 * count)
        // j² modulo 2n, exact for any n whose tables fit in memory.
        let squares = (0..<count).map { $0 * $0 % (2 * count) }
        chirpReal = squares.map { roots.cosines[$0] }
        chirpImaginary = squares.map { -roots.sines[$0] }

        var real = [Double](repeating: 0, count: length)
        var imaginary = real
        let scale = 1 / Double(length)
        for j in 0..<count {
            for place in [j, (length - j) % length] {
                real[place] = chirpReal[j] * scale
                imaginary[place] = -chirpImaginary[j] * scale
            }
        }
        convolution.forward(&real, &imaginary)
        filterReal = real
        filterImaginary = imaginary
    }

    func forward(_ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>) {
        let length = convolution.count
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * length) { scratch in
            guard let re = scratch.baseAddress else { return }
            let im = re + length
            scratch.initialize(repeating: 0)
            for j in 0..<count {
                re[j] = real[j] * chirpReal[j] - imaginary[j] * chirpImaginary[j]
                im[j] = real[j] * chirpImaginary[j] + imaginary[j] * chirpReal[j]
            }
            convolution.forward(re, im)
            for k in 0..<length {
                let (r, i) = (re[k], im[k])
                // Stored exchanged: the forward transform then computes the inverse.
                re[k] = r * filterImaginary[k] + i * filterReal[k]
                im[k] = r * filterReal[k] - i * filterImaginary[k]
            }
            convolution.forward(re, im)
            for k in 0..<count {
                let (r, i) = (im[k], re[k])
                real[k] = r * chirpReal[k] - i * chirpImaginary[k]
                imaginary[k] = r * chirpImaginary[k] + i * chirpReal[k]
            }
        }
    }
}
