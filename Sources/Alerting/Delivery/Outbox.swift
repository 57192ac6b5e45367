internal import Query
internal import TimeSeries

/// What is to be told, to whom and when: finds the channels of an incident, and keeps the queue of each.
///
/// Pure: no clock, no store, no socket. Who owns it commits what it returns, sends what is due and says how it went.
/// Of one incident and channel one delivery is under way at a time, the smallest sequence first; a receiver thus
/// never hears of a resolution before the opening. Times are milliseconds since 1970.
public struct Outbox: Sendable {
    /// An incident and a channel: what keeps its order.
    struct Pair: Hashable, Sendable {
        var incident: Int64
        var channel: String

        init(incident: Int64, channel: String) {
            self.incident = incident
            self.channel = channel
        }

        init(of delivery: Delivery) { self.init(incident: delivery.incident, channel: delivery.channel) }
    }

    /// A delivery that waits, and what is not worth storing of it.
    struct Entry: Sendable {
        var delivery: Delivery
        var isInFlight = false
        /// When a silence or a muted time is looked at again; `nil` when none is known to be in the way.
        var heldUntil: Int64?
        var firstAttempt: Int64?
        /// The first of the refusals in a row that may pass.
        var refusedSince: Int64?
    }

    /// What was told of an incident that is not resolved.
    struct Told: Sendable {
        var updates = 0
        var channels: Set<String> = []
        /// When the newest message arrived, by channel.
        var newest: [String: Int64] = [:]
        /// When the newest message was made, by channel: it tells of everything before.
        var made: [String: Int64] = [:]
    }

    private(set) var tree = RouteTree(nil)
    private(set) var timeIntervals: [String: [MuteInterval]] = [:]
    private(set) var receivers: [String: [String]] = [:]
    private(set) var notifiers: [String: NotifierChannel] = [:]
    var entries: [Int64: Entry] = [:]
    /// Sequences, ascending; no empty ones.
    var queues: [Pair: [Int64]] = [:]
    var told: [Int64: Told] = [:]
    var groups = DeliveryGroups()
    /// Who heard nothing of an incident, since the opening was rejected: they hear of no end either.
    var unheard: Set<Pair> = []
    /// Channels whose receiver wants nothing more, with its words.
    public internal(set) var gone: [String: String]
    private var lastSequence: Int64

    /// An outbox with what waited when the service stopped.
    ///
    /// - Parameters:
    ///   - waiting: Deliveries that wait, and all others of incidents that are not resolved: by them updates are
    ///     counted on, and repetitions keep their distance.
    ///   - lastSequence: The largest there ever was; 0 when there was none.
    ///   - gone: Channels whose receiver wants nothing more, with its words.
    public init(
        _ settings: AlertSettings, waiting: [Delivery], lastSequence: Int64, gone: [String: String] = [:]
    ) {
        self.gone = gone
        self.lastSequence = max(lastSequence, waiting.map(\.sequence).max() ?? 0)
        follow(settings)
        for delivery in waiting.sorted(by: { $0.sequence < $1.sequence }) {
            remember(delivery)
            if delivery.state == .waiting { enqueue(delivery) }
        }
    }

    /// Tells others from now on, in other ways; what waits and was told stays known, as after a start.
    ///
    /// What waits for a channel that is not there any more is rejected when it is due.
    public mutating func follow(_ settings: AlertSettings) {
        tree = RouteTree(settings.route)
        timeIntervals = settings.timeIntervals
        receivers = Dictionary(
            settings.receivers.map { ($0.name, $0.channels.map(\.name)) }, uniquingKeysWith: { $1 })
        notifiers = Dictionary(
            settings.receivers.flatMap { $0.channels.map { ($0.name, $0.channel) } },
            uniquingKeysWith: { $1 })
        // Groups are known by places in the tree, which are others now.
        groups = DeliveryGroups()
    }

    // MARK: - What happened

    /// What an update tells of without waiting: somebody did it, or it became more urgent.
    private static let urgent: Set<Incident.Moment.Kind> = [.acknowledged, .unacknowledged, .severity]
    /// One call of the book adds no more moments to a timeline.
    private static let lastMoments = 4

    /// New deliveries for a transition; they must be committed with the incident.
    ///
    /// An incident takes the routes of each of its members: it goes to everybody whose series fails.
    /// Nothing is queued for a receiver that keeps a picture, nor for an event that a notifier does not want. Of
    /// updates that no attempt was made for yet one is enough: it will tell of all.
    ///
    /// - Returns: Waiting ones, and rejected ones for channels that want nothing more.
    public mutating func note(_ transition: Transition, of incident: Incident, now: Int64) -> [Delivery] {
        let labels = incident.identity
        let isUrgent = incident.timeline.suffix(Self.lastMoments).contains { moment in
            moment.time == now && Self.urgent.contains(moment.kind)
        }
        var dues: [String: Int64] = [:]
        for branch in tree.branches(of: incident) {
            let due = groups.due(
                transition, of: incident.id, branch, labels, isUrgent: isUrgent, now: now)
            for channel in receivers[branch.receiver] ?? [] {
                dues[channel] = min(due, dues[channel] ?? due)
            }
        }
        if transition == .resolved {
            // Who heard of the opening hears of the end, whatever the routes are now.
            for channel in told[incident.id]?.channels ?? [] where dues[channel] == nil {
                dues[channel] = now
            }
        }
        let made = add(transition, of: incident, dues, now: now)
        if transition == .resolved {
            told[incident.id] = nil
            groups.leave(incident.id)
            unheard = unheard.filter { $0.incident != incident.id || queues[$0] != nil }
        }
        return made
    }

    private mutating func add(
        _ transition: Transition, of incident: Incident, _ dues: [String: Int64], now: Int64
    ) -> [Delivery] {
        var made: [Delivery] = []
        var update: Int?
        for (channel, due) in dues.sorted(by: { $0.key < $1.key }) {
            let pair = Pair(incident: incident.id, channel: channel)
            let isUnheard = unheard.contains(pair)
            if transition == .resolved, isUnheard, queues[pair] == nil { continue }
            let isKnown = !isUnheard && told[incident.id]?.channels.contains(channel) ?? false
            // Somebody who was not told yet, or whom a graver severity reaches now, hears of an opening.
            let event = transition == .updated && !isKnown ? .opened : Delivery.Event(transition)
            guard wants(event, channel), event == .resolved || !willTell(incident.id, channel) else {
                continue
            }
            if event == .updated, update == nil { update = countUpdate(of: incident.id) }
            made.append(
                make(event, event == .updated ? update ?? 0 : 0, incident, channel, now: now, due: due))
        }
        return made
    }

    // MARK: - Repetitions

    /// Repeats what is open and was not told of for a route's `repeat_interval`, as further updates.
    ///
    /// An acknowledged incident is not repeated, nor is one to a notifier that wants no updates. Without a message so
    /// far the opening counts; a channel that is new since then hears of the opening now.
    ///
    /// - Returns: New deliveries, due at once, to be committed.
    public mutating func tick(now: Int64, unresolved: [Incident]) -> [Delivery] {
        groups.prune(now: now)
        var made: [Delivery] = []
        for incident in unresolved where incident.state != .resolved {
            let labels = incident.identity
            var late: Set<String> = []
            for branch in tree.branches(of: incident) {
                groups.join(incident.id, branch, labels, told: incident.opened + branch.route.groupWait)
                guard incident.state == .open, branch.route.repeatInterval > 0 else { continue }
                for channel in receivers[branch.receiver] ?? [] {
                    let newest = told[incident.id]?.newest[channel] ?? incident.opened
                    if now - newest >= branch.route.repeatInterval { late.insert(channel) }
                }
            }
            let idle = late.filter { queues[Pair(incident: incident.id, channel: $0)] == nil }
            let dues = Dictionary(uniqueKeysWithValues: idle.map { ($0, now) })
            let repeats = add(.updated, of: incident, dues, now: now)
            for delivery in repeats { told[incident.id]?.newest[delivery.channel] = now }
            made += repeats
        }
        return made
    }

    // MARK: - Channels

    /// Channels that an incident goes to and that are not muted now, for receivers that keep a picture.
    public func channels(of incident: Incident, now: Int64) -> [String] {
        var seen: Set<String> = []
        return tree.branches(of: incident)
            .filter { !isMuted($0, now: now) }
            .flatMap { receivers[$0.receiver] ?? [] }
            .filter { seen.insert($0).inserted }
    }

    func isMuted(_ branch: RouteTree.Branch, now: Int64) -> Bool {
        branch.route.muteTimeIntervals.contains { name in
            timeIntervals[name]?.contains { $0.contains(now) } ?? false
        }
    }

    private func wants(_ event: Delivery.Event, _ channel: String) -> Bool {
        guard case .each(let notifier) = notifiers[channel] else { return false }
        return event == .opened || notifier.events.contains(event)
    }

    /// Whether something waits for the channel that was not rendered yet, and so will tell of the newest.
    private func willTell(_ incident: Int64, _ channel: String) -> Bool {
        guard let last = queues[Pair(incident: incident, channel: channel)]?.last else { return false }
        return entries[last].map { $0.delivery.payload.isEmpty && !$0.isInFlight } ?? false
    }

    // MARK: - Making

    /// The end of a resolved incident for a channel whose opening is tried again: nobody told it of that.
    public mutating func followUp(_ opening: Delivery, _ incident: Incident, now: Int64) -> [Delivery] {
        let pair = Pair(of: opening)
        guard opening.event == .opened, opening.state == .waiting, incident.state == .resolved,
            queues[pair] == [opening.sequence], wants(.resolved, opening.channel)
        else { return [] }
        unheard.remove(pair)
        defer { told[incident.id] = nil }
        return [make(.resolved, 0, incident, opening.channel, now: now, due: now)]
    }

    private mutating func countUpdate(of incident: Int64) -> Int {
        told[incident, default: Told()].updates += 1
        return told[incident]?.updates ?? 1
    }

    private mutating func make(
        _ event: Delivery.Event, _ update: Int, _ incident: Incident, _ channel: String, now: Int64,
        due: Int64
    ) -> Delivery {
        lastSequence += 1
        var delivery = Delivery(
            sequence: lastSequence, incident: incident.id, channel: channel, event: event, update: update,
            created: now, due: due, opened: incident.opened)
        if let reason = gone[channel] {
            delivery.state = .rejected
            delivery.lastError = reason
            delivery.isGone = true
            if event == .opened { unheard.insert(Pair(of: delivery)) }
        } else {
            enqueue(delivery)
        }
        told[incident.id, default: Told()].channels.insert(channel)
        return delivery
    }

    mutating func enqueue(_ delivery: Delivery) {
        let pair = Pair(of: delivery)
        entries[delivery.sequence] = Entry(
            delivery: delivery, firstAttempt: delivery.attempts > 0 ? delivery.created : nil)
        queues[pair, default: []].append(delivery.sequence)
        queues[pair]?.sort()
    }

    private mutating func remember(_ delivery: Delivery) {
        var known = told[delivery.incident] ?? Told()
        known.channels.insert(delivery.channel)
        known.updates = max(known.updates, delivery.update)
        if !delivery.payload.isEmpty || delivery.state == .delivered {
            known.made[delivery.channel] = max(delivery.created, known.made[delivery.channel] ?? .min)
        }
        if delivery.state == .delivered { unheard.remove(Pair(of: delivery)) }
        if delivery.state == .rejected, delivery.event == .opened { unheard.insert(Pair(of: delivery)) }
        if delivery.state == .delivered {
            known.newest[delivery.channel] = max(delivery.due, known.newest[delivery.channel] ?? .min)
        }
        told[delivery.incident] = known
    }
}

extension Delivery.Event {
    /// What tells of a transition.
    init(_ transition: Transition) {
        switch transition {
        case .opened: self = .opened
        case .updated: self = .updated
        case .resolved: self = .resolved
        }
    }
}
