/// Every kind of notifier, one line each.
public enum NotifierCatalog {
    /// One kind.
    public struct Entry: Sendable {
        /// The key under a receiver.
        public var name: String
        /// What it does, in a few words.
        public var summary: String
        /// What can be configured.
        public var keys: [NotifierKey]
        /// Makes one; connects to nothing yet.
        public var make: @Sendable (NotifierOptions) throws(NotifierError) -> NotifierChannel

        /// A line of the catalogue.
        public init(
            _ name: String, _ summary: String, keys: [NotifierKey],
            make: @escaping @Sendable (NotifierOptions) throws(NotifierError) -> NotifierChannel
        ) {
            self.name = name
            self.summary = summary
            self.keys = keys
            self.make = make
        }
    }

    /// All of them.
    public static let all: [Entry] = [
        Webhook.entry,
        Alertmanager.entry,
        Slack.entry,
        PagerDuty.entry,
        Email.entry,
    ]

    /// The kind of this name.
    public static func named(_ name: String) -> Entry? { all.first { $0.name == name } }
}
