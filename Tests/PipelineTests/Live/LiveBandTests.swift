import Testing

@testable import Pipeline

@Suite struct LiveBandTests {
    @Test func `bounds beyond all numbers become the greatest, and nan is no band`() {
        let most = Double.greatestFiniteMagnitude
        let wide = LiveBand(expected: 1, lower: -.infinity, upper: .infinity)
        #expect(wide.finite == LiveBand(expected: 1, lower: -most, upper: most))
        #expect(LiveBand(expected: .nan, lower: 0, upper: 1).finite == nil)
        #expect(LiveBand(expected: 1, lower: 0, upper: 2).finite == LiveBand(expected: 1, lower: 0, upper: 2))
    }

    @Test func `a trail keeps the band of great values that hardly differ`() {
        var trail = BandTrail()
        let band = LiveBand(expected: 1e9 + 0.05, lower: 1e9, upper: 1e9 + 0.1)
        trail.append(7, band)
        let kept = trail.entries(in: 0...9).first?.band
        #expect(kept?.expected == band.expected)
        #expect(abs((kept?.lower ?? 0) - band.lower) < 1e-6 && abs((kept?.upper ?? 0) - band.upper) < 1e-6)
    }
}
