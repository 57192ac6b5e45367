public import Query

/// A branch of the tree that finds the receivers of an incident; keys and meaning as in Alertmanager.
public struct AlertRoute: Sendable, Equatable {
    /// Who is told; empty for whom the branch above tells.
    public var receiver: String
    /// All must hold for a branch to be taken; the root has none.
    public var matchers: [Selector.Matcher]
    /// Labels whose values, taken together, name a group, and none for one group of all; updates about incidents of a
    /// group keep a distance. `...` is all labels.
    public var groupBy: [String]
    /// Milliseconds from an opening to its message, and to those of all that open until then.
    public var groupWait: Int64 = 30_000
    /// Milliseconds from a message of a group to an update; no opening, resolution or acknowledgement waits for it.
    public var groupInterval: Int64 = 300_000
    /// Milliseconds after which an open incident is told of again.
    public var repeatInterval: Int64 = 14_400_000
    /// Whether branches beside this one are tried too.
    public var continues = false
    /// Names of intervals in which nobody is told.
    public var muteTimeIntervals: [String]
    /// Branches below this one, tried in their order.
    public var routes: [AlertRoute]

    /// A branch with Alertmanager's times: 30 s, 5 min and 4 h.
    public init(
        receiver: String, matchers: [Selector.Matcher] = [], groupBy: [String] = [],
        muteTimeIntervals: [String] = [], routes: [AlertRoute] = []
    ) {
        self.receiver = receiver
        self.matchers = matchers
        self.groupBy = groupBy
        self.muteTimeIntervals = muteTimeIntervals
        self.routes = routes
    }
}
