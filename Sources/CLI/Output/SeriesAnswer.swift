import Detection
import Forecasting
import Pipeline
import TimeSeries

/// What there is to print of one series, wherever its values come from.
struct SeriesAnswer {
    /// The name in fixed columns.
    let id: String
    /// What a reader calls it.
    let title: String
    /// One value a row; `nan` where it is missing.
    let values: [Double]
    /// The time of each row; `nil` when rows count as steps.
    let timestamps: [Timestamp]?
    let method: String
    /// The distance of two values; `nil` where nobody knows.
    let step: String?
    /// Steps in each season.
    let season: [Int]
    let forecast: SeriesForecast?
    let scores: SeriesScores?
    /// The time of a row as it is printed; `nil` when rows count as steps.
    let timeText: (Int) -> String?
    /// What single detectors see, where it is asked for.
    var evidence: [SeriesEvidence] = []
}

/// What a series is expected to do.
struct SeriesForecast {
    /// One central interval at every step.
    struct Band {
        /// The coverage asked for, in percent.
        let level: Double
        let lower: [Double]
        let upper: [Double]
    }

    let mean: [Double]
    let bands: [Band]
    /// When each step is.
    let times: [StepTime]
}

/// How unusual each value of a series is: one element a row.
struct SeriesScores {
    /// A stretch of anomalies, by its rows.
    struct Stretch {
        let first: Int
        let last: Int
        let peakScore: Double
        let sentence: String
    }

    /// A level that moved at a row.
    struct Change {
        let at: Int
        let sentence: String
    }

    let mode: String
    let expected: [Double]
    let lower: [Double]
    let upper: [Double]
    let score: [Double]
    let pValue: [Double]
    let isAnomaly: [Bool]
    let rankScore: [Double]
    let stretches: [Stretch]
    let changes: [Change]
}

// MARK: - From predictions

extension SeriesAnswer {
    /// What was predicted in this process.
    init(
        id: String, title: String, values: [Double], timestamps: [Timestamp]?, prediction: Prediction,
        timeText: @escaping (Int) -> String?
    ) {
        self.init(
            id: id, title: title, values: values, timestamps: timestamps, method: prediction.method,
            step: prediction.step?.description, season: prediction.season,
            forecast: prediction.forecast.map { SeriesForecast($0, times: prediction.horizonTimes) },
            scores: prediction.behind.map { SeriesScores($0.scores) }, timeText: timeText)
    }
}

extension SeriesForecast {
    init(_ forecast: Forecast, times: [StepTime]) {
        self.init(
            mean: forecast.mean,
            bands: forecast.intervals.map {
                Band(level: $0.level * 100, lower: $0.lower, upper: $0.upper)
            }, times: times)
    }
}

extension SeriesScores {
    init(_ scores: Scores) {
        self.init(
            mode: scores.mode.rawValue, expected: scores.expected, lower: scores.lower, upper: scores.upper,
            score: scores.score, pValue: scores.pValue, isAnomaly: scores.isAnomaly,
            rankScore: scores.rankScore,
            stretches: scores.insights.map {
                Stretch(first: $0.first, last: $0.last, peakScore: $0.peakScore, sentence: $0.sentence)
            },
            changes: scores.levelChanges.map { Change(at: $0.at, sentence: $0.change.sentence) })
    }
}
