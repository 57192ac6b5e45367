public import Detection
import Numerics

/// How well detectors find the anomalies of series, and what it cost.
public struct DetectionReport: Sendable, Equatable {
    /// One detector on one data set.
    public struct Row: Sendable, Equatable {
        /// The name of the data set, ``macroMean`` or ``seriesMean``.
        public let dataset: String
        /// The name of the detector.
        public let method: String
        /// Which values its scores could see.
        public let mode: DetectionMode
        /// Whether the figures are those of a peer, measured elsewhere: see ``PeerDetectors``.
        public var isPeer = false
        /// Series with anomalies that were scored.
        public var series = 0
        /// Series on which the detector failed; they are in none of the figures.
        public var failed = 0
        /// Means over series; `nan` where nothing is known, as all that follow.
        public var vusPR = Double.nan
        /// See ``VolumeUnderSurface/roc``.
        public var vusROC = Double.nan
        /// See ``PointRanking/aucPR``.
        public var aucPR = Double.nan
        /// See ``PointRanking/bestF1``.
        public var bestF1 = Double.nan
        /// See ``EventF1``.
        public var eventF1 = Double.nan
        /// The share of the series of the UCR archive whose anomaly was named.
        public var ucrAccuracy = Double.nan
        /// The normalised NAB score in the standard profile.
        public var nabStandard = Double.nan
        /// In the profile where false alarms weigh more.
        public var nabLowFP = Double.nan
        /// In the profile where misses weigh more.
        public var nabLowFN = Double.nan
        /// Whether scores were scaled file by file for the NAB score, as those of no calibrated detector are
        /// comparable across files.
        public var isScaled = true
        /// CPU microseconds a value: the median over series.
        public var medianMicroseconds = Double.nan
        /// The mean of the same.
        public var meanMicroseconds = Double.nan
        /// The most of the same.
        public var worstMicroseconds = Double.nan
        /// Bytes remembered of one series; `nil` where that is not one number.
        public var stateBytes: Int?

        init(dataset: String, method: String, mode: DetectionMode) {
            (self.dataset, self.method, self.mode) = (dataset, method, mode)
        }
    }

    /// A series on which a detector failed.
    public struct Failed: Sendable, Equatable {
        /// The name of the data set.
        public let dataset: String
        /// The name of the detector.
        public let method: String
        /// Its mode.
        public let mode: DetectionMode
        /// The name of the series.
        public let series: String
        /// Why.
        public let reason: String
    }

    /// The data set of rows that are means over data sets, each counting once.
    public static let macroMean = "ALL"
    /// The data set of rows that are means over all series.
    public static let seriesMean = "MEAN"

    /// Data set by data set, each in the order of the detectors; then the means, where there are several sets.
    public var rows: [Row] = []
    /// Every series on which a detector failed.
    public var failures: [Failed] = []
    /// Series that detectors were asked about.
    public var series = 0
    /// Values in all of them.
    public var points = 0

    /// Series of the Numenta benchmark among them, the clean ones included.
    public var benchmarkSeries = 0

    /// The names of the data sets, means included, in their order.
    public var datasets: [String] {
        var names: [String] = []
        for row in rows where names.last != row.dataset { names.append(row.dataset) }
        return names
    }

    /// The rows that stand for a detector as a whole: the means over series, or the only data set.
    public var headline: [Row] {
        let name = datasets.contains(Self.seriesMean) ? Self.seriesMean : datasets.first
        return rows.filter { $0.dataset == name }
    }

    /// The rows of the headline that stand on as many series as any: what was measured on a sample, or failed on
    /// some, does not compare.
    public var comparable: [Row] {
        let most = headline.map(\.series).max() ?? 0
        return headline.filter { $0.series == most }
    }
}

extension DetectionBacktest {
    /// Sums up what the jobs gave.
    ///
    /// - Parameter scores: One a job, in their order.
    public func report(_ scores: [DetectionScore]) -> DetectionReport {
        precondition(scores.count == jobs.count, "\(scores.count) scores of \(jobs.count) jobs")
        var report = DetectionReport()
        report.series = series.count
        report.points = series.reduce(0) { $0 + $1.values.count }
        report.benchmarkSeries = series.count { $0.dataset == DetectionScore.benchmark }
        for name in datasets {
            for index in detectors.indices {
                let own = zip(jobs, scores).filter {
                    $0.0.detector == index && series[$0.0.place].dataset == name
                }
                report.rows.append(row(name, detectors[index], own.map(\.1)))
                report.failures += own.compactMap { job, score in
                    score.failure.map {
                        DetectionReport.Failed(
                            dataset: name, method: detectors[index].name, mode: detectors[index].mode,
                            series: series[job.place].name, reason: $0)
                    }
                }
            }
        }
        guard datasets.count > 1 else { return report }
        let means = detectors.indices.map { index in
            let own = zip(jobs, scores).filter { $0.0.detector == index }.map(\.1)
            return row(DetectionReport.seriesMean, detectors[index], own)
        }
        let bySet = report.rows
        report.rows += zip(detectors, means).map { detector, mean in
            mean.averaged(over: bySet.filter { $0.method == detector.name && $0.mode == detector.mode })
        }
        report.rows += means
        return report
    }

    private func row(
        _ dataset: String, _ detector: EvaluatedDetector, _ scores: [DetectionScore]
    ) -> DetectionReport.Row {
        var row = DetectionReport.Row(dataset: dataset, method: detector.name, mode: detector.mode)
        row.stateBytes = detector.stateBytes
        row.isScaled = !detector.isCalibrated
        row.fill(scores)
        return row
    }
}

extension DetectionReport.Row {
    fileprivate mutating func fill(_ scores: [DetectionScore]) {
        let good = scores.filter { $0.failure == nil }
        failed = scores.count - good.count
        let measures = good.compactMap(\.measures)
        series = measures.count
        vusPR = Descriptive.mean(measures.map(\.vusPR))
        vusROC = Descriptive.mean(measures.map(\.vusROC))
        aucPR = Descriptive.mean(measures.map(\.aucPR))
        bestF1 = Descriptive.mean(measures.map(\.bestF1))
        eventF1 = Descriptive.mean(measures.map(\.eventF1))
        ucrAccuracy = Descriptive.mean(good.compactMap(\.isHit).map { $0 ? 1 : 0 })
        let times = good.map(\.microseconds)
        medianMicroseconds = Descriptive.median(times)
        meanMicroseconds = Descriptive.mean(times)
        worstMicroseconds = times.max() ?? .nan
        // The benchmark is one score for all its files: some of them would be another benchmark.
        let files = good.compactMap(\.nab)
        guard !files.isEmpty, files.count == scores.count(where: \.isOfBenchmark) else { return }
        let corpus = NABCorpus(files)
        nabStandard = corpus.score(.standard).normalised
        nabLowFP = corpus.score(.lowFalsePositives).normalised
        nabLowFN = corpus.score(.lowFalseNegatives).normalised
    }

    /// This mean over series with the metrics replaced by means over data sets.
    fileprivate func averaged(over rows: [DetectionReport.Row]) -> DetectionReport.Row {
        var mean = DetectionReport.Row(dataset: DetectionReport.macroMean, method: method, mode: mode)
        (mean.series, mean.failed) = (series, failed)
        (mean.isScaled, mean.stateBytes) = (isScaled, stateBytes)
        (mean.ucrAccuracy, mean.nabStandard) = (ucrAccuracy, nabStandard)
        (mean.nabLowFP, mean.nabLowFN) = (nabLowFP, nabLowFN)
        (mean.medianMicroseconds, mean.meanMicroseconds) = (medianMicroseconds, meanMicroseconds)
        mean.worstMicroseconds = worstMicroseconds
        func average(_ metric: KeyPath<DetectionReport.Row, Double>) -> Double {
            Descriptive.mean(rows.map { $0[keyPath: metric] }.filter { $0.isFinite })
        }
        mean.vusPR = average(\.vusPR)
        mean.vusROC = average(\.vusROC)
        mean.aucPR = average(\.aucPR)
        mean.bestF1 = average(\.bestF1)
        mean.eventF1 = average(\.eventF1)
        return mean
    }
}
