public import Detection
internal import Forecasting
internal import TimeSeries

/// Something that finds anomalies and is judged for it: Bellwether's own detection, or a baseline.
public struct EvaluatedDetector: Sendable {
    /// Its name in reports.
    public let name: String
    /// Which values each score may see; detectors of different modes are not compared.
    public let mode: DetectionMode
    /// Whether its scores lie in 0 … 1 and mean the same in every series, so that the NAB score takes them as they
    /// are; others are scaled file by file, by their lowest and highest.
    public let isCalibrated: Bool
    /// Bytes remembered of one series between two values; `nil` where that is not one number.
    public let stateBytes: Int?
    /// Scores every value: higher is more unusual, `nan` where there is none.
    public let scores: @Sendable (LabelledSeries) throws -> [Double]

    /// A detector; `scores` must not read the labels.
    public init(
        _ name: String, _ mode: DetectionMode, isCalibrated: Bool = false, stateBytes: Int? = nil,
        scores: @escaping @Sendable (LabelledSeries) throws -> [Double]
    ) {
        self.name = name
        self.mode = mode
        self.isCalibrated = isCalibrated
        self.stateBytes = stateBytes
        self.scores = scores
    }
}

extension EvaluatedDetector {
    /// The shortest trailing mean.
    private static let shortestWindow = 3

    /// The same detector with `+mean` after its name: its scores run through an exponential mean that reaches back
    /// over about a quarter of a pattern, as `rank_score` does. A window is found by several of its values; without
    /// the mean a baseline would lose to ours by that alone. The length of a pattern is told to it; ours finds it.
    public var smoothed: EvaluatedDetector {
        EvaluatedDetector(
            name + "+mean", mode, stateBytes: stateBytes.map { $0 + MemoryLayout<Double>.size }
        ) { series in
            var scores = try self.scores(series)
            let window = max(Self.shortestWindow, series.patternLength / 4)
            let weight = 2 / Double(window + 1)
            var mean = 0.0
            for place in scores.indices where !scores[place].isNaN {
                mean += weight * (scores[place] - mean)
                scores[place] = mean
            }
            return scores
        }
    }

    /// What `bellwether detect` answers: `rank_score` in a mode, with the seasons that the times suggest.
    static func automatic(_ mode: DetectionMode) -> EvaluatedDetector {
        EvaluatedDetector("auto", mode) { series in
            let settings = DetectionSettings(mode: mode, naturalSeasons: series.naturalSeasons)
            return try SeriesDetector(settings).scores(of: Series(values: series.values)).rankScore
        }
    }

    /// The alarm stream, which rings once for an incident.
    static let alarm = EvaluatedDetector(
        "alarm", .causal, isCalibrated: true, stateBytes: SeriesAlarms.stateBytes
    ) { try SeriesAlarms($0.values).strengths }
}

/// Every detector that can be evaluated, by its permanent name.
public enum EvaluatedDetectors {
    /// In the order of reports; a name comes once for each of its modes.
    public static let all: [EvaluatedDetector] =
        DetectionMode.allCases.map(EvaluatedDetector.automatic) + rankings + [EvaluatedDetector.alarm]
        + baselines.flatMap { [$0, $0.smoothed] }

    /// What the catalogue ranks by, without the forecasts and the verdicts around it.
    private static let rankings = RankingMethod.all.map { method in
        EvaluatedDetector(method.name, method.mode, stateBytes: method.stateBytes) {
            try method.ranks(of: $0.values)
        }
    }

    /// The cheap ones that everything else must beat; each gets a second row with a trailing mean.
    private static let baselines: [EvaluatedDetector] = [
        baseline("zscore100", TrailingDeviation(window: 100)),
        baseline("zscore500", TrailingDeviation(window: 500)),
        baseline("ewma_z", ExponentialDeviation()),
        baseline("mad500", TrailingMedianDeviation(window: 500)),
    ]

    private static func baseline(_ name: String, _ method: some BaselineDetector) -> EvaluatedDetector {
        EvaluatedDetector(name, .causal, stateBytes: method.stateBytes) { method.scores(of: $0.values) }
    }

    /// Every name once, in the order of reports.
    public static let names: [String] = {
        var names: [String] = []
        for detector in all where !names.contains(detector.name) { names.append(detector.name) }
        return names
    }()

    /// What is compared when nobody names anything: all but the evidence by itself.
    public static let usualNames: [String] = {
        let tiers = RankingMethod.tiers.map(\.name)
        let alone = RankingMethod.all.map(\.name).filter { !tiers.contains($0) }
        return names.filter { !alone.contains($0) }
    }()
}
