public import TimeSeries

/// One thing that went wrong, however many series show it.
public struct Incident: Sendable, Equatable {
    /// Where in its life it is.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Nobody has taken it on.
        case open
        /// Somebody has.
        case acknowledged
        /// It is over, and stays so.
        case resolved
    }

    /// What is wrong.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Values are anomalous.
        case anomaly
        /// Values do not come.
        case noData = "no_data"
        /// Somebody said so.
        case manual
    }

    /// One series that shows it.
    public struct Member: Sendable, Equatable {
        /// The newest verdict about it.
        public var verdict: Verdict
        /// When it joined with its newest stretch, milliseconds since 1970 of the clock.
        public var joined: Int64

        /// A member as of a verdict.
        public init(verdict: Verdict, joined: Int64) {
            self.verdict = verdict
            self.joined = joined
        }
    }

    /// Who took it on.
    public struct Acknowledgement: Sendable, Equatable {
        /// Whoever did.
        public var by: String
        /// What they said; may be empty.
        public var comment: String
        /// Milliseconds since 1970.
        public var at: Int64
        /// When it is open again unless it is resolved before; `nil`: never.
        public var until: Int64?

        /// An acknowledgement of these fields.
        public init(by: String, comment: String, at: Int64, until: Int64?) {
            self.by = by
            self.comment = comment
            self.at = at
            self.until = until
        }
    }

    /// Something that happened to it.
    public struct Moment: Sendable, Equatable {
        /// What happened.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// To the incident itself.
            case opened, joined, recovered, severity, acknowledged, unacknowledged, resolved, reopened,
                comment
            /// To what is told of it.
            case notified, notificationFailed = "notification_failed", silenced
        }

        /// Milliseconds since 1970 of the clock.
        public var time: Int64
        /// What happened.
        public var kind: Kind
        /// In words; may be empty.
        public var text: String
        /// Who did it; empty for the service itself.
        public var by: String

        /// A moment of these fields.
        public init(time: Int64, kind: Kind, text: String, by: String = "") {
            self.time = time
            self.kind = kind
            self.text = text
            self.by = by
        }
    }

    /// Counted from 1, never used again.
    public var id: Int64
    /// Where in its life it is.
    public var state: State
    /// What is wrong.
    public var kind: Kind
    /// The highest of its members so far.
    public var severity: Severity
    /// What it is called: one line.
    public var title: String
    /// When it was opened, milliseconds since 1970 of the clock.
    public var opened: Int64
    /// The time of the first anomalous value.
    public var started: Int64
    /// When it last changed.
    public var changed: Int64
    /// When it was resolved; `nil` before.
    public var resolved: Int64?
    /// Who took it on, if somebody has.
    public var acknowledgement: Acknowledgement?
    /// The most telling first.
    public var members: [Member]
    /// The earliest first.
    public var timeline: [Moment]
    /// Labels that were given with a manual one.
    public var givenLabels: Labels
    /// Its ``identity`` when it was opened: what receivers know it by that tell alerts by their labels.
    public var settledIdentity: Labels?
    /// What its title is made of, once that is settled: when it was opened.
    public var naming: Naming?
    /// When its last member recovered, milliseconds since 1970 of the clock; `nil` while one is active.
    public var recovered: Int64?
    /// So many milliseconds it waits after that before it resolves; grows while its series go back and forth.
    public var recoveryHold: Int64
    /// How many members it had when receivers were last told of it.
    public var toldMembers: Int

    /// An incident to which nothing has happened yet.
    public init(
        id: Int64, state: State, kind: Kind, severity: Severity, title: String, opened: Int64, started: Int64,
        members: [Member] = [], givenLabels: Labels = .none
    ) {
        self.id = id
        self.state = state
        self.kind = kind
        self.severity = severity
        self.title = title
        self.opened = opened
        self.started = started
        changed = opened
        self.members = members
        timeline = []
        self.givenLabels = givenLabels
        settledIdentity = nil
        naming = nil
        recovered = nil
        recoveryHold = 0
        toldMembers = members.count
    }
}

/// A change of an incident that somebody may want to hear of.
public enum Transition: Sendable, Equatable {
    /// There is a new one.
    case opened
    /// It became more urgent, was acknowledged, or shows in notably more series.
    case updated
    /// It is over.
    case resolved
}
