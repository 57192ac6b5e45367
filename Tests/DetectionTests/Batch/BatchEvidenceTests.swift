import Forecasting
import Foundation
import Numerics
import TestSupport
import Testing

@testable import Detection

/// Every kind of batch evidence against its definition, written out slowly.
@Suite struct BatchEvidenceTests {
    private func expect(_ got: [Double], near want: [Double], within tolerance: Double, _ name: String) {
        #expect(got.count == want.count, "\(name)")
        let worst = zip(got, want).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= tolerance, "\(name): \(worst)")
    }

    private func rows(_ evidence: any BatchEvidence, _ z: [Double], window: Int) throws -> [[Double]] {
        try evidence.rows(of: z, window: window, progress: .ignored)
    }

    private func series(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        return StandardSeries(random.autoregression(count, 0.8)).values
    }

    @Test func `every evidence says what it sees and where it comes from`() {
        #expect(Set(BatchBank.names).count == BatchBank.names.count)
        #expect(BatchForm.first.features == 81 && BatchForm.latest.features == 84)
        for form in [BatchForm.first, .latest] {
            #expect(form.summed.allSatisfy { BatchBank.names.prefix(form.rows).contains($0.name) })
        }
        for evidence in BatchBank.evidence {
            #expect(evidence.summary.hasSuffix(".") && !evidence.source.isEmpty, "\(evidence.names)")
        }
    }

    @Test(arguments: [(1, 1), (5, 1), (5, 4), (6, 5), (30, 8), (3, 9)])
    func `centred means go on beyond the ends`(count: Int, width: Int) {
        let values = series(max(count, 2), seed: 1).prefix(count).map { $0 }
        let want = values.indices.map { t in
            (0..<width).reduce(0.0) { $0 + values[min(max(t - width / 2 + $1, 0), count - 1)] }
                / Double(width)
        }
        expect(CentredWindow.means(of: values, width: width), near: want, within: 1e-12, "means")
    }

    @Test func `scores of windows reach the values they are about`() {
        #expect(CentredWindow.onCentres([1, 2, 3], count: 6, width: 4) == [1, 1, 1, 2, 3, 3])
        #expect(CentredWindow.covering([1, 3, 5], count: 5, width: 3) == [1, 2, 3, 4, 5])
    }

    @Test(arguments: [2, 50, 97, 128])
    func `the spectral residual is that of the definition`(count: Int) throws {
        let z = series(count, seed: 2)
        func transformed(_ x: [(Double, Double)], sign: Double) -> [(Double, Double)] {
            x.indices.map { k in
                x.enumerated().reduce((0.0, 0.0)) { sum, item in
                    let angle = sign * 2 * Double.pi * Double(item.offset * k % count) / Double(count)
                    let (re, im) = item.element
                    return (
                        sum.0 + re * cos(angle) - im * sin(angle), sum.1 + re * sin(angle) + im * cos(angle)
                    )
                }
            }
        }
        var spectrum = transformed(z.map { ($0, 0) }, sign: -1)
        // The series has mean 0: what is left of it is rounding, without a phase worth comparing.
        let mean = spectrum[0]
        spectrum[0] = (0, 0)
        let sizes = spectrum.map { hypot($0.0, $0.1) }
        let loudest = try #require(sizes.max())
        let logarithms = sizes.map { log($0 + SpectralResidual.silence * loudest) }
        let flat = spectrum.indices.map { k in
            let around = (0..<SpectralResidual.width).map {
                logarithms[min(max(k - SpectralResidual.width / 2 + $0, 0), count - 1)]
            }
            let size = exp(logarithms[k] - around.reduce(0, +) / Double(SpectralResidual.width))
            let phase = atan2(k == 0 ? mean.1 : spectrum[k].1, k == 0 ? mean.0 : spectrum[k].0)
            return (size * cos(phase), size * sin(phase))
        }
        let want = transformed(flat, sign: 1).map { hypot($0.0, $0.1) / Double(count) }
        // The silent frequency 0 may have either sign.
        let silent = 2 * hypot(flat[0].0, flat[0].1) / Double(count)
        let got = try rows(SpectralResidual(), z, window: 20)[0]
        expect(got, near: want, within: 1e-6 * (want.max() ?? 0) + silent, "spectral residual")
    }

    @Test(arguments: [(10, 6), (60, 20), (140, 125), (300, 24), (61, 60)])
    func `polynomials are those of least squares`(count: Int, window: Int) throws {
        let z = series(count, seed: 3)
        let width = max(2, window)
        let reach = max(5 * width, 50)
        var want = [Double](repeating: 0, count: count)
        for start in stride(from: 0, to: count, by: width) {
            let end = min(count, start + width)
            let around = max(0, start - reach)..<min(count, end + reach)
            let fitted = around.filter { $0 < start || $0 >= end }
            guard fitted.count >= 10 else { continue }
            let centre = Double(start + end) / 2
            let half = Double(around.count) / 2
            func powers(_ t: Int) -> [Double] { (0...4).map { pow((Double(t) - centre) / half, Double($0)) } }
            let matrix = Matrix(rows: fitted.count, columns: 5, elements: fitted.flatMap(powers))
            let solution = try matrix.leastSquares(fitted.map { z[$0] }).coefficients
            for t in start..<end {
                want[t] = abs(z[t] - zip(powers(t), solution).reduce(0) { $0 + $1.0 * $1.1 })
            }
        }
        let size = want.reduce(1, max)
        expect(
            try rows(PolynomialBlocks(), z, window: window)[0], near: want, within: 1e-9 * size, "polynomial")
    }

    @Test(arguments: [(40, 8), (200, 30), (600, 20)])
    func `the subspace is that of the matrix of windows`(count: Int, window: Int) throws {
        let z = series(count, seed: 4)
        let width = min(window, count / 4)
        let windows = (0...count - width).map { Array(z[$0..<$0 + width]) }
        let moments = (0..<width).map { place in
            let column = windows.map { $0[place] }
            return (PairwiseSum.mean(column), Descriptive.populationDeviation(column))
        }
        let standard = windows.map { zip($0, moments).map { ($0 - $1.0) / ($1.1 + 1e-9) } }
        let matrix = Matrix(rows: windows.count, columns: width, elements: standard.flatMap { $0 })
        var correlation = matrix.gram()
        correlation.withMutableElements { cells in
            for i in cells.indices { cells[i] /= Double(windows.count) }
        }
        let eigen = try SymmetricEigen(correlation)
        let total = eigen.values.reduce(0, +)
        let projected = matrix * eigen.vectors
        let distances = windows.indices.map { row in
            (0..<width).reduce(0.0) { sum, k in
                let y = projected[row, k]
                return sum + y * y / (eigen.values[k] + 1e-3 * total / Double(width))
            }.squareRoot()
        }
        var leading: [Int] = []
        var held = 0.0
        for k in (0..<width).reversed() {
            held += eigen.values[k] / total
            if held < 0.1 { leading.append(k) }
        }
        let residual = leading.isEmpty ? [0] : leading
        let residuals = windows.indices.map { row in
            residual.reduce(0.0) { $0 + projected[row, $1] * projected[row, $1] }.squareRoot()
        }
        let got = try rows(SubspaceWindows(), z, window: window)
        for (row, want) in zip(got, [distances, residuals]) {
            let centred = CentredWindow.onCentres(want, count: count, width: width)
            expect(row, near: centred, within: 1e-8, "subspace")
        }
    }

    @Test(arguments: [(16, 4), (120, 30), (260, 65)])
    func `clusters are those of Lloyd's algorithm`(count: Int, window: Int) throws {
        let z = series(count, seed: 5)
        let width = min(window, count / 4)
        let share = max(1, width / 32)
        let shapes = (0...count - width).map { start in
            let means = (0..<width / share).map { place in
                z[start + place * share..<start + (place + 1) * share].reduce(0, +) / Double(share)
            }
            let mean = means.reduce(0, +) / Double(means.count)
            let deviation = max(Descriptive.populationDeviation(means), 0.1)
            return means.map { ($0 - mean) / deviation }
        }
        func square(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        var centres = (0..<10).map { shapes[Int(Double($0) * (Double(shapes.count - 1) / 9))] }
        for _ in 0..<11 {
            let nearest = shapes.map { shape in
                centres.indices.reduce(0) {
                    square(shape, centres[$1]) < square(shape, centres[$0]) ? $1 : $0
                }
            }
            for cluster in centres.indices {
                let members = shapes.indices.filter { nearest[$0] == cluster }.map { shapes[$0] }
                centres[cluster] =
                    members.isEmpty
                    ? shapes[cluster * 7919 % shapes.count]
                    : shapes[0].indices.map { place in
                        members.reduce(0) { $0 + $1[place] } / Double(members.count)
                    }
            }
        }
        let distances = shapes.map { shape in
            centres.reduce(Double.infinity) { min($0, square(shape, $1)) }.squareRoot()
        }
        let want = (0..<count).map { t in
            let around = distances.indices.filter { $0 <= t && t < $0 + width }.map { distances[$0] }
            return around.reduce(0, +) / Double(around.count)
        }
        expect(try rows(WindowClusters(), z, window: window)[0], near: want, within: 1e-7, "clusters")
    }

    @Test func `a regression from both sides is one and its mirror`() throws {
        let z = series(300, seed: 6)
        let forward = try rows(TwoSidedAutoregression(), z, window: 20)
        let backward = try rows(TwoSidedAutoregression(), z.reversed(), window: 20)
        for (a, b) in zip(forward, backward) { #expect(a == b.reversed()) }
        #expect(zip(forward[0], forward[1]).allSatisfy { $0 <= $1 + 1e-12 })
    }

    @Test func `a linear recurrence is forecast from both sides`() throws {
        let z = StandardSeries((0..<400).map { sin(Double($0) / 3) + cos(Double($0) / 7) }).values
        let either = try rows(TwoSidedAutoregression(), z, window: 20)[1]
        #expect(either[100..<300].allSatisfy { $0 < 1e-3 })
    }

    @Test func `frozen values are those that repeat more than usual`() throws {
        var z = series(200, seed: 7)
        for t in 100..<120 { z[t] = z[100] }
        let row = try rows(FrozenValues(), z, window: 10)[0]
        #expect(row[110] > 0.8)
        #expect(row[50] == 0)
    }
}
