/// Spectra and correlations of real series.
public enum Fourier {
    /// The power |X_k|² of each frequency k/n, unscaled, for k = 0 ... ⌊n/2⌋.
    ///
    /// The length n is the count of the values itself, never padded: index k is k whole cycles in the series.
    /// The mean stays in index 0.
    ///
    /// - Parameter values: Evenly spaced; a `nan` makes every power `nan`.
    /// - Returns: ⌊n/2⌋ + 1 powers in the squared unit of the values; empty for no values.
    /// - Complexity: O(n log n) for any n. An even count costs half as much as an odd one.
    public static func powerSpectrum(_ values: [Double]) -> [Double] {
        let count = values.count
        guard count % 2 == 0 && count > 0 else {
            var (real, imaginary) = (values, [Double](repeating: 0, count: count))
            FourierTransform(count: count).forward(real: &real, imaginary: &imaginary)
            return (0..<(count + 1) / 2).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
        }
        // Even and odd samples as the two parts of one transform of half the length (Press et al.,
        // Numerical Recipes, 3rd ed., section 12.3.2).
        let half = count / 2
        var real = (0..<half).map { values[2 * $0] }
        var imaginary = (0..<half).map { values[2 * $0 + 1] }
        FourierTransform(count: half).forward(real: &real, imaginary: &imaginary)
        let roots = UnitRoots(count: count)
        return (0...half).map { k in
            let (i, j) = (k % half, (half - k) % half)
            let (evenReal, evenImaginary) = ((real[i] + real[j]) / 2, (imaginary[i] - imaginary[j]) / 2)
            let (oddReal, oddImaginary) = ((imaginary[i] + imaginary[j]) / 2, (real[j] - real[i]) / 2)
            let (c, s) = (roots.cosines[k], -roots.sines[k])
            let re = evenReal + oddReal * c - oddImaginary * s
            let im = evenImaginary + oddReal * s + oddImaginary * c
            return re * re + im * im
        }
    }

    /// The autocorrelation r_k = c_k / c_0 with c_k = (1/n) Σ (x_t − x̄)(x_{t+k} − x̄), for k = 0 ... the
    /// largest lag.
    ///
    /// The divisor is n at every lag, so the result is positive semidefinite and |r_k| ≤ 1.
    ///
    /// - Parameters:
    ///   - values: Evenly spaced; one that is `nan` or infinite makes the whole result `nan`.
    ///   - maximumLag: The largest lag, at least 0.
    /// - Returns: `maximumLag + 1` values, index = lag. Zero at lags past the end; all zero, also at lag 0,
    ///   when there are no values or all are equal.
    /// - Complexity: O(N log N) with N the power of two from n + `maximumLag`.
    /// - Source: Box, Jenkins & Reinsel, *Time Series Analysis*, 4th ed., section 2.1.5; the transform of the
    ///   padded series: Brockwell & Davis, *Time Series: Theory and Methods*, 2nd ed., section 10.1.
    public static func autocorrelation(_ values: [Double], maximumLag: Int) -> [Double] {
        precondition(maximumLag >= 0, "the autocorrelation up to lag \(maximumLag)")
        var result = [Double](repeating: 0, count: maximumLag + 1)
        guard let first = values.first else { return result }
        guard allFinite(values) else { return result.map { _ in .nan } }
        guard values.contains(where: { $0 != first }) else { return result }

        // Scaled to at most 1, so that neither the sum nor the squares overflow; the ratio does not mind.
        let largest = values.reduce(0) { max($0, abs($1)) }
        let scaled = values.map { $0 / largest }
        let mean = scaled.reduce(0, +) / Double(scaled.count)
        let spread = scaled.reduce(0) { max($0, abs($1 - mean)) }
        guard spread > 0 else { return result }

        let lags = min(maximumLag, values.count - 1)
        var length = 1
        while length < values.count + lags { length *= 2 }
        let transform = FourierTransform(count: length)
        var real = scaled.map { ($0 - mean) / spread }
        real += [Double](repeating: 0, count: length - values.count)
        var imaginary = [Double](repeating: 0, count: length)
        transform.forward(real: &real, imaginary: &imaginary)
        for k in 0..<length {
            real[k] = real[k] * real[k] + imaginary[k] * imaginary[k]
            imaginary[k] = 0
        }
        // The power is even in k, so forward and inverse transforms agree up to the factor that cancels below.
        transform.forward(real: &real, imaginary: &imaginary)
        for lag in 0...lags { result[lag] = real[lag] / real[0] }
        return result
    }
}
