/// A series and its dense number; numbers count from 0 and are never used again.
public struct StoredSeries: Sendable, Equatable {
    /// Its number.
    public var id: UInt32
    /// The canonical byte form of its labels.
    public var labels: [UInt8]

    /// A record of these fields.
    public init(id: UInt32, labels: [UInt8]) {
        self.id = id
        self.labels = labels
    }
}

/// A run of points of one series in the form of ``ChunkCodec``.
public struct StoredChunk: Sendable, Equatable {
    /// The number of its series.
    public var series: UInt32
    /// Milliseconds since 1970 of the first point.
    public var first: Int64
    /// Of the last point.
    public var last: Int64
    /// How many points it has.
    public var count: Int
    /// What ``ChunkCodec`` made of them.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(series: UInt32, first: Int64, last: Int64, count: Int, bytes: [UInt8]) {
        self.series = series
        self.first = first
        self.last = last
        self.count = count
        self.bytes = bytes
    }
}

/// What a detector remembers of one series, as bytes.
public struct StoredState: Sendable, Equatable {
    /// The number of its series.
    public var series: UInt32
    /// Whose state it is and in which version, as `stream/1`.
    public var kind: String
    /// The state.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(series: UInt32, kind: String, bytes: [UInt8]) {
        self.series = series
        self.kind = kind
        self.bytes = bytes
    }
}

/// What a series goes on from: the end of what is stored of it.
public struct StoredPast: Sendable, Equatable {
    /// Its last chunk; `nil` when no point of it is stored.
    public var last: StoredChunk?
    /// Its states.
    public var states: [StoredState]

    /// A record of these fields.
    public init(last: StoredChunk?, states: [StoredState]) {
        self.last = last
        self.states = states
    }
}

/// A stretch of anomalous values of one series.
public struct StoredAnomaly: Sendable, Equatable {
    /// The number of its series.
    public var series: UInt32
    /// Milliseconds since 1970 of the first anomalous value; with `series` and `definition` its identity.
    public var from: Int64
    /// Of the last anomalous value so far.
    public var to: Int64
    /// When what its most unusual value belongs to began, by estimate, milliseconds since 1970; at most `from`.
    public var began: Int64
    /// How many values were anomalous.
    public var count: Int
    /// Whether it may still go on.
    public var isOpen: Bool
    /// When its most unusual value was, milliseconds since 1970.
    public var peak: Int64
    /// The value then, in the unit of the series.
    public var value: Double
    /// What was expected then.
    public var expected: Double
    /// The lower bound of what was expected.
    public var lower: Double
    /// The upper bound.
    public var upper: Double
    /// ln p / ln p\* of that value.
    public var score: Double
    /// The p-value of that value.
    public var pValue: Double
    /// 1 above, -1 below, 0 neither.
    public var direction: Int8
    /// The evidence that spoke loudest.
    public var evidence: String
    /// The metric definition that scored it; empty for series without one.
    public var definition: String
    /// The hash of the text of that definition.
    public var definitionHash: String
    /// How often the past of the series had been said anew when it was found: 0 for what was found as it came.
    public var revision: Int

    /// A record of these fields.
    public init(
        series: UInt32, from: Int64, to: Int64, began: Int64, count: Int, isOpen: Bool, peak: Int64,
        value: Double,
        expected: Double, lower: Double, upper: Double, score: Double, pValue: Double, direction: Int8,
        evidence: String, definition: String, definitionHash: String, revision: Int = 0
    ) {
        self.series = series
        self.from = from
        self.to = to
        self.began = began
        self.count = count
        self.isOpen = isOpen
        self.peak = peak
        self.value = value
        self.expected = expected
        self.lower = lower
        self.upper = upper
        self.score = score
        self.pValue = pValue
        self.direction = direction
        self.evidence = evidence
        self.definition = definition
        self.definitionHash = definitionHash
        self.revision = revision
    }
}

/// A level of a series that moved and stayed.
public struct StoredLevelChange: Sendable, Equatable {
    /// The number of the series.
    public var series: UInt32
    /// When the new level began, by estimate, milliseconds since 1970.
    public var at: Int64
    /// When enough values of it had come.
    public var confirmed: Int64
    /// How many values confirmed it.
    public var count: Int
    /// What the values since then would have been on the old level, on average, in the unit of the series.
    public var before: Double
    /// What they were.
    public var after: Double
    /// The metric definition that watches the series; empty where there is none.
    public var definition: String

    /// A record of these fields.
    public init(
        series: UInt32, at: Int64, confirmed: Int64, count: Int, before: Double, after: Double,
        definition: String
    ) {
        self.series = series
        self.at = at
        self.confirmed = confirmed
        self.count = count
        self.before = before
        self.after = after
        self.definition = definition
    }
}

/// One immutable version of the model of one metric definition.
public struct StoredModel: Sendable, Equatable {
    /// The name of the definition, or the selector that stands for one.
    public var definition: String
    /// Counted from 1 within the definition; 0 before it is stored.
    public var version: Int
    /// The method, as `auto` or `ridge`.
    public var method: String
    /// When it was made, milliseconds since 1970.
    public var created: Int64
    /// The time of the first value it was fitted to.
    public var windowFirst: Int64
    /// The time of the last value it was fitted to.
    public var windowLast: Int64
    /// The hash of the definition it was made for.
    public var configurationHash: String
    /// What its back-test found, by name, in order.
    public var metrics: [Metric]
    /// The version that was champion when it was made.
    public var parent: Int?
    /// `sha256:` and the digest of `parameters`.
    public var checksum: String
    /// The parameters for every series it covers; empty in lists.
    public var parameters: [UInt8]

    /// One figure of a back-test.
    public struct Metric: Sendable, Equatable {
        /// As `mase`.
        public var name: String
        /// Its value; `nan` when it could not be found.
        public var value: Double

        /// A figure and its name.
        public init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// A record of these fields.
    public init(
        definition: String, version: Int, method: String, created: Int64, windowFirst: Int64,
        windowLast: Int64, configurationHash: String, metrics: [Metric], parent: Int?, checksum: String,
        parameters: [UInt8]
    ) {
        self.definition = definition
        self.version = version
        self.method = method
        self.created = created
        self.windowFirst = windowFirst
        self.windowLast = windowLast
        self.configurationHash = configurationHash
        self.metrics = metrics
        self.parent = parent
        self.checksum = checksum
        self.parameters = parameters
    }
}
