import Glibc
import Numerics
import Testing

@Suite struct FourierTests {
    static let lengths = [0, 1, 2, 3, 4, 5, 6, 8, 16, 17, 32, 64, 100, 243, 512, 1000, 1024]

    /// The transform by its definition; the angle is reduced in whole numbers first.
    static func slowTransform(
        _ real: [Double], _ imaginary: [Double]
    ) -> (real: [Double], imaginary: [Double]) {
        let n = real.count
        var result = (real: real, imaginary: imaginary)
        for k in 0..<n {
            var (re, im) = (0.0, 0.0)
            for j in 0..<n {
                let angle = -2 * Double.pi * Double(j * k % n) / Double(n)
                let (c, s) = (cos(angle), sin(angle))
                re += real[j] * c - imaginary[j] * s
                im += real[j] * s + imaginary[j] * c
            }
            (result.real[k], result.imaginary[k]) = (re, im)
        }
        return result
    }

    static func slowAutocorrelation(_ values: [Double], maximumLag: Int) -> [Double] {
        let n = values.count
        let mean = values.reduce(0, +) / Double(n)
        let c = (0...maximumLag).map { lag in
            guard lag < n else { return 0.0 }
            return (0..<n - lag).reduce(0) { $0 + (values[$1] - mean) * (values[$1 + lag] - mean) }
                / Double(n)
        }
        return c.map { $0 / c[0] }
    }

    @Test(arguments: lengths)
    func `the transform agrees with its definition and the inverse undoes it`(count: Int) {
        let (x, y) = (seededValues(count, seed: 1), seededValues(count, seed: 2))
        let want = Self.slowTransform(x, y)
        let transform = FourierTransform(count: count)
        var (real, imaginary) = (x, y)
        transform.forward(real: &real, imaginary: &imaginary)
        // The sum of 1,024 values of size 1 has errors of about 1e-13 on the slow side.
        #expect(largestDifference(real, want.real) < 2e-12)
        #expect(largestDifference(imaginary, want.imaginary) < 2e-12)
        transform.inverse(real: &real, imaginary: &imaginary)
        #expect(largestDifference(real, x) < 2e-15 * 4)
        #expect(largestDifference(imaginary, y) < 2e-15 * 4)
    }

    @Test(arguments: lengths)
    func `the power spectrum agrees with its definition`(count: Int) {
        let x = seededValues(count, seed: 3)
        let slow = Self.slowTransform(x, [Double](repeating: 0, count: count))
        let want =
            count == 0
            ? []
            : (0...count / 2).map { k in
                slow.real[k] * slow.real[k] + slow.imaginary[k] * slow.imaginary[k]
            }
        let got = Fourier.powerSpectrum(x)
        #expect(got.count == want.count)
        #expect(largestDifference(got, want) < 1e-12 * Double(max(count, 1)))
    }

    @Test(arguments: lengths.filter { $0 > 1 }, [0, 1, 7, 60, 1100])
    func `the autocorrelation agrees with its definition`(count: Int, maximumLag: Int) {
        let x = seededValues(count, seed: 4).map { 1e3 + $0 }
        let got = Fourier.autocorrelation(x, maximumLag: maximumLag)
        // The slow side loses three digits to the mean of 1,000.
        #expect(largestDifference(got, Self.slowAutocorrelation(x, maximumLag: maximumLag)) < 1e-11)
        #expect(got[0] == 1)
    }

    @Test func `a pure wave has all its power at its frequency`() {
        let power = Fourier.powerSpectrum((0..<84).map { sin(2 * .pi * Double($0) / 12) })
        #expect(abs(power[7] - 42 * 42) < 1e-9)
        #expect(power.enumerated().allSatisfy { $0.offset == 7 || $0.element < 1e-20 })
    }

    @Test(arguments: [[], [5], [0.1, 0.1, 0.1], [Double](repeating: 1e300, count: 50)])
    func `what never varies correlates with nothing`(values: [Double]) {
        #expect(Fourier.autocorrelation(values, maximumLag: 4) == [0, 0, 0, 0, 0])
    }

    @Test(arguments: [1e-300, 1e-160, 1e160, 1.7e308])
    func `the autocorrelation does not depend on the unit`(scale: Double) {
        let x = seededValues(40, seed: 5)
        let got = Fourier.autocorrelation(x.map { $0 * scale }, maximumLag: 12)
        #expect(largestDifference(got, Fourier.autocorrelation(x, maximumLag: 12)) < 1e-14)
    }

    @Test func `missing values are not taken for numbers`() {
        let values = [1, 2, .nan, 4]
        #expect(Fourier.powerSpectrum(values).allSatisfy { $0.isNaN })
        #expect(Fourier.autocorrelation(values, maximumLag: 2).allSatisfy { $0.isNaN })
        #expect(Fourier.autocorrelation([1, .infinity], maximumLag: 2).allSatisfy { $0.isNaN })
    }
}
