public import Detection
internal import Forecasting

/// Asks every detector about every series, one at a time, in an order that its caller chooses.
///
/// The work is cut into jobs that do not touch each other, so that they may run on several threads; the report is
/// made of their scores in the order of the jobs, and is the same whoever ran them.
public struct DetectionBacktest: Sendable {
    /// One detector and one series.
    public struct Job: Sendable, Equatable {
        let detector: Int
        let place: Int
        /// Whether this is the detector's first series, which it scores once before it is timed.
        let isFirst: Bool
    }

    let detectors: [EvaluatedDetector]
    let series: [LabelledSeries]
    /// The names of the data sets in the order of their first series.
    let datasets: [String]
    /// Every job, detector by detector within each data set.
    public let jobs: [Job]

    /// A back-test of these detectors on these series.
    public init(_ detectors: [EvaluatedDetector], on series: [LabelledSeries]) {
        var datasets: [String] = []
        for one in series where !datasets.contains(one.dataset) { datasets.append(one.dataset) }
        let places = datasets.map { name in series.indices.filter { series[$0].dataset == name } }
        let first = places.first?.first
        var jobs: [Job] = []
        for own in places {
            for detector in detectors.indices {
                jobs += own.map { Job(detector: detector, place: $0, isFirst: $0 == first) }
            }
        }
        (self.detectors, self.series, self.datasets, self.jobs) = (detectors, series, datasets, jobs)
    }

    /// What a job is about: the detector, its mode, the data set and the series.
    public func title(of job: Job) -> (method: String, mode: DetectionMode, dataset: String, series: String) {
        let (detector, series) = (detectors[job.detector], series[job.place])
        return (detector.name, detector.mode, series.dataset, series.name)
    }

    /// Does one job.
    ///
    /// - Parameter clock: CPU microseconds of the calling thread.
    public func run(_ job: Job, clock: () -> Double) -> DetectionScore {
        let (detector, series) = (detectors[job.detector], series[job.place])
        if job.isFirst { _ = try? detector.scores(series) }
        let begin = clock()
        let answer = Self.answer(detector, series)
        let microseconds = (clock() - begin) / Double(max(series.values.count, 1))
        switch answer {
        case .success(let scores):
            return DetectionScore(
                scores, of: series, isCalibrated: detector.isCalibrated, microseconds: microseconds)
        case .failure(let failure): return DetectionScore(failure: failure.reason, of: series)
        }
    }

    private struct NoAnswer: Error {
        let reason: String
    }

    private static func answer(
        _ detector: EvaluatedDetector, _ series: LabelledSeries
    ) -> Result<[Double], NoAnswer> {
        do {
            let scores = try detector.scores(series)
            guard scores.count == series.values.count else {
                return .failure(
                    NoAnswer(reason: "\(scores.count) scores of \(series.values.count) values"))
            }
            return .success(scores)
        } catch {
            let words = (error as? ForecastError).map(Backtest.words) ?? "\(error)"
            return .failure(NoAnswer(reason: words))
        }
    }
}

/// How one detector did on one series.
public struct DetectionScore: Sendable, Equatable {
    /// Why there are no scores; `nil` where there are.
    public let failure: String?
    /// Thread CPU microseconds a value; `nan` for a failure.
    let microseconds: Double
    /// What the scores came to; `nil` for a failure and a series without anomalies.
    let measures: Measures?
    /// By the rule of the archive; `nil` for other series.
    let isHit: Bool?
    /// Whether the series is one of those that are also judged together.
    let isOfBenchmark: Bool
    /// What the NAB score is made of; `nil` for a failure and other series.
    let nab: NABCorpus.File?

    struct Measures: Sendable, Equatable {
        let vusPR: Double
        let vusROC: Double
        let aucPR: Double
        let bestF1: Double
        let eventF1: Double
    }

    /// The data set whose series are also judged by the place of their highest score.
    static let archive = "UCR"
    /// The data set whose series are also judged together, by the rules of its benchmark.
    static let benchmark = "NAB"

    init(failure: String, of series: LabelledSeries) {
        self.failure = failure
        isOfBenchmark = series.dataset == Self.benchmark
        (microseconds, measures, isHit, nab) = (.nan, nil, nil, nil)
    }

    init(_ scores: [Double], of series: LabelledSeries, isCalibrated: Bool, microseconds: Double) {
        failure = nil
        self.microseconds = microseconds
        if series.windows.isEmpty {
            measures = nil
        } else {
            let ordered = OrderedScores(scores, windows: series.windows)
            let volume = VolumeUnderSurface(ordered, length: series.patternLength)
            let points = PointRanking(ordered)
            measures = Measures(
                vusPR: volume.pr, vusROC: volume.roc, aucPR: points.aucPR, bestF1: points.bestF1,
                eventF1: EventF1.of(ordered))
        }
        isHit =
            series.dataset == Self.archive
            ? UCRAccuracy.isHit(
                scores: scores, windows: series.windows, trainPrefix: series.trainPrefix) : nil
        isOfBenchmark = series.dataset == Self.benchmark
        nab =
            isOfBenchmark
            ? NABCorpus.File(
                scores: isCalibrated ? scores : Self.scaled(scores), windows: series.windows) : nil
    }

    /// Scores moved and stretched to 0 … 1; all 0 where they do not differ.
    static func scaled(_ scores: [Double]) -> [Double] {
        let finite = OrderedScores.finite(scores)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        return finite.map { high > low ? ($0 - low) / (high - low) : 0 }
    }
}
