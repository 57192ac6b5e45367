import Glibc
import Numerics
import Testing

@Suite struct GeneratorTests {
    @Test func `xoshiro256** gives the published numbers`() {
        // Source: the reference C program of Blackman & Vigna (xoshiro256starstar.c), compiled with gcc 12; the
        // first ten are also the test vector of the Rust crate rand_xoshiro.
        var generator = Xoshiro256StarStar(state: (1, 2, 3, 4))
        let want: [UInt64] = [
            11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
            607_988_272_756_665_600,
            16_172_922_978_634_559_625, 8_476_171_486_693_032_832, 10_595_114_339_597_558_777,
            2_904_607_092_377_533_576,
        ]
        for value in want { #expect(generator.next() == value) }
    }

    @Test func `SplitMix64 gives the published numbers`() {
        // Source: the reference C program of Vigna (splitmix64.c), seed 1234567.
        var generator = SplitMix64(seed: 1_234_567)
        let want: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        for value in want { #expect(generator.next() == value) }
    }

    @Test func `a seed and a jump give what the reference gives`() {
        // Source: both reference programs, compiled with gcc 12; state from splitmix64 seeded with 42.
        var generator = Xoshiro256StarStar(seed: 42)
        let first: [UInt64] = [
            1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009,
            17_057_574_109_182_124_193,
        ]
        for value in first { #expect(generator.next() == value) }
        generator.jump()
        let jumped: [UInt64] = [
            8_590_228_844_810_902_155, 2_210_021_617_906_878_354, 17_674_458_806_900_486_147,
            4_819_038_167_205_791_486,
        ]
        for value in jumped { #expect(generator.next() == value) }
    }

    @Test func `a stored state goes on where it stopped`() {
        var generator = Xoshiro256StarStar(seed: 7)
        _ = generator.nextNormal()
        var restored = Xoshiro256StarStar(state: generator.state)
        #expect(restored == generator)
        #expect(restored.nextPoisson(mean: 30) == generator.nextPoisson(mean: 30))
        #expect(restored.next() == generator.next())
    }
}

@Suite struct VariateTests {
    @Test func `uniform values fill 0 ..< 1`() {
        var generator = Xoshiro256StarStar(seed: 1)
        let values = (0..<100_000).map { _ in generator.nextUniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(Descriptive.mean(values) - 0.5) < 0.004)
        #expect(abs(Descriptive.variance(values) - 1.0 / 12) < 0.001)
    }

    @Test func `normal values have the moments and the tail of the normal distribution`() {
        var generator = Xoshiro256StarStar(seed: 2)
        let count = 1_000_000
        var sums = (0.0, 0.0, 0.0, 0.0)
        var (beyond3, beyondTable) = (0, 0)
        for _ in 0..<count {
            let x = generator.nextNormal()
            sums.0 += x
            sums.1 += x * x
            sums.2 += x * x * x
            sums.3 += x * x * x * x
            if x > 3 { beyond3 += 1 }
            if abs(x) > 3.654 { beyondTable += 1 }
        }
        let n = Double(count)
        #expect(abs(sums.0 / n) < 4 / n.squareRoot())
        #expect(abs(sums.1 / n - 1) < 4 * (2 / n).squareRoot())
        #expect(abs(sums.2 / n) < 4 * (15 / n).squareRoot())
        #expect(abs(sums.3 / n - 3) < 4 * (96 / n).squareRoot())
        let expected3 = n * Normal.standard.tail(3)
        #expect(abs(Double(beyond3) - expected3) < 4 * expected3.squareRoot())
        let expectedTail = 2 * n * Normal.standard.tail(3.654)
        #expect(abs(Double(beyondTable) - expectedTail) < 4 * expectedTail.squareRoot())
    }

    @Test(arguments: [0.05, 0.5, 1, 3.7, 200])
    func `gamma values have mean and variance equal to the shape`(shape: Double) {
        var generator = Xoshiro256StarStar(seed: 3)
        let values = (0..<100_000).map { _ in generator.nextGamma(shape: shape) }
        #expect(values.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(abs(Descriptive.mean(values) - shape) < 4 * (shape / 1e5).squareRoot())
        #expect(relativeError(Descriptive.variance(values), shape) < 0.1)
    }

    @Test(arguments: [0, 0.3, 4, 9.99, 10, 25, 400, 1e6])
    func `Poisson counts have the frequencies of their distribution`(mean: Double) {
        var generator = Xoshiro256StarStar(seed: 4)
        let count = 50_000
        var frequencies: [Int: Int] = [:]
        for _ in 0..<count { frequencies[generator.nextPoisson(mean: mean), default: 0] += 1 }
        #expect(frequencies.keys.allSatisfy { $0 >= 0 })
        var (chiSquare, cells) = (0.0, 0)
        for (k, observed) in frequencies {
            let logProbability = mean == 0 ? 0 : Double(k) * log(mean) - mean - lgamma(Double(k) + 1).0
            let expected = Double(count) * exp(logProbability)
            guard expected >= 10 else { continue }
            chiSquare += (Double(observed) - expected) * (Double(observed) - expected) / expected
            cells += 1
        }
        // χ² has mean `cells` at most and variance twice that.
        #expect(chiSquare < Double(cells) + 5 * (2 * Double(max(cells, 4))).squareRoot())
        let total = frequencies.reduce(0) { $0 + Double($1.key) * Double($1.value) }
        #expect(abs(total / Double(count) - mean) <= 4 * (mean / Double(count)).squareRoot())
    }

    @Test func `exponential values have mean and variance 1`() {
        var generator = Xoshiro256StarStar(seed: 5)
        let values = (0..<100_000).map { _ in generator.nextExponential() }
        #expect(values.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(abs(Descriptive.mean(values) - 1) < 0.013)
        #expect(abs(Descriptive.variance(values) - 1) < 0.04)
    }

    @Test func `any generator gives variates`() {
        var system = SystemRandomNumberGenerator()
        #expect(system.nextNormal().isFinite)
        #expect(system.nextStudentT(degreesOfFreedom: 3).isFinite)
    }
}
