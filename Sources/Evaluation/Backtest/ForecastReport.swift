/// How well methods forecast sets of series, and what it cost.
public struct ForecastReport: Sendable, Equatable {
    /// One method on one set.
    public struct Row: Sendable, Equatable {
        /// The name of the set.
        public let set: String
        /// The name of the method.
        public let method: String
        /// Whether the figures are those of a peer, measured elsewhere: see ``PeerFigures``.
        public var isPeer = false
        /// Series that were scored.
        public var series = 0
        /// Forecasts that failed; their series count with the others they have.
        public var failed = 0
        /// Values that forecasts were compared with.
        public var values = 0
        /// Means over forecasts; `nan` where the method says nothing about it, as all that follow.
        public var smape = Double.nan
        /// The mean scaled error.
        public var mase = Double.nan
        /// The median scaled error, which no single series owns.
        public var medianMASE = Double.nan
        /// Relative to Naive2 on the very same forecasts: a ratio of means.
        public var owa = Double.nan
        /// The mean scaled interval score at 95 %.
        public var msis = Double.nan
        /// The share of values inside the 80 % interval.
        public var coverage80 = Double.nan
        /// The share of values inside the 95 % interval.
        public var coverage95 = Double.nan
        /// The weighted quantile loss after division by each series' scale.
        public var scaledWQL = Double.nan
        /// The weighted quantile loss.
        public var wql = Double.nan
        /// CPU milliseconds a forecast: fit, forecast, intervals.
        public var medianMilliseconds = Double.nan
        /// The mean of the same.
        public var meanMilliseconds = Double.nan
        /// The most of the same.
        public var worstMilliseconds = Double.nan

        init(set: String, method: String) {
            (self.set, self.method) = (set, method)
        }
    }

    /// The errors of one method on one set at one step ahead.
    public struct StepRow: Sendable, Equatable {
        /// The name of the set.
        public let set: String
        /// The name of the method.
        public let method: String
        /// Steps ahead, from 1.
        public let step: Int
        /// Values that forecasts were compared with.
        public let values: Int
        /// As in ``Row``, of this step alone.
        public let smape: Double
        /// As in ``Row``, of this step alone.
        public let mase: Double
    }

    /// A forecast that failed.
    public struct Failed: Sendable, Equatable {
        /// The name of the set.
        public let set: String
        /// The name of the method.
        public let method: String
        /// The name of the series.
        public let series: String
        /// Why.
        public let reason: String
    }

    /// Series that no method was asked about.
    public struct LeftOut: Sendable, Equatable {
        /// The name of the set.
        public let set: String
        /// Those whose history repeats itself exactly, so that errors have no scale, or whose future is missing.
        public let flat: Int
        /// Those too short for a single origin.
        public let short: Int
    }

    /// Set by set, each in the order of the methods.
    public var rows: [Row] = []
    /// At rolling origins only.
    public var steps: [StepRow] = []
    /// Every forecast that failed.
    public var failures: [Failed] = []
    /// Sets some of whose series were left out.
    public var leftOut: [LeftOut] = []

    /// The names of the sets, in their order.
    public var sets: [String] {
        var names: [String] = []
        for row in rows where names.last != row.set { names.append(row.set) }
        return names
    }
}
