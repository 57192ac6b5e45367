public import Query
public import TimeSeries

/// What a stretch of time means for the series that it concerns, said before or after the fact.
public enum LearningMode: String, CaseIterable, Sendable {
    /// Nobody is told of anomalies that lie in it; they are scored, listed and learned as ever.
    case mute
    /// What lies in it is scored and told, and teaches neither the model nor its errors.
    case dontLearn = "dont_learn"
    /// What lies in it is normal: it is learned as it is, and is no anomaly.
    case learnQuietly = "learn_quietly"
}

/// What somebody says of an anomaly that was found.
public enum Feedback: String, CaseIterable, Sendable {
    /// It was one: nothing is learned from it.
    case anomaly
    /// It was out of the ordinary and nobody needs to hear of it: told to nobody, and nothing is learned from it.
    case expected
    /// It was none: what was seen then is normal.
    case falseAlarm = "false_alarm"
    /// What began with it is normal from now on.
    case newNormal = "new_normal"

    /// What it declares the time of the anomaly to be.
    public var modes: [LearningMode] {
        switch self {
        case .anomaly: [.dontLearn]
        case .expected: [.mute, .dontLearn]
        case .falseAlarm, .newNormal: [.learnQuietly]
        }
    }
}

/// What an event says of the values of series in its time.
public struct Declaration: Sendable, Equatable {
    /// What the time means; never empty.
    public var modes: [LearningMode]
    /// The series that it concerns; `nil` for all of the definition, or for those of the stretches alone.
    public var selector: Selector?
    /// Only series of the definition of this name; of any when empty.
    public var definition: String
    /// Single series, each with its own time; they stand for the selector and for the time of the event.
    public var stretches: [Stretch]
    /// What somebody has said, for who lists it; `nil` when the modes were given.
    public var feedback: Feedback?

    /// The time of one series.
    public struct Stretch: Sendable, Equatable {
        /// All labels of the series.
        public var labels: Labels
        /// Milliseconds since 1970, both included.
        public var from: Int64
        /// Milliseconds since 1970, included.
        public var to: Int64

        /// A stretch of these fields.
        public init(labels: Labels, from: Int64, to: Int64) {
            self.labels = labels
            self.from = from
            self.to = to
        }
    }

    /// A declaration of these fields.
    public init(
        modes: [LearningMode], selector: Selector? = nil, definition: String = "",
        stretches: [Stretch] = [], feedback: Feedback? = nil
    ) {
        self.modes = modes
        self.selector = selector
        self.definition = definition
        self.stretches = stretches
        self.feedback = feedback
    }
}
