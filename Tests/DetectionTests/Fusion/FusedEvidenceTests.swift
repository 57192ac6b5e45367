import TestSupport
import Testing

@testable import Detection

@Suite struct FusedEvidenceTests {
    private func series(_ count: Int, seed: UInt64 = 3) -> [Double] {
        var random = SeededSeries(seed: seed)
        return random.season(count, period: 48)
    }

    @Test func `ranks are those of the full ranking, and a missing season is a shape`() throws {
        var values = series(6_000)
        for step in 4_000..<4_048 { values[step] = values[3_990] }
        let ranking = try SeriesRanking(values, network: .causal)
        var full = FullRanking()
        for (step, value) in values.enumerated() {
            let rank = full.push(value, network: .causal)
            #expect(ranking.ranks[step] == (full.isReady ? SeriesRanking.positive(rank.fused) : 0))
        }
        let least = try #require(
            (4_000..<4_060).min {
                (ranking.assessments[$0]?.pValue ?? 1) < (ranking.assessments[$1]?.pValue ?? 1)
            })
        let found = try #require(ranking.assessments[least])
        #expect(found.pValue < 1e-3, "\(found)")
        #expect([.shape, .frozen, .dependence, .varianceShift].contains(found.kind), "\(found.kind)")
        let before = ranking.assessments[1_500..<4_000].count { ($0?.pValue ?? 1) < 1e-3 }
        #expect(before <= 8, "\(before) of 2,500 quiet values")
    }

    @Test func `an excursion is reported once, and every value of it is rated`() throws {
        var values = series(5_000)
        for step in 4_000..<4_020 { values[step] += 12 }
        let assessments = try SeriesRanking(values, network: .causal).assessments[4_000..<4_020].compactMap {
            $0
        }
        #expect(assessments.count { $0.everyPValue < 0.01 } > assessments.count { $0.pValue < 0.01 })
        #expect(assessments.contains { $0.pValue < 0.01 })
    }

    @Test func `copied in the middle both tiers go on to the last bit`() {
        let values = series(3_000, seed: 8)
        var (full, light) = (FusedEvidence(), StreamEvidence())
        for value in values[..<1_777] { _ = (full.push(value), light.push(value)) }
        var otherFull = withUnsafeBytes(of: full) { $0.loadUnaligned(as: FusedEvidence.self) }
        var otherLight = withUnsafeBytes(of: light) { $0.loadUnaligned(as: StreamEvidence.self) }
        for value in values[1_777...] {
            let (a, b) = (full.push(value), otherFull.push(value))
            #expect(a?.rank.bitPattern == b?.rank.bitPattern && a?.pValue == b?.pValue && a?.kind == b?.kind)
            #expect(light.push(value).bitPattern == otherLight.push(value).bitPattern)
        }
        #expect(MemoryLayout<StreamEvidence>.size <= 3_840)
    }

    @Test func `the light evidence is quiet on quiet series and loud in an incident`() {
        var (quiet, reported, loud) = (0, 0, 0)
        for seed in 0..<10 as Range<UInt64> {
            var values = series(6_000, seed: 50 + seed)
            for step in 5_000..<5_048 { values[step] = -values[step] - 6 }
            var evidence = StreamEvidence()
            for (step, value) in values.enumerated() {
                let p = evidence.push(value)
                if step < 5_000 {
                    quiet += 1
                    if p < 1e-3 { reported += 1 }
                } else if step < 5_060, p < 1e-3 {
                    loud += 1
                }
            }
        }
        #expect(reported <= 2 * quiet / 1_000, "\(reported) of \(quiet)")
        #expect(loud >= 9, "\(loud) of 10 incidents")
    }

    @Test func `every channel has a kind that the catalogue describes`() {
        for channel in Channel.allCases {
            #expect(DetectorCatalog.entries.contains { $0.kind == channel.kind }, "\(channel)")
        }
        #expect(Set(DetectorCatalog.entries.map(\.kind)) == Set(EvidenceKind.allCases))
        let own = DetectorCatalog.entries.filter {
            [.residual, .levelShift, .varianceShift].contains($0.kind)
        }
        .map(\.share)
        #expect(abs(own.reduce(0, +) + DetectorCatalog.fusedShare - 1) < 1e-12)
    }
}
