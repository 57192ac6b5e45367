import Forecasting
import Numerics
import TestSupport
import Testing

@testable import Detection

/// The row of a batch bank that sees earlier values only.
@Suite struct CausalSumTests {
    private func row(_ z: [Double]) throws -> [Double] {
        try CausalSum().rows(of: z, window: 24, progress: .ignored)[0]
    }

    private func season(_ count: Int) -> [Double] {
        var random = SeededSeries(seed: 61)
        return StandardSeries(random.season(count, period: 24, noise: 0.3)).values
    }

    @Test func `it is the plain sum of the full tier`() throws {
        let z = season(700)
        var ranking = FullRanking()
        #expect(bits(try row(z)) == bits(z.map { ranking.example($0).sum }))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 300, 699])
    func `later values change nothing`(count: Int) throws {
        let z = season(700)
        #expect(bits(try row(Array(z.prefix(count)))) == bits(Array(try row(z).prefix(count))))
    }

    @Test func `of two alike the first stands out, which neighbours on both sides forgive`() throws {
        var z = season(1_600)
        let odd = (0..<24).map { Double($0.isMultiple(of: 3) ? 2 : -2) }
        for start in [800, 1_300] { z.replaceSubrange(start..<start + 24, with: odd) }
        let scores = CentredWindow.means(of: try row(z), width: 24)
        let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        #expect((790..<850).contains(best), "\(best)")
        let nearest = try MatrixProfile(span: .part).rows(of: z, window: 24, progress: .ignored)[0]
        #expect(nearest[805..<820].allSatisfy { $0 < 0.5 }, "\(nearest[805..<820])")
    }
}
