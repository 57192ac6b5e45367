import Forecasting
import TimeSeries

/// Scores each value by earlier ones only, as a stream would.
///
/// A method is fitted on the warm-up and again each time the history has grown by half. Each value is
/// predicted one step ahead, judged, and only then learned from. A value that is judged anomalous does
/// not enter the model as it is, its expectation does, so that a spike has no echo; the third in a row
/// is let in, so that a level that moved is adopted.
struct CausalDetection {
    let settings: DetectionSettings
    let progress: FitProgress

    /// The shortest warm-up, in values.
    static let shortestWarmUp = 24
    /// The history grows by this factor between fits.
    static let growth = 1.5
    /// A fit looks at no more than so many of the latest values.
    static let longestFit = 20_000
    /// The caller is told of progress each time so many values are scored.
    static let stepsBetweenReports = 1_024

    /// Scores every value.
    ///
    /// - Parameter fused: What the fused evidence says of each value.
    func scores(of series: FramedValues, fused: [FusedAssessment?]) throws(ForecastError) -> Scores {
        let values = series.values
        let slots = series.slots
        var scores = Scores(mode: .causal, count: values.count)
        let warmUp = Self.warmUp(of: values, known: max(settings.trainingCount ?? Self.shortestWarmUp, 4))
        scores.warmUp = warmUp
        guard values.count > warmUp else { return scores }

        var cleaned = series.known(steps: warmUp)
        // What was expected in each slot, for readings that clocks show again.
        var expectations = [Double](repeating: .nan, count: cleaned.count)
        var (name, model, season) = try fit(cleaned)
        var levels = RowLevels()
        levels.use(season, after: values[..<warmUp])
        let fitted = model.fitted(on: Series(values: cleaned.suffix(Self.longestFit)))
        let residuals = zip(cleaned.suffix(Self.longestFit), fitted).map { $0 - $1 }
        var judge = CausalJudge(
            residuals: residuals, values: cleaned, period: season.first ?? 1, threshold: settings.alpha)
        var nextFit = Int(Double(warmUp) * Self.growth)
        var ranking = TrailingMean(window: max(3, (season.first ?? 1) / 4))
        var verdicts = [Verdict?](repeating: nil, count: values.count)

        for step in warmUp..<values.count {
            if step % Self.stepsBetweenReports == 0 { try progress.advance(to: step, of: values.count) }
            if step >= nextFit {
                (name, model, season) = try fit(cleaned)
                levels.use(season, after: values[..<step])
                ranking.window = max(3, (season.first ?? 1) / 4)
                nextFit = Int(Double(step) * Self.growth) + 1
            }
            levels.push(values[step], row: step)
            // Readings that clocks skipped.
            while cleaned.count < slots[step] {
                expectations.append(model.next)
                model.observe(.nan)
                cleaned.append(.nan)
            }
            let isAgain = slots[step] < cleaned.count
            let expected = isAgain ? expectations[slots[step]] : model.next
            guard !isAgain || expected.isFinite else { continue }
            if !isAgain { expectations.append(expected) }
            scores.expected[step] = expected
            (scores.lower[step], scores.upper[step]) = judge.band(around: expected)
            let value = values[step]
            guard value.isFinite else {
                guard !isAgain else { continue }
                model.observe(.nan)
                cleaned.append(.nan)
                continue
            }
            let judgement = judge.judge(value, expected: expected, fused: fused[step])
            verdicts[step] = judgement.verdict
            scores.set(
                judgement.verdict, at: step, alpha: settings.alpha,
                rank: ranking.next(judgement.verdict.surprise))
            judge.learn(value, expected: expected, judgement)
            // A reading that clocks show again has its value already.
            if isAgain { continue }
            model.observe(judgement.isWithheld ? expected : value)
            cleaned.append(judgement.isWithheld ? .nan : value)
        }
        scores.method = name
        scores.levelChanges = levels.found
        series.restore(&scores)
        scores.tell(verdicts, values: series.told)
        return scores
    }

    /// The steps after which so many values are known; all of them where there never are.
    private static func warmUp(of values: [Double], known wanted: Int) -> Int {
        var known = 0
        for (step, value) in values.enumerated() where value.isFinite {
            known += 1
            if known == wanted { return step + 1 }
        }
        return values.count
    }

    /// The method and the season of what is known so far.
    private func fit(
        _ known: [Double]
    ) throws(ForecastError) -> (name: String, model: any ForecastModel, season: [Int]) {
        var recent = Array(known.suffix(Self.longestFit))
        let season = settings.season ?? SeasonDetector(natural: settings.naturalSeasons).periods(of: recent)
        let methodSettings = MethodSettings(season: season, horizon: 1, seed: settings.seed)
        for step in SpikeFilter(period: methodSettings.period).spikes(in: recent) { recent[step] = .nan }
        let chosen = try ForecasterCatalog.fitModel(
            settings.method, to: Series(values: recent), settings: methodSettings,
            progress: progress.unreported)
        return (chosen.name, chosen.model, season)
    }
}

/// The unit in which shifts are judged: the centre and the spread of the first values.
struct StandardUnit: BitwiseCopyable, Sendable {
    private let centre: Double
    private let spread: Double

    /// Beyond this many spreads values count as this many.
    private static let limit = 50.0

    init(values: [Double]) {
        let known = values.filter(\.isFinite)
        let mean = known.reduce(0, +) / Double(max(known.count, 1))
        let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(known.count, 1))
        centre = mean
        let deviation = variance.squareRoot()
        if deviation > 1e-9 * abs(mean) {
            spread = deviation
        } else {
            spread = mean != 0 ? abs(mean) / 1000 : 1
        }
    }

    func standardised(_ value: Double) -> Double {
        min(max((value - centre) / spread, -Self.limit), Self.limit)
    }
}

/// An exponential mean that reaches back over about `window` values.
struct TrailingMean {
    var window: Int
    private var mean = 0.0

    init(window: Int) {
        self.window = window
    }

    mutating func next(_ value: Double) -> Double {
        mean += 2 / Double(window + 1) * (value - mean)
        return mean
    }
}
