import Forecasting

/// All batch evidence of a series: one row a name, in a fixed order that learned weights count on.
enum BatchBank {
    /// The evidence, in the order of its rows.
    static let evidence: [any BatchEvidence] = [
        TwoSidedAutoregression(), SpectralResidual(), PolynomialBlocks(), CentredShift(),
        MatrixProfile(span: .season), MatrixProfile(span: .part), SubspaceWindows(), WindowClusters(),
        FrozenValues(), CausalSum(),
    ]

    /// The names of the rows.
    static let names = evidence.flatMap(\.names)

    /// How many values decide the period: a longer series need not be read whole.
    private static let periodValues = 20_000

    /// The steps in a season of a series in standard units, or what stands in for it.
    static func period(of z: [Double]) -> Int {
        DominantPeriod.of(Array(z.prefix(periodValues)))
    }

    /// Every row of a series.
    ///
    /// - Parameters:
    ///   - z: In standard units, without missing values.
    ///   - period: As ``period(of:)`` tells.
    /// - Throws: ``ForecastError/cancelled``.
    static func rows(
        of z: [Double], period: Int, progress: FitProgress
    ) throws(ForecastError) -> [[Double]] {
        var rows: [[Double]] = []
        for (done, evidence) in evidence.enumerated() {
            try progress.advance(to: done, of: Self.evidence.count)
            rows += try evidence.rows(of: z, window: period, progress: progress.unreported)
        }
        return rows
    }
}
