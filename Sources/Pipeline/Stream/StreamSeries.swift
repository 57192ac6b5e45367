import Detection
import Glibc
import Storage
import TimeSeries

/// What a shard remembers of one series: a plain value, whose bytes are its snapshot.
struct StreamSeries: BitwiseCopyable {
    /// Whose bytes, in which version.
    static let kind = "stream/\(StreamDetector.stateVersion).\(StreamEvidence.stateVersion)"

    /// The time and the bits of the newest point; `Int64.min` before the first.
    var lastTime = Int64.min
    var lastBits: UInt64 = 0
    /// The usual distance of two points, in milliseconds; 0 while unknown.
    private var usualGap = 0.0
    private let isCounter: WideFlag
    private var rate = CounterRate()
    private var detector = Self.detector.makeState()
    /// What else speaks against values.
    private var evidence: StreamEvidence
    var run = AnomalyRun()

    /// The threshold of series without a definition.
    static let threshold = LightTier.threshold
    private static let detector = StreamDetector(threshold: LightTier.residualShare * threshold)
    /// So many usual distances without a point are a gap, and nothing is expected of the next.
    private static let gap = 5.0

    /// - Parameter delay: So many values later than usual the season is looked for, 0 ..< 128.
    init(isCounter: Bool, delay: Int = 0) {
        self.isCounter = WideFlag(isCounter)
        evidence = StreamEvidence(delay: delay)
    }

    /// The state of a new series.
    init(_ registration: Shard.Registration) {
        self.init(isCounter: registration.isCounter, delay: registration.delay)
    }

    /// Always the same, other than that of a table.
    private static let delaySeed: UInt64 = 1

    /// The delay of a series: those of a fleet that began together look for their season in turns, or all would wait for
    /// it at once. Told by the labels, so that a series has the same scores in whatever order series came.
    ///
    /// - Parameter labels: Their canonical bytes.
    static func delay(of labels: [UInt8]) -> Int {
        labels.withUnsafeBytes { Int(ByteTable.hash($0, delaySeed) >> 57) }
    }

    /// How much of the warm-up is done, 0 ... 1.
    var readiness: Double { min(Double(detector.count) / Double(Self.settled), 1) }

    /// Values before the first score.
    static let settled = LightTier.settled

    /// Notes the newest point of a series that is not judged here.
    mutating func resume(after time: Int64, _ value: Double) {
        guard time >= lastTime else { return }
        lastTime = time
        lastBits = value.bitPattern
    }

    /// What became of a point.
    struct Outcome {
        /// See `ScoreByte`.
        var byte: UInt8
        /// Whether a stretch of anomalies was opened or went on, and whether one is over.
        var isAnomalous = false
        var isClosed = false
        /// `nan` where there is no score.
        var pValue = Double.nan
    }

    /// Scores a point that is later than all before, then learns it.
    mutating func take(_ time: Int64, _ value: Double) -> Outcome {
        switch prepare(time, value) {
        case .value(let value): judge(time, value)
        case .done(let outcome): outcome
        }
    }

    /// As ``take(_:_:)``, and what was expected of the value; some microseconds more, for who looks on.
    ///
    /// - Parameter wantsBand: Whether the band is wanted, which is what costs.
    mutating func takeWatched(_ time: Int64, _ value: Double, wantsBand: Bool = true) -> (
        outcome: Outcome, judged: JudgedValue?
    ) {
        switch prepare(time, value) {
        case .done(let outcome): return (outcome, nil)
        case .value(let value):
            let isSettled = detector.count >= Self.settled
            let assessment = wantsBand && isSettled ? Self.detector.assess(value, &detector) : nil
            let band = assessment == nil ? nil : Self.detector.band(detector)
            let outcome = judge(time, value)
            let judged = JudgedValue(
                time: time, value: value,
                score: assessment == nil ? nil : log(outcome.pValue) / log(Self.threshold) + 0,
                band: assessment.map { assessment in
                    LiveBand(
                        expected: assessment.expected, lower: band?.lowerBound ?? assessment.expected,
                        upper: band?.upperBound ?? assessment.expected)
                },
                isAnomaly: outcome.isAnomalous)
            return (outcome, judged)
        }
    }

    private enum Prepared {
        case value(Double)
        /// Nothing to judge.
        case done(Outcome)
    }

    /// Notes a point, and makes the value of it that is judged.
    @inline(__always)
    private mutating func prepare(_ time: Int64, _ value: Double) -> Prepared {
        let isGap = noteTime(time)
        lastBits = value.bitPattern
        guard value.isFinite else {
            // The series has ended, or its source computes nonsense: what comes next stands alone.
            rate.interrupt()
            Self.detector.interrupt(&detector)
            _ = evidence.push(.nan)
            return .done(Outcome(byte: ScoreByte.unscored, isClosed: closeRun()))
        }
        if isGap {
            rate.interrupt()
            Self.detector.interrupt(&detector)
        }
        guard let value = isCounter.isSet ? rate.rate(time, value) : value, value.isFinite else {
            return .done(Outcome(byte: ScoreByte.unscored))
        }
        return .value(value)
    }

    /// Points so far apart, in milliseconds, are no gap; 0 while unknown.
    var usualDistance: Double { usualGap }

    private mutating func judge(_ time: Int64, _ value: Double) -> Outcome {
        let fused = evidence.push(value)
        guard let assessment = Self.detector.assess(value, &detector) else {
            Self.detector.learn(value, isAnomalous: false, &detector)
            return Outcome(byte: ScoreByte.unscored)
        }
        let isOutside = assessment.pValue < Self.detector.threshold
        guard detector.count >= Self.settled else {
            Self.detector.learn(value, isAnomalous: isOutside, &detector)
            return Outcome(byte: ScoreByte.unscored)
        }
        let pValue = LightTier.pValue(residual: assessment.pValue, evidence: fused)
        let isAnomalous = pValue < Self.threshold
        var outcome = Outcome(
            byte: ScoreByte.encode(negativeLog10: -log10(pValue)), isAnomalous: isAnomalous,
            pValue: pValue)
        if isAnomalous {
            let band = Self.detector.band(detector) ?? assessment.expected...assessment.expected
            run.add(
                AnomalyRun.Peak(
                    time: time, began: time, value: value, expected: assessment.expected,
                    lower: band.lowerBound, upper: band.upperBound,
                    score: log(pValue) / log(Self.threshold), pValue: pValue,
                    direction: assessment.strength < 0 ? -1 : 1,
                    evidence: UInt32((isOutside ? .residual : evidence.kind).place)))
        } else {
            outcome.isClosed = run.pass(closeAfter: AnomalyRun.closeAfter)
        }
        Self.detector.learn(value, isAnomalous: isOutside, &detector)
        return outcome
    }

    private mutating func closeRun() -> Bool { run.close() }

    /// Follows the usual distance of points.
    ///
    /// - Returns: Whether this one came after a gap.
    private mutating func noteTime(_ time: Int64) -> Bool {
        defer { lastTime = time }
        guard lastTime != .min else { return false }
        let distance = Double(time) - Double(lastTime)
        guard usualGap > 0 else {
            usualGap = distance
            return false
        }
        let isGap = distance > Self.gap * usualGap
        // A gap says nothing of the usual distance, unless it becomes usual.
        usualGap += (isGap ? 0.02 : 0.1) * (distance - usualGap)
        return isGap
    }
}

extension StreamSeries {
    /// The bytes of a snapshot.
    var bytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }

    /// A state from its bytes; `nil` when they are of another build's layout.
    init?(bytes: [UInt8]) {
        guard bytes.count == MemoryLayout<StreamSeries>.size else { return nil }
        self = bytes.withUnsafeBytes { $0.loadUnaligned(as: StreamSeries.self) }
    }
}
