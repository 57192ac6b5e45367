public import Alerting

/// One value of one series as it was judged the moment it came.
public struct LiveSample: Sendable, Equatable {
    /// The number of the series.
    public var series: UInt32
    /// Milliseconds since 1970: of the point, or of the beginning of its step.
    public var time: Int64
    /// In the unit of the series, counters as rates a second; finite.
    public var value: Double
    /// ln p / ln p\*; `nil` during the warm-up.
    public var score: Double?
    /// What was expected of it, with the bounds at which its residual alone would score 1; `nil` during the warm-up.
    public var band: LiveBand?
    /// Whether it was called anomalous.
    public var isAnomaly: Bool

    /// A sample of these fields.
    public init(
        series: UInt32, time: Int64, value: Double, score: Double?, band: LiveBand?, isAnomaly: Bool
    ) {
        self.series = series
        self.time = time
        self.value = value
        self.score = score
        self.band = band
        self.isAnomaly = isAnomaly
    }
}

/// What was expected of one value, in the unit of the series.
public struct LiveBand: Sendable, Equatable {
    /// The expectation.
    public var expected: Double
    /// The lower bound.
    public var lower: Double
    /// The upper bound.
    public var upper: Double

    /// A band of these bounds.
    public init(expected: Double, lower: Double, upper: Double) {
        self.expected = expected
        self.lower = lower
        self.upper = upper
    }
}

extension LiveBand {
    /// The band with bounds that can be written as numbers; `nil` when nothing was expected.
    public var finite: LiveBand? {
        guard !expected.isNaN, !lower.isNaN, !upper.isNaN else { return nil }
        let most = Double.greatestFiniteMagnitude
        let cut = { (value: Double) in min(max(value, -most), most) }
        return LiveBand(expected: cut(expected), lower: cut(lower), upper: cut(upper))
    }
}

/// What a follower may hear of besides samples.
public enum LiveTopic: String, Sendable, Hashable, CaseIterable {
    /// Every change of an incident.
    case incidents
    /// Every change event.
    case events
}

/// One thing that happened, with its place in the order of all.
public struct LiveEvent: Sendable {
    /// What happened.
    public enum Content: Sendable {
        /// A value of a watched series.
        case sample(LiveSample)
        /// An incident changed; it is as it was then.
        case incident(Incident)
        /// Something happened in the world.
        case change(ChangeEvent)
    }

    /// Counted from 1 since the start of the process.
    public var sequence: UInt64
    /// What happened.
    public var content: Content
}

/// Why a follower has not heard everything.
public struct LiveGap: Sendable, Equatable {
    /// What was in the way.
    public enum Reason: String, Sendable {
        /// The follower did not keep up, and goes on with the latest.
        case slow
        /// What it missed while it was away is not kept any more, or was of another run.
        case expired
    }

    /// What was in the way.
    public var reason: Reason
    /// How many things happened meanwhile, also those that it did not ask for; `nil` when nobody knows.
    public var dropped: UInt64?

    /// A gap.
    public init(reason: Reason, dropped: UInt64?) {
        self.reason = reason
        self.dropped = dropped
    }
}

/// One value of one series as it was judged, for whoever knows which series it is.
struct JudgedValue: Sendable, Equatable {
    var time: Int64
    var value: Double
    /// `nil` during the warm-up.
    var score: Double?
    var band: LiveBand?
    var isAnomaly: Bool

    func sample(of series: UInt32) -> LiveSample {
        LiveSample(series: series, time: time, value: value, score: score, band: band, isAnomaly: isAnomaly)
    }
}
