/// What goes on after a start, and why the rest does not: a series may have recovered, or nobody asks any more.
public struct Standing: Sendable, Equatable {
    /// What is told of one series.
    public struct Watcher: Sendable, Equatable {
        /// The definition that judges it.
        public var definition: String
        /// What somebody is told of it.
        public var kinds: Set<Verdict.Kind>

        /// A watcher of these fields.
        public init(definition: String, kinds: Set<Verdict.Kind>) {
            self.definition = definition
            self.kinds = kinds
        }
    }

    /// The stretches that go on; all others are over.
    public var goingOn: Set<Verdict.Key>
    /// Series whose model began anew, since what it depends on was edited.
    public var edited: Set<UInt32>
    /// Who judges each series of a definition.
    public var watchers: [UInt32: Watcher]

    /// Nothing goes on.
    public init(
        goingOn: Set<Verdict.Key> = [], edited: Set<UInt32> = [], watchers: [UInt32: Watcher] = [:]
    ) {
        self.goingOn = goingOn
        self.edited = edited
        self.watchers = watchers
    }

    /// Adds what another shard says.
    public mutating func add(_ other: Standing) {
        goingOn.formUnion(other.goingOn)
        edited.formUnion(other.edited)
        watchers.merge(other.watchers) { first, _ in first }
    }

    /// Why a stretch ends that did not recover; `nil` when it did.
    public func reason(for verdict: Verdict) -> String? {
        guard let watcher = watchers[verdict.key.series] else { return "the definition was removed" }
        let isSame = watcher.definition == verdict.definition && watcher.kinds.contains(verdict.key.kind)
        let isAnew = verdict.key.kind == .anomaly && edited.contains(verdict.key.series)
        return isSame && !isAnew ? nil : "the definition was changed"
    }
}
