public import TimeSeries

/// How a series does, in one word.
public enum FleetState: String, Sendable, Hashable, CaseIterable {
    /// A stretch of anomalous values goes on.
    case anomalous
    /// No value came for long.
    case noData = "no_data"
    /// Too little is known of it to judge it.
    case warming
    /// None of these.
    case ok
}

/// Which series are wanted, in which order.
public struct FleetQuestion: Sendable {
    /// What comes first.
    public enum Order: String, Sendable, CaseIterable {
        /// The anomalous, whatever the score of their newest value, then the highest score; those without come last.
        case score
        /// The name, then the other labels, as their bytes sort.
        case name
        /// Anomalous, silent, warming, well; then the highest score.
        case state
    }

    /// Words that all occur in the name or the other labels, written `label=value`; in any case.
    public var search = ""
    /// Only those in this state.
    public var state: FleetState?
    /// Only those of this definition.
    public var definition: String?
    /// What comes first.
    public var order = Order.score
    /// At most so many rows, after so many.
    public var limit = 200
    /// Rows left out at the beginning.
    public var offset = 0
    /// Characters of the heat strip of a row.
    public var heat = 60

    /// All series, the highest score first.
    public init() {}
}

/// How all series do.
public struct Fleet: Sendable {
    /// One series.
    public struct Row: Sendable {
        /// Its number.
        public var id: UInt32
        /// Its labels, the name among them.
        public var labels: Labels
        /// The definition that it belongs to; `nil` for the light tier.
        public var definition: String?
        /// How it does.
        public var state: FleetState
        /// ln p / ln p\* of its newest scored value; `nil` when none is in memory.
        public var score: Double?
        /// Its newest value, counters as rates a second; `nil` when it is not known.
        public var value: Double?
        /// When its newest point was, milliseconds since 1970; `nil` when it has none.
        public var time: Int64?
        /// How unusual it was, see ``HeatStrip``; the newest is the last character.
        public var heat: String
    }

    /// When it was so, milliseconds since 1970.
    public var time: Int64
    /// How many series there are, and in which state.
    public var counts: [FleetState: Int]
    /// How many series match the question.
    public var matching: Int
    /// Those of them that were asked for, in their order.
    public var rows: [Row]

    /// How many series there are.
    public var series: Int { counts.values.reduce(0, +) }
}
