/// Tells one kind of receiver of incidents.
public protocol Notifier: Sendable {
    /// Which events it is told of, beside `opened`.
    var events: Set<Delivery.Event> { get }

    /// What is sent for an event: made once, kept, and sent again as it is.
    func payload(for message: Message) -> [UInt8]

    /// Sends it, and waits for the answer.
    ///
    /// - Parameters:
    ///   - id: Stable: the same for every attempt.
    ///   - now: Milliseconds since 1970.
    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure)
}

/// Tells a receiver that keeps a picture of its own, as Alertmanager: it hears all that is firing, again and again.
public protocol PictureNotifier: Sendable {
    /// How often, in milliseconds.
    var interval: Int64 { get }

    /// Sends what is firing, and what was resolved lately.
    func send(_ messages: [Message], now: Int64) throws(NotifierFailure)
}

/// Why a message did not arrive; there are two kinds only.
public enum NotifierFailure: Error, Sendable, Equatable {
    /// It may arrive later.
    ///
    /// - Parameters:
    ///   - after: Seconds that the receiver asked for.
    ///   - within: Milliseconds for which such answers in a row are put up with; `nil`: for as long as any.
    case retryLater(reason: String, after: Double?, within: Int64? = nil)
    /// It never will.
    ///
    /// - Parameter isGone: Whether the receiver wants nothing more at all (410).
    case rejected(reason: String, isGone: Bool)
}

/// What a notifier is made of: one of the two ways to tell.
public enum NotifierChannel: Sendable {
    /// It tells each event of each incident.
    case each(any Notifier)
    /// It tells all that is firing.
    case picture(any PictureNotifier)
}

/// One key of a notifier's configuration.
public struct NotifierKey: Sendable {
    /// How its value is written.
    public enum Form: Sendable {
        /// A text, an address, texts, `true` or `false`.
        case text, url, list, flag
        /// Milliseconds.
        case duration
        /// Given as `NAME`, or as the path of a file under `NAME_file`; never shown.
        case secret
    }

    /// What stands in the file.
    public var name: String
    /// How its value is written.
    public var form: Form
    /// Whether a notifier cannot do without it.
    public var isRequired: Bool

    /// A key that may be absent unless it is required.
    public init(_ name: String, _ form: Form, isRequired: Bool = false) {
        self.name = name
        self.form = form
        self.isRequired = isRequired
    }
}

/// The values of a notifier's configuration, checked against its keys.
public struct NotifierOptions: Sendable, Equatable {
    /// Texts, addresses and secrets.
    public var texts: [String: String] = [:]
    /// Lists of texts.
    public var lists: [String: [String]] = [:]
    /// What is `true` or `false`.
    public var flags: [String: Bool] = [:]
    /// Milliseconds.
    public var durations: [String: Int64] = [:]

    /// Without any value.
    public init() {}
}

/// Why a notifier cannot be made: which key, and what is wrong with it.
public struct NotifierError: Error, Sendable, Equatable {
    /// As it stands in the file.
    public var key: String
    /// In words for the operator; never with a secret.
    public var reason: String

    /// What is wrong with a key.
    public init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }
}
