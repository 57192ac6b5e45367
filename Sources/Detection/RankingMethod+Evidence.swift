import Forecasting
import Numerics

// Every evidence by itself. One line says what it sees and one where it was published.

extension RankingMethod {
    /// Each evidence that sees earlier values only.
    static let causalEvidence: [RankingMethod] = [
        causal(
            "forecast-residual", ForecastResidual.self,
            "The value is far from its forecast by smoothed level, trend and season.",
            "Gardner & McKenzie, Management Science 31 (1985)"),
        causal(
            "autoregression", AutoregressionError.self,
            "The value is far from its forecast by the last sixteen.",
            "Ljung & Söderström, Theory and Practice of Recursive Identification, 1983"),
        causal(
            "leverage", AutoregressionLeverage.self,
            "The last sixteen values are unlike any before, together.",
            "Hoaglin & Welsch, The American Statistician 32 (1978)"),
        causal(
            "seasonal-autoregression", SeasonalError.self,
            "The value is far from its forecast by the last ones and those of two seasons.",
            "Box & Jenkins, Time Series Analysis, 1970, chapter 9"),
        causal(
            "seasonal-neighbour", SeasonalDistance.self,
            "No value of the same place in the last two seasons is near.",
            "Box & Jenkins, Time Series Analysis, 1970, chapter 9"),
        causal(
            "direct-autoregression", DistantRegression.self,
            "The value is far from its forecast a quarter of a season ahead.",
            "Marcellino, Stock & Watson, Journal of Econometrics 135 (2006)"),
        causal(
            "robust-location-scale", RobustDeviation.self,
            "The value is far from the median of the last 256, in median distances from it.",
            "Hampel, JASA 69 (1974); Davies & Gather, JASA 88 (1993)"),
        causal(
            "amplitude", AmplitudeDistance.self, "The value is far from a slow mean.",
            "Roberts, Technometrics 1 (1959)"),
        causal(
            "level-shift", MovingLevelShift.self, "The mean of two seasons left its usual range.",
            "Page, Biometrika 41 (1954)"),
        causal(
            "variance-shift", MovingVarianceShift.self,
            "The variance of differences over a season left its usual range.",
            "Inclán & Tiao, JASA 89 (1994)"),
        causal(
            "frozen", FrozenRun.self, "The value has not moved for longer than ever.",
            "Gandin, Monthly Weather Review 116 (1988)"),
        causal(
            "left-matrix-profile", LeftProfileDistance.self, "No earlier stretch is like the last one.",
            "Yeh et al., Matrix profile I, ICDM 2016; left: Zhu et al., ICDM 2017"),
        causal(
            "random-cut-forest", RandomCutForest.self,
            "The last eight values push many earlier ones down in trees of random cuts.",
            "Guha, Mishra, Roy & Schrijvers, ICML 2016"),
        causal(
            "half-space-trees", HalfSpaceTrees.self,
            "Few of the last values fell into the half-spaces of the latest eight.",
            "Tan, Ting & Liu, IJCAI 2011"),
    ]

    /// Each evidence that sees the whole series.
    static let batchEvidence: [RankingMethod] = [
        row("autoregression-both", of: TwoSidedAutoregression(), named: "two-sided-autoregression"),
        row("spectral-residual", of: SpectralResidual()),
        row("polynomial", of: PolynomialBlocks()),
        row("mean-long", of: CentredShift(), named: "level-shift"),
        row("variance-season", of: CentredShift(), named: "variance-shift"),
        row("amplitude", of: CentredShift()),
        row("frozen", of: FrozenValues()),
        row("season-shape-nearest", of: MatrixProfile(span: .season), named: "matrix-profile"),
        row("subspace-distance", of: SubspaceWindows(), named: "subspace"),
        row("clusters", of: WindowClusters()),
        row("local-outlier-factor", of: LocalOutlierFactor()),
        row("isolation-forest", of: IsolationForest()),
        row("autoencoder", of: WindowAutoencoder()),
    ]

    private static func causal<Part: CausalEvidence>(
        _ name: String, _ part: Part.Type, _ summary: String, _ source: String
    ) -> RankingMethod {
        RankingMethod(
            name, .causal, summary: summary, source: source, stateBytes: EvidenceRanking<Part>.stateBytes
        ) { (values, progress) throws(ForecastError) in
            try EvidenceRanking<Part>.ranks(of: values, progress: progress)
        }
    }

    /// One row of batch evidence, averaged over a quarter of the season.
    private static func row(
        _ row: String, of evidence: any BatchEvidence, named name: String? = nil
    ) -> RankingMethod {
        RankingMethod(
            name ?? row, .batch, summary: evidence.summary, source: evidence.source
        ) { (values, progress) throws(ForecastError) in
            let series = StandardSeries(values)
            guard !series.values.isEmpty, let place = evidence.names.firstIndex(of: row) else {
                return series.isPresent.map { $0 ? 0 : .nan }
            }
            let period = BatchBank.period(of: series.values)
            let rows = try evidence.rows(of: series.values, window: period, progress: progress.unreported)
            let means = CentredWindow.means(of: rows[place], width: max(1, period / 4))
            return zip(means, series.isPresent).map { $1 ? max($0, 0) : .nan }
        }
    }
}
