public import TimeSeries

/// What the pipeline says of one series: something is wrong with it since a time, or is not any more.
///
/// Only series of a definition with an `alert` have verdicts. The same verdict may come again after a crash, when the
/// journal is replayed: ``Key`` is its identity.
public struct Verdict: Sendable, Equatable {
    /// What is wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Values are anomalous.
        case anomaly
        /// Values do not come.
        case noData = "no_data"
    }

    /// Which stretch of which series a verdict is about.
    public struct Key: Sendable, Hashable {
        /// The number of the series.
        public var series: UInt32
        /// What is wrong with it.
        public var kind: Kind
        /// Milliseconds since 1970 of the first anomalous value, or of the last value before the silence.
        public var from: Int64

        /// A key of these fields.
        public init(series: UInt32, kind: Kind, from: Int64) {
            self.series = series
            self.kind = kind
            self.from = from
        }
    }

    /// The most unusual value so far.
    public struct Peak: Sendable, Equatable {
        /// Milliseconds since 1970.
        public var time: Int64
        /// In the unit of the series; `nan` when there is none.
        public var value: Double
        /// What was expected then, in the unit of the series.
        public var expected: Double
        /// The lower bound of what was expected.
        public var lower: Double
        /// The upper bound.
        public var upper: Double
        /// ln p / ln p\*.
        public var score: Double
        /// The p-value of the value.
        public var pValue: Double
        /// 1 above, -1 below, 0 neither.
        public var direction: Int8
        /// The name of the evidence that spoke loudest.
        public var evidence: String

        /// A peak of these fields.
        public init(
            time: Int64, value: Double, expected: Double, lower: Double, upper: Double, score: Double,
            pValue: Double, direction: Int8, evidence: String
        ) {
            self.time = time
            self.value = value
            self.expected = expected
            self.lower = lower
            self.upper = upper
            self.score = score
            self.pValue = pValue
            self.direction = direction
            self.evidence = evidence
        }
    }

    /// Which stretch of which series it is about.
    public var key: Key
    /// Whether it is over: the series has recovered.
    public var isOver: Bool
    /// The newest time it speaks of, milliseconds since 1970: of the last anomalous value, or of the recovery.
    public var time: Int64
    /// All labels of the series.
    public var labels: Labels
    /// The definition that judged it.
    public var definition: String
    /// How urgent its definition says it is.
    public var severity: Severity
    /// The most unusual value so far.
    public var peak: Peak
    /// What happened, in words and numbers.
    public var sentence: String
    /// A verdict that speaks of a time more than so many milliseconds before the clock comes from backfill: it opens no
    /// incident and joins none.
    public var lateness: Int64
    /// An incident stays open for at least so many milliseconds.
    public var leastOpen: Int64

    /// A verdict of these fields.
    public init(
        key: Key, isOver: Bool, time: Int64, labels: Labels, definition: String, severity: Severity,
        peak: Peak,
        sentence: String, lateness: Int64, leastOpen: Int64
    ) {
        self.key = key
        self.isOver = isOver
        self.time = time
        self.labels = labels
        self.definition = definition
        self.severity = severity
        self.peak = peak
        self.sentence = sentence
        self.lateness = lateness
        self.leastOpen = leastOpen
    }
}
