import Glibc

extension RandomNumberGenerator {
    /// A uniform value in 0 ..< 1, a multiple of 2⁻⁵³.
    @inlinable
    public mutating func nextUniform() -> Double {
        Double(next() &>> 11) * 0x1p-53
    }

    /// A standard normal value, by the ziggurat method; one draw of 64 bits in 99 of 100 cases.
    @inlinable
    public mutating func nextNormal() -> Double {
        let table = Ziggurat.shared
        while true {
            let bits = next()
            let layer = Int(truncatingIfNeeded: bits & 0xFF)
            // The top 53 bits as a value in -1 ..< 1, independent of the layer's 8.
            let u = Double(Int64(bitPattern: bits) &>> 11) * 0x1p-52
            let x = u * table.edges[layer]
            if abs(x) < table.edges[layer + 1] { return x }
            if layer == 0 {
                while true {
                    if let value = Ziggurat.tail(nextUniform(), nextUniform()) {
                        return u < 0 ? -value : value
                    }
                }
            }
            let (low, high) = (table.heights[layer], table.heights[layer + 1])
            if low + nextUniform() * (high - low) < Ziggurat.density(x) { return x }
        }
    }

    /// An exponential value of mean 1, at least 0 and finite.
    public mutating func nextExponential() -> Double {
        -log1p(-nextUniform())
    }

    /// A gamma value of scale 1.
    ///
    /// - Precondition: `shape` is above 0 and finite.
    /// - Source: Marsaglia & Tsang, *A simple method for generating gamma variables*, ACM Transactions on
    ///   Mathematical Software 26, 2000.
    public mutating func nextGamma(shape: Double) -> Double {
        precondition(shape > 0 && shape.isFinite, "a gamma value of shape \(shape)")
        guard shape >= 1 else {
            // The boost of section 6, by logarithms so that a small shape does not underflow too soon.
            return nextGamma(shape: shape + 1) * exp(-nextExponential() / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = nextNormal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let u = 1 - nextUniform()
            if log(u) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
        }
    }

    /// A value of Student's t distribution.
    ///
    /// - Precondition: `degreesOfFreedom` is above 0; `inf` gives normal values.
    public mutating func nextStudentT(degreesOfFreedom: Double) -> Double {
        precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
        let normal = nextNormal()
        guard degreesOfFreedom.isFinite else { return normal }
        let half = degreesOfFreedom / 2
        return normal / (nextGamma(shape: half) / half).squareRoot()
    }

    /// A count of the Poisson distribution.
    ///
    /// - Precondition: `mean` is at least 0 and at most 1e15.
    /// - Complexity: O(`mean`) below 10, O(1) from there on.
    /// - Source: Hörmann, *The transformed rejection method for generating Poisson random variables*,
    ///   Insurance: Mathematics and Economics 12, 1993 (PTRS), from 10 on; Knuth, *The Art of Computer
    ///   Programming*, volume 2, section 3.4.1, below.
    public mutating func nextPoisson(mean: Double) -> Int {
        precondition(mean >= 0 && mean <= 1e15, "a Poisson value of mean \(mean)")
        guard mean >= 10 else {
            let limit = exp(-mean)
            var (product, count) = (1 - nextUniform(), 0)
            while product > limit {
                product *= 1 - nextUniform()
                count += 1
            }
            return count
        }
        let logMean = log(mean)
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let vr = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = nextUniform() - 0.5
            let v = 1 - nextUniform()
            let us = 0.5 - abs(u)
            let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
            if us >= 0.07 && v <= vr { return Int(k) }
            guard k >= 0, us >= 0.013 || v <= us else { continue }
            var sign: Int32 = 0
            let logFactorial = lgamma_r(k + 1, &sign)
            if log(v * inverseAlpha / (a / (us * us) + b)) <= k * logMean - mean - logFactorial {
                return Int(k)
            }
        }
    }
}
