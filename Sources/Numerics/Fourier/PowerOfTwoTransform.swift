/// The fast Fourier transform of a power of two values, in place on split real and imaginary parts.
///
/// Bit reversal, then radix-4 stages (the first one radix-2 when the exponent is odd). Each stage has its
/// twiddle factors side by side in the order of use, so that the inner loop reads straight through memory.
///
/// - Source: Van Loan, *Computational Frameworks for the Fast Fourier Transform*, SIAM 1992, sections 1.3
///   and 2.4.
struct PowerOfTwoTransform: Sendable {
    let count: Int
    /// Pairs of positions to exchange, flattened.
    private let exchanges: [Int32]
    /// Per radix-4 stage after the first: w, w², w³, each as reals and then imaginaries, a quarter of the
    /// stage's span long.
    private let twiddles: [Double]

    /// - Precondition: `count` is a power of two.
    init(count: Int) {
        precondition(count > 0 && count & (count - 1) == 0, "\(count) is not a power of two")
        self.count = count
        let bits = count.trailingZeroBitCount
        var exchanges: [Int32] = []
        exchanges.reserveCapacity(count)
        var reversed = 0
        for i in 0..<count {
            if i < reversed { exchanges += [Int32(i), Int32(reversed)] }
            // Adds one to `reversed`, carrying from the highest bit down.
            var bit = count >> 1
            while bit > 0 && reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
        }
        self.exchanges = exchanges

        let roots = UnitRoots(count: count)
        var twiddles: [Double] = []
        twiddles.reserveCapacity(2 * count)
        var quarter = bits % 2 == 0 ? 4 : 2
        while 4 * quarter <= count {
            let step = count / (4 * quarter)
            for power in 1...3 {
                twiddles += (0..<quarter).map { roots.cosines[$0 * power * step] }
                twiddles += (0..<quarter).map { -roots.sines[$0 * power * step] }
            }
            quarter *= 4
        }
        self.twiddles = twiddles
    }

    /// X_k = Σ x_j e^(−2πi jk/n), unscaled; both buffers have `count` elements.
    func forward(_ real: UnsafeMutablePointer<Double>, _ imaginary: UnsafeMutablePointer<Double>) {
        guard count > 1 else { return }
        reorder(real)
        reorder(imaginary)
        var quarter: Int
        if count.trailingZeroBitCount % 2 == 0 {
            firstFours(real, imaginary)
            quarter = 4
        } else {
            firstPairs(real)
            firstPairs(imaginary)
            quarter = 2
        }
        twiddles.withUnsafeBufferPointer { twiddles in
            guard var stage = twiddles.baseAddress else { return }
            while 4 * quarter <= count {
                var start = 0
                while start < count {
                    Self.butterflies(real + start, imaginary + start, quarter: quarter, stage)
                    start += 4 * quarter
                }
                stage += 6 * quarter
                quarter *= 4
            }
        }
    }

    private func reorder(_ values: UnsafeMutablePointer<Double>) {
        exchanges.withUnsafeBufferPointer { exchanges in
            var i = 0
            while i < exchanges.count {
                let (a, b) = (Int(exchanges[i]), Int(exchanges[i + 1]))
                (values[a], values[b]) = (values[b], values[a])
                i += 2
            }
        }
    }

    private func firstPairs(_ values: UnsafeMutablePointer<Double>) {
        var i = 0
        while i < count {
            (values[i], values[i + 1]) = (values[i] + values[i + 1], values[i] - values[i + 1])
            i += 2
        }
    }

    /// The first radix-4 stage, whose twiddle factors are all 1.
    private func firstFours(_ re: UnsafeMutablePointer<Double>, _ im: UnsafeMutablePointer<Double>) {
        var i = 0
        while i < count {
            let (ar, ai) = (re[i] + re[i + 1], im[i] + im[i + 1])
            let (br, bi) = (re[i] - re[i + 1], im[i] - im[i + 1])
            let (cr, ci) = (re[i + 2] + re[i + 3], im[i + 2] + im[i + 3])
            let (dr, di) = (re[i + 2] - re[i + 3], im[i + 2] - im[i + 3])
            (re[i], im[i]) = (ar + cr, ai + ci)
            (re[i + 1], im[i + 1]) = (br + di, bi - dr)
            (re[i + 2], im[i + 2]) = (ar - cr, ai - ci)
            (re[i + 3], im[i + 3]) = (br - di, bi + dr)
            i += 4
        }
    }

    /// One block of a radix-4 stage. After the bit reversal its four quarters hold the transforms of the
    /// samples 0, 2, 1 and 3 modulo 4, so the second takes w² and the third takes w.
    private static func butterflies(
        _ re: UnsafeMutablePointer<Double>, _ im: UnsafeMutablePointer<Double>, quarter: Int,
        _ twiddles: UnsafePointer<Double>
    ) {
        let (w1r, w1i) = (twiddles, twiddles + quarter)
        let (w2r, w2i) = (w1i + quarter, w1i + 2 * quarter)
        let (w3r, w3i) = (w2i + quarter, w2i + 2 * quarter)
        let (re1, re2, re3) = (re + quarter, re + 2 * quarter, re + 3 * quarter)
        let (im1, im2, im3) = (im + quarter, im + 2 * quarter, im + 3 * quarter)
        var k = 0
        while k < quarter {
            let (t1r, t1i) = (re1[k] * w2r[k] - im1[k] * w2i[k], re1[k] * w2i[k] + im1[k] * w2r[k])
            let (t2r, t2i) = (re2[k] * w1r[k] - im2[k] * w1i[k], re2[k] * w1i[k] + im2[k] * w1r[k])
            let (t3r, t3i) = (re3[k] * w3r[k] - im3[k] * w3i[k], re3[k] * w3i[k] + im3[k] * w3r[k])
            let (ar, ai) = (re[k] + t1r, im[k] + t1i)
            let (br, bi) = (re[k] - t1r, im[k] - t1i)
            let (cr, ci) = (t2r + t3r, t2i + t3i)
            let (dr, di) = (t2r - t3r, t2i - t3i)
            (re[k], im[k]) = (ar + cr, ai + ci)
            (re1[k], im1[k]) = (br + di, bi - dr)
            (re2[k], im2[k]) = (ar - cr, ai - ci)
            (re3[k], im3[k]) = (br - di, bi + dr)
            k += 1
        }
    }
}
