public import Forecasting
import Glibc

/// Judges the values of one series against the one-step forecasts of a model, in constant memory: the heart of
/// causal detection, for files and for the full tier of streams alike.
///
/// Expectation → band → judgement → learning, in this order for each value. A value that is judged anomalous does
/// not enter the model as it is, its expectation does, so that a spike has no echo and an outage does not become normal
/// while it lasts. What lasts longer than the model may hold out is let in: then the level has moved. Meanwhile the band
/// widens as the model's errors do with the steps since the last value that it observed.
public struct CausalJudge: BitwiseCopyable, Sendable {
    /// Changes with the meaning of the bytes.
    public static let stateVersion = 7

    /// A strength is learned as at most that which is so many times less probable than the threshold: noise of heavy tails
    /// teaches how heavy they are, and an anomaly widens its own band a little, not by its size.
    private static let clip = 30.0
    /// Nor is it learned as more than this multiple of the threshold's, and as a smaller one as long as fewer than so many
    /// values beyond the threshold are to be expected of what was learned.
    private static let clipMultiple = (few: 1.25, many: 2.5)
    private static let fewExpected = 2.0
    /// A smaller strength is learned as it is.
    private static let leastClip = 4.0
    /// Where fewer residuals than this share lie beyond rounding, the changes are the events, and windows over many values
    /// have nothing to add.
    private static let leastMoving = 0.1
    /// At least so many anomalous values in a row are kept from the model.
    public static let shortestHold = 2
    /// Incidents that come again within so many values are what the metric does.
    private static let recurrence = 1_000
    /// A model holds out for at most this share of the values that it is known by.
    private static let holdShare = 0.25
    /// The band follows the calibration when that has grown by so much.
    private static let calibrationGrowth = 1.02

    private var spread: ResidualSpread
    private var likelihood = ValueLikelihood()
    private var calibration = TailCalibration()
    private var shifts: ShiftTracker
    private var onset = Onset()
    private var recent = RecentErrors()
    private let unit: StandardUnit
    /// p\*.
    public private(set) var threshold: Double
    private var bound = 0.0
    /// No strength is learned as a larger one.
    private var mostLearned = 0.0
    private var calibratedAt = 0.0
    /// The largest error learned, in the unit of the series, and how many times that size the band may reach.
    private var largestError = 0.0
    private var beyondLargest = 1.0
    private let growth: ErrorGrowth
    private var longestHold: Int
    private var known: Int
    /// Anomalous values in a row.
    private var outside = 0
    /// What the first of them would teach.
    private var lessons = InlineArray<2, Lesson>(repeating: Lesson())
    /// What the values inside their bands before them would teach.
    private var waiting = WaitingLessons()
    /// Values since the last stretch that was too long to be noise.
    private var sinceIncident = Int.max

    /// Steps since the model observed a value.
    private var silent = 0
    /// Whether no value was ever below 0.
    public private(set) var isNonNegative: Bool
    /// Whether something beyond the band was learned, which moves it.
    private var isStale = false
    /// Whether it holds out as long whatever it is known by.
    private var isHoldFirm = false

    /// A judge that knows the residuals of a fit.
    ///
    /// - Parameters:
    ///   - residuals: One-step errors of the model over its history, `nan` where it has none; or those of its known values
    ///     alone.
    ///   - values: The history itself, oldest first; `nan` where missing.
    ///   - period: Steps in a season, 1 for none.
    ///   - threshold: p\*, in 0 ..< 1, above 0.
    ///   - longestHold: So many anomalous values in a row are kept from the model, if a quarter of what it is known by is
    ///     as many; ``shortestHold`` are in any case.
    ///   - growth: How the errors of the model grow while it observes nothing.
    public init(
        residuals: [Double], values: [Double], period: Int, threshold: Double,
        longestHold: Int = shortestHold, growth: ErrorGrowth = .none
    ) {
        precondition(threshold > 0 && threshold < 1, "a threshold of \(threshold)")
        self.threshold = threshold
        self.longestHold = max(longestHold, Self.shortestHold)
        self.growth = growth
        known = values.count(where: \.isFinite)
        isNonNegative = values.allSatisfy { !($0 < 0) }
        spread = ResidualSpread(residuals: residuals, values: values)
        unit = StandardUnit(values: values)
        shifts = ShiftTracker(period: period)
        for value in values where value.isFinite {
            spread.note(value)
            shifts.learn(unit.standardised(value))
        }
        learn(residuals: residuals, of: values)
        calibrate()
    }

    /// Residuals and values end together; where no residual is missing, none was kept of missing values.
    private mutating func learn(residuals: [Double], of values: [Double]) {
        let isComplete = residuals.allSatisfy { $0.isFinite }
        let values = isComplete ? values.filter(\.isFinite) : values
        let known = zip(values.suffix(residuals.count), residuals.suffix(values.count))
        for (value, residual) in known where residual.isFinite && value.isFinite {
            likelihood.learn(value, expected: value - residual)
        }
        likelihood.decide()
        for residual in residuals.dropLast(values.count) where residual.isFinite {
            calibration.learn(abs(strength(of: .nan, error: residual)))
        }
        for (value, residual) in known {
            if residual.isFinite {
                largestError = max(largestError, abs(residual))
                calibration.learn(abs(strength(of: value, error: residual)))
            }
            guard residual.isFinite && value.isFinite else { continue }
            let strength =
                likelihood.kind == .even ? residual / spread.value : strength(of: value, error: residual)
            recent.learn(error: strength, value: value, isIncident: false)
        }
    }

    /// A value's error in standard deviations; of counts and shares the deviate of the normal distribution.
    ///
    /// Mutating, as what else reads for every value is, so that it reads in place: the compiler copies what is passed to
    /// a reader, and a judge is 16 KB.
    private mutating func strength(of value: Double, error: Double) -> Double {
        if likelihood.kind != .even, value.isFinite {
            return likelihood.strength(of: value, expected: value - error)
        }
        return abs(error) > spread.rounding ? error / spread.value : 0
    }

    /// How many strengths the calibration of the residual rests on.
    public var calibrationCount: Int { Int(calibration.count) }

    /// Changes p\*, as when the number of series that share a budget changed.
    public mutating func setThreshold(_ threshold: Double) {
        precondition(threshold > 0 && threshold < 1, "a threshold of \(threshold)")
        guard threshold != self.threshold else { return }
        self.threshold = threshold
        calibrate()
    }

    /// Changes for how many anomalous values in a row the model holds out.
    ///
    /// - Parameter isFirm: Whether it does whatever it is known by.
    public mutating func hold(for values: Int, isFirm: Bool = true) {
        longestHold = max(values, Self.shortestHold)
        isHoldFirm = isFirm
    }

    /// Where the residual alone would give a score of 1.
    public mutating func band(around expected: Double) -> (lower: Double, upper: Double) {
        let growth = growth.factor(at: silent + 1)
        if likelihood.kind != .even { return likelihood.band(around: expected, most: bound * growth) }
        let reach = max(reachInSpreads * spread.value * growth, spread.rounding)
        return (expected - reach, expected + reach)
    }

    /// Half the width of the band in spreads.
    ///
    /// Strengths are counted in the spread of their time: where it has grown a thousandfold since, those of before are
    /// too large by as much. So the band never reaches further than errors did, but for what the tail adds where the
    /// threshold is rarer than all errors seen.
    private var reachInSpreads: Double {
        mutating get {
            likelihood.kind == .even && largestError > 0
                ? min(bound, beyondLargest * largestError / spread.value) : bound
        }
    }

    /// Judges a value by what came before it; nothing is learned but since when it is unusual.
    ///
    /// - Parameters:
    ///   - value: In the unit of the series; finite.
    ///   - expected: The model's forecast of it.
    ///   - fused: What the fused evidence says of it; `nil` where there is none.
    public mutating func judge(
        _ value: Double, expected: Double, fused: FusedAssessment? = nil
    ) -> Judgement {
        if value < 0 { isNonNegative = false }
        let error = value - expected
        let strength = strength(of: value, error: error) / growth.factor(at: silent + 1)
        var verdict = Verdict()
        verdict.strengths.residual = strength
        let reach = reachInSpreads
        verdict.residual = calibration.pValue(of: reach > 0 ? abs(strength) * (bound / reach) : abs(strength))
        // The band and the verdict share one threshold, also between two updates of the band.
        let isOutside = abs(strength) > reach
        let limit = DetectorCatalog.share(of: .residual) * threshold
        verdict.residual =
            isOutside ? min(verdict.residual, limit * (1 - 1e-12)) : max(verdict.residual, limit)
        if spread.movingShare >= Self.leastMoving {
            shifts.judge(unit.standardised(value), into: &verdict)
            verdict.add(recent.judge(error: strength, value: value))
            verdict.take(fused)
        }
        onset.take(verdict)
        verdict.stepsSinceOnset = onset.stepsBefore(isOutside ? .residual : verdict.leading.test)
        let most = isHoldFirm ? longestHold : min(longestHold, Int(Self.holdShare * Double(known)))
        let hold = max(most, Self.shortestHold)
        return Judgement(
            verdict: verdict, threshold: threshold, isOutside: isOutside,
            isWithheld: isOutside && outside < hold)
    }

    /// Learns from a value that was judged; the model observes `expected` instead of it when it is withheld.
    public mutating func learn(_ value: Double, expected: Double, _ judgement: borrowing Judgement) {
        spread.note(value)
        shifts.learn(unit.standardised(judgement.isWithheld ? expected : value))
        // One or two values may be noise with heavy tails.
        let isNoise = judgement.isOutside && outside < Self.shortestHold
        let isIncident = judgement.isAnomalous && !isNoise
        recent.learn(
            error: judgement.verdict.strengths.residual, value: value, isIncident: isIncident,
            isWithheld: judgement.isWithheld)
        let lesson = Lesson(
            strength: min(abs(judgement.verdict.strengths.residual), mostLearned),
            error: (value - expected) / growth.factor(at: silent + 1), value: value, expected: expected)
        if judgement.isWithheld, longestHold > Self.shortestHold {
            if outside < Self.shortestHold { lessons[outside] = lesson }
            // What led up to an incident belongs to it.
            if outside == Self.shortestHold {
                waiting.drop(onset.stepsBefore(.residual) - Self.shortestHold)
            }
        } else {
            if outside > 0, !judgement.isOutside { endStretch() }
            if judgement.isOutside || !spread.isKnown || longestHold == Self.shortestHold {
                // What is adopted is adopted at once; who does not hold out has no use for waiting.
                while let waited = waiting.next() { take(waited) }
                take(lesson)
            } else if let waited = waiting.push(lesson) {
                take(waited)
            }
        }
        sinceIncident += sinceIncident < .max ? 1 : 0
        outside = judgement.isOutside ? outside + 1 : 0
        silent = judgement.isWithheld ? silent + 1 : 0
        known += judgement.isWithheld ? 0 : 1
        if calibration.count > calibratedAt * Self.calibrationGrowth || isStale { calibrate() }
    }

    /// Learns from a value that is declared normal: all of it, however unusual it is; the model observes the value.
    public mutating func admit(_ value: Double, expected: Double, _ judgement: borrowing Judgement) {
        spread.note(value)
        shifts.learn(unit.standardised(value))
        let strength = judgement.verdict.strengths.residual
        recent.learn(error: strength, value: value, isIncident: false)
        while let waited = waiting.next() { take(waited) }
        take(
            Lesson(
                strength: abs(strength), error: (value - expected) / growth.factor(at: silent + 1),
                value: value, expected: expected))
        outside = 0
        silent = 0
        sinceIncident += sinceIncident < .max ? 1 : 0
        known += 1
        if calibration.count > calibratedAt * Self.calibrationGrowth || isStale { calibrate() }
    }

    /// Learns from the stretch that is over: from one or two values as from others, since noise has such tails; from a longer
    /// one nothing, as it was an incident, unless another was there not long before, when its first value counts.
    private mutating func endStretch() {
        if longestHold == Self.shortestHold { return }
        let isIncident = outside > Self.shortestHold
        let count = isIncident ? (sinceIncident < Self.recurrence ? 1 : 0) : outside
        for place in 0..<count { take(lessons[place]) }
        if isIncident { sinceIncident = 0 }
    }

    private mutating func take(_ lesson: Lesson) {
        let isFirst = !spread.isKnown
        spread.learn(lesson.error)
        likelihood.learn(lesson.value, expected: lesson.expected)
        largestError = max(largestError, abs(lesson.error))
        // The first change of a series that stood still is of usual size by definition.
        calibration.learn(isFirst && spread.isKnown ? 1 : lesson.strength)
        if isSettled, lesson.strength > bound { isStale = true }
    }

    /// A step had no value: what comes after it is less certain.
    public mutating func skip() {
        silent += 1
    }

    /// Whether values beyond the threshold were to be expected among those learned.
    private var isSettled: Bool {
        mutating get {
            calibration.count * DetectorCatalog.share(of: .residual) * threshold >= Self.fewExpected
        }
    }

    private mutating func calibrate() {
        let limit = DetectorCatalog.share(of: .residual) * threshold
        bound = calibration.strength(at: limit)
        beyondLargest = pow(max(1, 1 / (limit * max(calibration.count, 1))), ParetoTail.shapes.upperBound)
        let most =
            isSettled
            ? min(calibration.strength(at: limit / Self.clip), Self.clipMultiple.many * bound)
            : Self.clipMultiple.few * bound
        mostLearned = max(most, Self.leastClip)
        calibratedAt = calibration.count
        isStale = false
    }
}

/// What a judge says of one value.
public struct Judgement: Sendable {
    /// The evidence of each kind.
    let verdict: Verdict
    private let threshold: Double
    /// Whether the value lies outside its band.
    public let isOutside: Bool
    /// Whether the model is to observe the expectation instead of the value.
    public let isWithheld: Bool

    init(verdict: Verdict, threshold: Double, isOutside: Bool, isWithheld: Bool) {
        self.verdict = verdict
        self.threshold = threshold
        self.isOutside = isOutside
        self.isWithheld = isWithheld
    }

    /// The calibrated probability of a value at least as unusual, in 1e-12 ... 1.
    public var pValue: Double { max(verdict.leading.pValue, TailCalibration.smallest) }

    /// ln p / ln p\*.
    public var score: Double { log(pValue) / log(threshold) + 0 }

    /// Whether p < p\*.
    public var isAnomalous: Bool { pValue < threshold }

    /// The evidence that speaks loudest; the residual where the value lies outside its band.
    public var evidence: EvidenceKind { isOutside ? .residual : verdict.leading.kind }

    /// How many values before this one belong to that evidence, by estimate; 0 where it stands alone.
    public var stepsSinceOnset: Int { verdict.stepsSinceOnset }

    /// The strength of that evidence, with the sign of its direction.
    public var strength: Double { verdict.strength(of: evidence) }
}
