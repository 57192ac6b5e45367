public import Detection

/// What other methods reach on the development series of anomaly detection, measured by us with the same metrics.
///
/// Methods of TSB-AD (POLY, Sub_PCA and the other batch methods), river (HST), Netdata's k-means, random cut forests
/// and classical charts, each by its published code or definition with its default parameters, warm. Their figures
/// hold for the whole development set and nothing else. CPU times are those of one core of a shared machine and
/// compare with times measured elsewhere by their order of magnitude only. Methods run on a sample, as the number of
/// series tells, compare roughly.
public enum PeerDetectors {
    /// Series of the development set, and values in all of them.
    static let developmentSet = (series: 164, points: 866_689)
    /// Series of the whole Numenta benchmark, one threshold for all.
    static let benchmarkSeries = 58

    /// Means over series, the macro mean and the cost.
    ///
    /// A line each: mode, peer, VUS-PR, macro VUS-PR, VUS-ROC, AUC-PR, best F1, event F1, UCR accuracy, microseconds a
    /// value, series.
    static let accuracy = PeerTable(
        """
        batch  POLY           0.409 0.375 0.756 0.299 0.390 0.492 0.24 2.25   161
        batch  Sub_PCA        0.393 0.365 0.733 0.313 0.383 0.485 0.41 5.65   161
        batch  Sub_LOF        0.361 0.354 0.744 0.242 0.360 0.479 0.88 43.89  161
        batch  FFT            0.342 0.318 0.681 0.248 0.344 0.480 0.24 2.36   161
        batch  SR             0.326 0.297 0.757 0.289 0.357 0.681 0.47 0.14   161
        batch  Sub_IForest    0.321 0.300 0.738 0.255 0.312 0.433 0.18 26.90  161
        causal mad500         0.301 0.263 0.707 0.265 0.334 0.573 0.12 5.69   161
        batch  KMeansAD_U     0.300 0.349 0.640 0.251 0.327 0.379 0.76 19.06  161
        causal rcf3_sh8       0.293 0.269 0.700 0.210 0.297 0.557 0.41 34.27  161
        causal rls_ar16       0.293 0.278 0.720 0.252 0.325 0.689 0.59 0.74   161
        causal netdata_kmeans 0.287 0.276 0.681 0.222 0.314 0.496 0.24 1.36   161
        batch  Sub_KNN        0.284 0.325 0.666 0.214 0.292 0.369 0.76 53.96  161
        batch  MatrixProfile  0.273 0.310 0.657 0.203 0.285 0.405 0.76 12.31  161
        causal river_HST      0.270 0.257 0.674 0.235 0.319 0.470 0.29 47.20  161
        causal left_mp        0.266 0.281 0.688 0.198 0.281 0.362 0.59 12.45  161
        causal zscore500      0.264 0.243 0.680 0.231 0.314 0.573 0.12 0.60   161
        batch  Sub_HBOS       0.251 0.275 0.608 0.188 0.264 0.385 0.53 2.44   161
        causal zscore100      0.237 0.232 0.681 0.205 0.294 0.592 0.29 0.10   161
        causal ewma_z         0.198 0.198 0.657 0.165 0.248 0.601 0.29 0.00   161
        batch  Series2Graph   0.406 0.404 0.770 0.298 0.383 0.492 0.62 64.50  80
        batch  KShapeAD       0.391 0.358 0.656 0.318 0.388 0.459 0.50 165.29 22
        causal krcf_sh8       0.320 0.384 0.705 0.253 0.313 0.617 0.00 44.82  57
        batch  IForest        0.305 0.296 0.713 0.252 0.313 0.410 0.12 35.55  153
        batch  SAND           0.097 0.097 0.523 0.094 0.194 0.162 0.00 256.12 5
        """)

    /// Published detectors on the whole Numenta benchmark, rescored from their result files.
    ///
    /// A line each: mode, peer, NAB standard, low FP, low FN; one number where only that was scored.
    static let benchmark = PeerTable(
        """
        causal ARTime           74.9 65.1 80.4
        causal Numenta_HTM      70.1 62.5 74.8
        causal contextOSE       69.9 67.0 73.2
        causal HTM_Java         66.1
        causal NumentaTM        64.6
        causal earthgecko       58.2
        causal KNN-CAD          58.0
        causal relative_entropy 54.6
        causal RCF_AWS          51.7
        causal random           11
        """)

    /// The rows of the means, for a report of the whole development set.
    static let means: [DetectionReport.Row] = DetectionMode.allCases.flatMap { mode in
        accuracy.rows(of: mode.rawValue).flatMap { peer, cells in
            var macro = DetectionReport.Row(dataset: DetectionReport.macroMean, method: peer, mode: mode)
            macro.isPeer = true
            macro.series = Int(cells[8])
            macro.vusPR = cells[1]
            macro.meanMicroseconds = cells[7]
            var mean = DetectionReport.Row(dataset: DetectionReport.seriesMean, method: peer, mode: mode)
            mean.isPeer = true
            mean.series = Int(cells[8])
            (mean.vusPR, mean.vusROC, mean.aucPR) = (cells[0], cells[2], cells[3])
            (mean.bestF1, mean.eventF1, mean.ucrAccuracy) = (cells[4], cells[5], cells[6])
            mean.meanMicroseconds = cells[7]
            return [macro, mean]
        }
    }

    /// The rows of the Numenta benchmark, for a report with all its series.
    static let nab: [DetectionReport.Row] = benchmark.rows(of: DetectionMode.causal.rawValue).map {
        peer, cells in
        var row = DetectionReport.Row(dataset: DetectionScore.benchmark, method: peer, mode: .causal)
        row.isPeer = true
        row.isScaled = false
        row.series = benchmarkSeries
        row.nabStandard = cells[0]
        if cells.count == 3 { (row.nabLowFP, row.nabLowFN) = (cells[1], cells[2]) }
        return row
    }
}

extension DetectionReport {
    /// The report with peers after its own rows: the means when it is of the whole development set, the published
    /// detectors when it is of the whole Numenta benchmark; else as it is.
    ///
    /// - Parameter modes: Peers of other modes are left out.
    public func withPeers(modes: [DetectionMode] = DetectionMode.allCases) -> DetectionReport {
        let isWhole = (series, points) == PeerDetectors.developmentSet
        let isBenchmark = benchmarkSeries == PeerDetectors.benchmarkSeries
        let peers = (isWhole ? PeerDetectors.means : []) + (isBenchmark ? PeerDetectors.nab : [])
        var report = self
        report.rows = datasets.flatMap { name in
            rows.filter { $0.dataset == name }
                + peers.filter { $0.dataset == name && modes.contains($0.mode) }
        }
        return report
    }
}
