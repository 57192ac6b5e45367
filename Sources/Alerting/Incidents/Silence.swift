public import Query
public import TimeSeries

/// A time in which nobody is told of incidents that its matchers fit.
public struct Silence: Sendable, Equatable {
    /// Given when it is added.
    public var id: String
    /// All must hold for the labels of an incident.
    public var matchers: [Selector.Matcher]
    /// Milliseconds since 1970; the end is excluded.
    public var starts: Int64
    /// Milliseconds since 1970, excluded.
    public var ends: Int64
    /// Who wants it.
    public var createdBy: String
    /// Why.
    public var comment: String

    /// A silence of these fields; without a name it is a new one.
    public init(
        id: String = "", matchers: [Selector.Matcher], starts: Int64, ends: Int64, createdBy: String,
        comment: String
    ) {
        self.id = id
        self.matchers = matchers
        self.starts = starts
        self.ends = ends
        self.createdBy = createdBy
        self.comment = comment
    }
}

/// Something that happened in the world and may explain a metric: a deploy, a sale.
public struct ChangeEvent: Sendable, Equatable {
    /// Given when it is added.
    public var id: String
    /// What happened: one line.
    public var title: String
    /// More about it; may be empty.
    public var text: String
    /// Milliseconds since 1970; both equal for a moment.
    public var starts: Int64
    /// Milliseconds since 1970, included.
    public var ends: Int64
    /// What it concerns.
    public var labels: Labels
    /// What it says of the values of series; `nil` for a mark in charts.
    public var declaration: Declaration?

    /// An event of these fields; without a name it is a new one.
    public init(
        id: String = "", title: String, text: String, starts: Int64, ends: Int64, labels: Labels,
        declaration: Declaration? = nil
    ) {
        self.id = id
        self.title = title
        self.text = text
        self.starts = starts
        self.ends = ends
        self.labels = labels
        self.declaration = declaration
    }
}
