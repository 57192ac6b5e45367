import Alerting
import Storage
import TimeSeries

/// All that the desk knows, as one value: an order that fails is undone by keeping the copy from before.
struct DeskState: Sendable {
    var book: IncidentBook
    var outbox: Outbox
    var silences: [String: Silence]
    /// Deliveries that are not delivered yet, by sequence.
    var waiting: [Int64: Delivery] = [:]
    /// Resolved incidents that somebody is still told of, or was lately.
    var resolved: [Int64: Incident] = [:]
    /// What is not stored yet.
    var dirty = DirtyRecords()
    /// Incidents that observers have not seen yet, the latest state of each.
    var changed: [Int64: Incident] = [:]
    /// Incidents that pictures are to show at once.
    var transitioned: Set<Int64> = []
    var channels: [AlertStatus.Channel]
    var opened: [Incident.Kind: Int] = [:]

    /// Milliseconds for which pictures show a resolved incident.
    static let resolvedShown: Int64 = 900_000
    /// Milliseconds for which a silence that is over can be read.
    static let silencesKept: Int64 = 86_400_000
    /// Resolved incidents of so many milliseconds are read at a start, for their stretches.
    private static let lookBack: Int64 = 7 * 86_400_000
    private static let mostRead = 10_000

    /// What a store has.
    init(_ settings: AlertSettings, store: any Store, now: Int64) throws(StorageError) {
        var filter = IncidentFilter()
        filter.states = [Incident.State.open.rawValue, Incident.State.acknowledged.rawValue]
        filter.limit = .max
        let unresolved = try Self.decoded(try store.incidents(filter))
        filter.states = [Incident.State.resolved.rawValue]
        filter.times = (now - Self.lookBack)...Int64.max
        filter.limit = Self.mostRead
        let past = try Self.decoded(try store.incidents(filter))
        let numbers = try store.lastNumbers()
        book = IncidentBook(merging: settings.merging, unresolved: unresolved, lastID: numbers.incident)
        book.remember(resolved: past, now: now)

        var deliveries: [Delivery] = []
        for record in try store.deliveries(in: Delivery.State.waiting.rawValue, limit: .max) {
            let delivery = try Delivery(record)
            deliveries.append(delivery)
            waiting[delivery.sequence] = delivery
        }
        for incident in unresolved {
            for record in try store.deliveries(of: incident.id) where waiting[record.sequence] == nil {
                deliveries.append(try Delivery(record))
            }
        }
        var gone: [String: String] = [:]
        for record in try store.deliveries(in: Delivery.State.rejected.rawValue, limit: .max) {
            let delivery = try Delivery(record)
            if delivery.isGone { gone[delivery.channel] = delivery.lastError }
        }
        outbox = Outbox(settings, waiting: deliveries, lastSequence: numbers.delivery, gone: gone)
        silences = [:]
        for record in try store.silences() { silences[record.id] = try Silence(record) }
        channels = settings.receivers.flatMap(\.channels).map {
            AlertStatus.Channel(name: $0.name, kind: $0.kind)
        }
        for incident in past where now - (incident.resolved ?? now) <= Self.resolvedShown {
            resolved[incident.id] = incident
        }
        for delivery in waiting.values where book.incident(delivery.incident) == nil {
            guard let record = try store.incident(delivery.incident) else { continue }
            resolved[record.id] = try Incident(record)
        }
    }

    private static func decoded(_ records: [StoredIncident]) throws(StorageError) -> [Incident] {
        var incidents: [Incident] = []
        for record in records { incidents.append(try Incident(record)) }
        return incidents
    }

    /// An incident that is not resolved, or was lately.
    func incident(_ id: Int64) -> Incident? { book.incident(id) ?? resolved[id] }

    /// Takes in what the book changed: what is to be stored, told and shown.
    mutating func note(_ changes: [IncidentBook.Change], now: Int64) {
        for (incident, transition) in changes {
            if incident.state == .resolved { resolved[incident.id] = incident }
            changed[incident.id] = incident
            dirty.put(incident, isUrgent: false)
            // Who was told of nothing, since all was silenced, hears of the first member that is not.
            let isBroken = transition == nil && silences.values.isBroken(by: incident, at: now)
            guard let transition = transition ?? (isBroken ? .updated : nil) else { continue }
            dirty.put(incident, isUrgent: true)
            outbox.reconsider(incident.id)
            if transition == .opened { opened[incident.kind, default: 0] += 1 }
            transitioned.insert(incident.id)
            note(outbox.note(transition, of: incident, now: now))
        }
    }

    /// Takes in deliveries that are new or have changed.
    mutating func note(_ deliveries: [Delivery]) {
        for delivery in deliveries {
            dirty.deliveries[delivery.sequence] = delivery
            waiting[delivery.sequence] = delivery.state == .waiting ? delivery : nil
            guard delivery.state == .rejected else { continue }
            count(delivery.channel) { $0.rejected += 1 }
        }
    }

    /// Adds to the timeline of an incident, wherever it is now.
    mutating func note(_ moment: Incident.Moment, on id: Int64) {
        var incident = book.note(moment, on: id)
        if incident == nil, var old = resolved[id] {
            old.note(moment)
            resolved[id] = old
            incident = old
        }
        guard let incident else { return }
        dirty.put(incident, isUrgent: false)
        changed[id] = incident
    }

    mutating func count(_ channel: String, _ change: (inout AlertStatus.Channel) -> Void) {
        guard let place = channels.firstIndex(where: { $0.name == channel }) else { return }
        change(&channels[place])
    }

    /// Lets time pass: forgets resolved incidents that nobody is told of any more, and silences long over.
    mutating func forget(now: Int64) {
        let told = Set(waiting.values.map(\.incident))
        resolved = resolved.filter { id, incident in
            told.contains(id) || now - (incident.resolved ?? now) <= Self.resolvedShown
        }
        for (id, silence) in silences where now - silence.ends > Self.silencesKept {
            silences[id] = nil
            dirty.silences[id] = nil
            dirty.removedSilences.insert(id)
        }
    }
}

/// Records that wait for a commit, the newest state of each.
struct DirtyRecords: Sendable {
    private(set) var incidents: [Int64: Incident] = [:]
    var deliveries: [Int64: Delivery] = [:]
    var silences: [String: Silence] = [:]
    var events: [String: ChangeEvent] = [:]
    var removedSilences: Set<String> = []
    var removedEvents: Set<String> = []
    private var isHurried = false

    mutating func put(_ incident: Incident, isUrgent: Bool) {
        incidents[incident.id] = incident
        if isUrgent { isHurried = true }
    }

    var isEmpty: Bool { incidents.isEmpty && !isUrgent }

    /// Whether there is more than news of a member, which may wait a second for more of it.
    var isUrgent: Bool {
        isHurried || !deliveries.isEmpty || !silences.isEmpty || !events.isEmpty || !removedSilences.isEmpty
            || !removedEvents.isEmpty
    }

    /// The records.
    var changes: AlertChanges {
        var changes = AlertChanges()
        changes.incidents = incidents.sorted { $0.key < $1.key }.map { StoredIncident($0.value) }
        changes.deliveries = deliveries.sorted { $0.key < $1.key }.map { StoredDelivery($0.value) }
        changes.silences = silences.sorted { $0.key < $1.key }.map { StoredSilence($0.value) }
        changes.events = events.sorted { $0.key < $1.key }.map { StoredEvent($0.value) }
        changes.removedSilences = removedSilences.sorted()
        changes.removedEvents = removedEvents.sorted()
        return changes
    }
}

/// What whoever asks sees of the desk.
struct DeskView: Sendable {
    var unresolved: [Int64: Incident]
    var resolved: [Int64: Incident]
    var silences: [String: Silence]
    var waiting: [Int64: Delivery]
    var channels: [AlertStatus.Channel]
    var opened: [Incident.Kind: Int]
    /// Why the last commit failed; `nil` when it did not.
    var failure: StorageError?

    init(_ state: DeskState, failure: StorageError? = nil) {
        unresolved = Dictionary(uniqueKeysWithValues: state.book.unresolved.map { ($0.id, $0) })
        resolved = state.resolved
        silences = state.silences
        waiting = state.waiting
        channels = state.channels
        opened = state.opened
        self.failure = failure
    }
}
