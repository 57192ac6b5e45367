import Glibc
import Numerics
import Testing

@Suite struct NormalTests {
    @Test func `tails agree with the golden values far out`() {
        for golden in GoldenDistributions.normal {
            // Below the least normal Double only the logarithm is exact.
            if golden.tail > 1e-307 {
                #expect(relativeError(Normal.standard.tail(golden.z), golden.tail) < 1e-12, "z \(golden.z)")
                #expect(relativeError(Normal.standard.cdf(-golden.z), golden.tail) < 1e-12, "z \(golden.z)")
            }
            if golden.z > -1 {
                #expect(
                    relativeError(Normal.standard.logTail(golden.z), golden.logTail) < 1e-13, "z \(golden.z)")
            }
        }
    }

    @Test func `quantiles agree with the golden values`() {
        for golden in GoldenDistributions.normalQuantiles {
            let got = Normal.standard.tailQuantile(golden.probability)
            #expect(abs(got - golden.value) <= 4e-16 * max(1, abs(golden.value)), "p \(golden.probability)")
        }
    }

    @Test func `mean and standard deviation move and stretch`() {
        let distribution = Normal(mean: 10, standardDeviation: 3)
        #expect(abs(distribution.cdf(13) - Normal.standard.cdf(1)) < 1e-16)
        #expect(abs(distribution.quantile(0.975) - (10 + 3 * Normal.standard.quantile(0.975))) < 1e-14)
        #expect(abs(distribution.density(10) - 1 / (3 * (2 * Double.pi).squareRoot())) < 1e-16)
    }
}

@Suite struct StudentTTests {
    @Test func `tails agree with the golden values down to the smallest Double`() {
        for golden in GoldenDistributions.studentT {
            let distribution = StudentT(degreesOfFreedom: golden.degreesOfFreedom)
            if golden.tail > 1e-307 {
                let error = relativeError(distribution.tail(golden.t), golden.tail)
                #expect(error < 2e-12, "ν \(golden.degreesOfFreedom), t \(golden.t): \(error)")
            }
            let error = relativeError(distribution.logTail(golden.t), golden.logTail)
            #expect(error < 1e-12, "ν \(golden.degreesOfFreedom), t \(golden.t): \(error)")
            #expect(relativeError(distribution.tail(-golden.t), 1 - golden.tail) < 4e-15)
        }
    }

    @Test func `quantiles agree with the golden values`() {
        for golden in GoldenDistributions.studentTQuantiles {
            let distribution = StudentT(degreesOfFreedom: golden.degreesOfFreedom)
            let error = relativeError(distribution.tailQuantile(golden.probability), golden.value)
            // Near the centre the tail hardly says where t is: there the error is that of one ulp of ½.
            let tolerance = max(1e-11, 1e-15 / golden.value)
            #expect(error < tolerance, "ν \(golden.degreesOfFreedom), p \(golden.probability): \(error)")
        }
    }

    @Test(arguments: [-5, -1, 0, 0.5, 2, 30.0])
    func `one degree of freedom is the distribution of Cauchy`(t: Double) {
        let cauchy = StudentT(degreesOfFreedom: 1)
        #expect(relativeError(cauchy.tail(t), atan2(1, t) / .pi) < 1e-14)
        #expect(relativeError(cauchy.density(t), 1 / (.pi * (1 + t * t))) < 1e-14)
    }

    @Test(arguments: [-40, -1, 0, 1, 5, 37.0])
    func `infinitely many degrees of freedom are the normal distribution`(t: Double) {
        let limit = StudentT(degreesOfFreedom: .infinity)
        #expect(limit.tail(t) == Normal.standard.tail(t))
        #expect(limit.density(t) == Normal.standard.density(t))
        #expect(limit.quantile(0.9) == Normal.standard.quantile(0.9))
    }
}

@Suite struct GeneralizedParetoTests {
    @Test func `tails and densities agree with the golden values`() {
        for golden in GoldenDistributions.pareto {
            let distribution = GeneralizedPareto(shape: golden.shape, scale: golden.scale)
            let place = "ξ \(golden.shape), σ \(golden.scale), x \(golden.x)"
            #expect(relativeError(distribution.tail(golden.x), golden.tail) < 1e-13, "\(place)")
            #expect(relativeError(distribution.density(golden.x), golden.density) < 1e-13, "\(place)")
        }
        #expect(GeneralizedPareto(shape: -0.5, scale: 1).logTail(3) == -.infinity)
        #expect(GeneralizedPareto(shape: -0.5, scale: 1).density(-1) == 0)
    }

    @Test(arguments: [-0.5, -0.3, 0, 0.2, 0.44])
    func `mean and variance give their distribution back`(shape: Double) {
        let scale = 2.5
        let mean = scale / (1 - shape)
        let variance = scale * scale / ((1 - shape) * (1 - shape) * (1 - 2 * shape))
        let fitted = GeneralizedPareto(mean: mean, variance: variance)
        #expect(abs(fitted.shape - shape) < 1e-14)
        #expect(abs(fitted.scale - scale) < 1e-14)
    }

    @Test(arguments: [-0.4, -0.1, 0, 0.2, 0.35])
    func `both estimates find the parameters of a large sample`(shape: Double) throws {
        var generator = Xoshiro256StarStar(seed: 5)
        let truth = GeneralizedPareto(shape: shape, scale: 3)
        var sample = (0..<40_000).map { _ in truth.sample(using: &generator) }
        sample[7] = .nan
        let weighted = try GeneralizedPareto(probabilityWeightedMomentsOf: sample)
        #expect(abs(weighted.shape - shape) < 0.03 && abs(weighted.scale - 3) < 0.1)
        let moments = try GeneralizedPareto(momentsOf: sample)
        #expect(abs(moments.shape - shape) < 0.08 && abs(moments.scale - 3) < 0.3)
    }

    @Test func `the weighted moments agree with their definition on a small sample`() throws {
        // The unbiased estimate of E[X(1 − F)] over pairs: half the mean of the smaller of two values.
        let sample = seededValues(12, seed: 3).map { abs($0) }
        var (pairs, sum) = (0.0, 0.0)
        for i in sample.indices {
            for j in sample.indices where i < j {
                sum += min(sample[i], sample[j])
                pairs += 1
            }
        }
        let (mean, weighted) = (sample.reduce(0, +) / 12, sum / pairs / 2)
        let shape = min(max(2 - mean / (mean - 2 * weighted), -0.5), 0.45)
        let fitted = try GeneralizedPareto(probabilityWeightedMomentsOf: sample)
        #expect(abs(fitted.shape - shape) < 1e-12)
        #expect(abs(fitted.scale - mean * (1 - shape)) < 1e-12)
    }

    @Test func `shapes are clipped and the mean is kept`() throws {
        let constant = try GeneralizedPareto(momentsOf: [2, 2, 2])
        #expect(constant.shape == -0.5 && abs(constant.scale - 3) < 1e-15)
        let wild = try GeneralizedPareto(momentsOf: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1e9])
        #expect(wild.shape == 0.45)
        #expect(relativeError(wild.scale / (1 - wild.shape), 1e8) < 1e-15)
        let equal = try GeneralizedPareto(probabilityWeightedMomentsOf: [2, 2, 2])
        #expect(equal.shape == -0.5)
    }

    @Test(arguments: [false, true])
    func `too little to learn from is refused`(weighted: Bool) {
        func fit(_ values: [Double]) throws {
            _ =
                weighted
                ? try GeneralizedPareto(probabilityWeightedMomentsOf: values)
                : try GeneralizedPareto(momentsOf: values)
        }
        #expect(throws: NumericsError.tooFewValues(needed: 2, got: 1)) { try fit([1, .nan]) }
        #expect(throws: NumericsError.tooFewValues(needed: 2, got: 0)) { try fit([]) }
        #expect(throws: NumericsError.allZero("excesses")) { try fit([0, 0, 0]) }
        #expect(throws: NumericsError.notFinite("excess")) { try fit([0, .infinity]) }
    }
}

@Suite struct DistributionContractTests {
    static let all: [any Distribution] = [
        Normal.standard, Normal(mean: -4, standardDeviation: 0.1), StudentT(degreesOfFreedom: 0.7),
        StudentT(degreesOfFreedom: 4), StudentT(degreesOfFreedom: 2e5), StudentT(degreesOfFreedom: .infinity),
        GeneralizedPareto(shape: 0, scale: 2), GeneralizedPareto(shape: 0.3, scale: 2),
        GeneralizedPareto(shape: -0.3, scale: 2),
    ]

    @Test(arguments: all.indices)
    func `every distribution honours the contract`(index: Int) {
        let distribution = Self.all[index]
        for probability in [1e-9, 0.01, 0.2, 0.5, 0.7, 0.99] {
            let x = distribution.quantile(probability)
            let place = "\(distribution), p \(probability)"
            #expect(relativeError(distribution.cdf(x), probability) < 1e-9, "\(place)")
            #expect(
                relativeError(distribution.tail(distribution.tailQuantile(probability)), probability) < 1e-9)
            #expect(abs(distribution.cdf(x) + distribution.tail(x) - 1) < 1e-14, "\(place)")
            #expect(abs(distribution.logTail(x) - log(distribution.tail(x))) < 1e-12, "\(place)")
            // The density is the slope of the distribution function.
            let step = 1e-5 * max(abs(x), 0.1 * abs(distribution.quantile(0.7) - distribution.quantile(0.5)))
            if probability > 1e-3 {
                let slope = (distribution.cdf(x + step) - distribution.cdf(x - step)) / (2 * step)
                #expect(relativeError(distribution.density(x), slope) < 1e-5, "\(place)")
            }
        }
        #expect(distribution.tail(.infinity) == 0 && distribution.cdf(.infinity) == 1)
        #expect(distribution.tail(-.infinity) == 1 && distribution.cdf(-.infinity) == 0)
        #expect(
            distribution.density(.nan).isNaN && distribution.cdf(.nan).isNaN && distribution.tail(.nan).isNaN)
        #expect(distribution.logTail(.nan).isNaN)
        #expect(distribution.quantile(.nan).isNaN && distribution.tailQuantile(.nan).isNaN)
        #expect(distribution.tailQuantile(1) == distribution.quantile(0))
        #expect(distribution.quantile(1) == distribution.tailQuantile(0))
    }

    @Test(arguments: all.indices)
    func `samples follow their distribution`(index: Int) {
        let distribution = Self.all[index]
        var generator = Xoshiro256StarStar(seed: UInt64(index) + 1)
        let count = 20_000
        let levels = (0..<count).map { _ in distribution.cdf(distribution.sample(using: &generator)) }
            .sorted()
        // The test of Kolmogorov and Smirnov: 1.95/√n is exceeded once in a thousand samples.
        var distance = 0.0
        for (i, level) in levels.enumerated() {
            distance = max(
                distance, abs(level - Double(i) / Double(count)), abs(level - Double(i + 1) / Double(count)))
        }
        #expect(distance < 1.95 / Double(count).squareRoot())
    }
}
