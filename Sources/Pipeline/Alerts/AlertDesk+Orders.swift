public import Alerting
import Storage
public import TimeSeries

extension AlertDesk {
    /// How long an order waits for the desk, in seconds; its store may be slow.
    private static let orderPatience = 60.0

    /// Has the desk's thread carry an order out, and waits until it is durable.
    func order<Answer: Sendable>(
        _ body: @escaping @Sendable (inout DeskState, Int64) throws(AlertError) -> Answer
    ) throws(AlertError) -> Answer {
        let promise = Promise<Result<Answer, AlertError>>()
        guard mailbox.put(.order { work in promise.fulfil(work.carryOut(body)) }, weight: 0) else {
            throw .conflict("the service is stopping")
        }
        guard let result = promise.wait(seconds: Self.orderPatience) else {
            throw .conflict("the alert desk has not answered within \(Int(Self.orderPatience)) s: look again")
        }
        return try result.get()
    }

    /// An order to the book about one incident.
    private func order(
        about id: Int64,
        _ body: @escaping @Sendable (inout IncidentBook, Int64) throws(IncidentError) -> IncidentBook.Change
    ) throws(AlertError) -> Incident {
        // What is resolved or unknown is known before; what is resolved meanwhile the book refuses.
        if try incident(id).state == .resolved { throw .conflict("incident \(id) is resolved") }
        return try order { (state, now) throws(AlertError) in
            try Self.carryOut(&state, now, body)
        }
    }

    private static func carryOut(
        _ state: inout DeskState, _ now: Int64,
        _ body: (inout IncidentBook, Int64) throws(IncidentError) -> IncidentBook.Change
    ) throws(AlertError) -> Incident {
        do throws(IncidentError) {
            let change = try body(&state.book, now)
            state.note([change], now: now)
            return change.incident
        } catch {
            throw AlertError(error)
        }
    }

    /// Says that somebody has taken an incident on; a second time says who has it now.
    ///
    /// - Parameter until: Milliseconds since 1970 when it is open again; `nil`: never.
    /// - Throws: ``AlertError/unknownIncident(_:)``, ``AlertError/conflict(_:)`` for a resolved one and for an end that
    ///   is over, ``AlertError/storage(_:)``; so all orders about an incident.
    public func acknowledge(
        _ id: Int64, by: String, comment: String, until: Int64?
    ) throws(AlertError) -> Incident {
        try order(about: id) { (book, now) throws(IncidentError) in
            try book.acknowledge(id, by: by, comment: comment, until: until, now: now)
        }
    }

    /// Takes an acknowledgement back.
    public func unacknowledge(_ id: Int64, by: String) throws(AlertError) -> Incident {
        try order(about: id) { (book, now) throws(IncidentError) in
            try book.unacknowledge(id, by: by, now: now)
        }
    }

    /// Ends an incident whatever its members do.
    public func resolve(_ id: Int64, by: String, comment: String) throws(AlertError) -> Incident {
        try order(about: id) { (book, now) throws(IncidentError) in
            try book.resolve(id, by: by, comment: comment, now: now)
        }
    }

    /// Adds words to the timeline of an incident, resolved or not.
    public func comment(_ id: Int64, by: String, text: String) throws(AlertError) -> Incident {
        let known = try incident(id)
        guard known.state == .resolved else {
            return try order(about: id) { (book, now) throws(IncidentError) in
                try book.comment(id, by: by, text: text, now: now)
            }
        }
        return try order { (state, now) throws(AlertError) in
            var incident = state.resolved[id] ?? known
            incident.note(Incident.Moment(time: now, kind: .comment, text: text, by: by))
            incident.changed = now
            if state.resolved[id] != nil { state.resolved[id] = incident }
            state.dirty.put(incident, isUrgent: true)
            state.changed[id] = incident
            return incident
        }
    }

    /// Opens a manual incident, which is resolved by hand alone.
    ///
    /// - Throws: ``AlertError/conflict(_:)`` without a title, ``AlertError/storage(_:)``.
    public func open(
        title: String, severity: Severity, labels: Labels, text: String, by: String
    ) throws(AlertError) -> Incident {
        try order { (state, now) throws(AlertError) in
            try Self.carryOut(&state, now) { (book, now) throws(IncidentError) in
                try book.open(title: title, severity: severity, labels: labels, text: text, by: by, now: now)
            }
        }
    }

    /// Adds a silence, or replaces the one of its name.
    ///
    /// - Throws: ``AlertError/unknownSilence(_:)`` for a name that was not given, ``AlertError/conflict(_:)`` for one
    ///   without matchers or without time left, ``AlertError/storage(_:)``.
    public func put(_ silence: Silence) throws(AlertError) -> Silence {
        try order { (state, now) throws(AlertError) in
            var added = silence
            guard !added.matchers.isEmpty else { throw .conflict("a silence needs a matcher") }
            guard added.ends > max(added.starts, now) else {
                throw .conflict("the silence would be over: give a later end")
            }
            if added.id.isEmpty {
                added.id = Self.name("silence", now) { state.silences[$0] != nil }
            } else if state.silences[added.id] == nil {
                throw .unknownSilence(added.id)
            }
            state.silences[added.id] = added
            state.dirty.silences[added.id] = added
            return added
        }
    }

    /// Ends a silence now.
    ///
    /// - Throws: ``AlertError/unknownSilence(_:)``, ``AlertError/conflict(_:)`` for one that is over,
    ///   ``AlertError/storage(_:)``.
    public func expire(silence id: String) throws(AlertError) {
        try order { (state, now) throws(AlertError) in
            guard var silence = state.silences[id] else { throw .unknownSilence(id) }
            guard silence.ends > now else { throw .conflict("silence \(id) is over") }
            silence.starts = min(silence.starts, now)
            silence.ends = now
            state.silences[id] = silence
            state.dirty.silences[id] = silence
        }
    }

    /// Adds an event, or replaces the one of its name.
    ///
    /// - Throws: ``AlertError/conflict(_:)`` for one without a title or that ends before it begins,
    ///   ``AlertError/storage(_:)``.
    public func put(_ event: ChangeEvent) throws(AlertError) -> ChangeEvent {
        guard !event.title.isEmpty else { throw .conflict("an event needs a title") }
        guard event.ends >= event.starts else { throw .conflict("the event ends before it begins") }
        let store = store
        return try order { (state, now) throws(AlertError) in
            var added = event
            if added.id.isEmpty {
                added.id = try Self.freeEventName(store, state.dirty.events, now)
            }
            state.dirty.removedEvents.remove(added.id)
            state.dirty.events[added.id] = added
            return added
        }
    }

    /// Removes an event.
    ///
    /// - Throws: ``AlertError/unknownEvent(_:)``, ``AlertError/storage(_:)``.
    public func remove(event id: String) throws(AlertError) {
        let store = store
        try order { (state, _) throws(AlertError) in
            let known = try AlertError.reading { () throws(StorageError) in try store.event(id) }
            let isKnown = known != nil || state.dirty.events[id] != nil
            guard isKnown, !state.dirty.removedEvents.contains(id) else { throw .unknownEvent(id) }
            state.dirty.events[id] = nil
            state.dirty.removedEvents.insert(id)
        }
    }

    private static func freeEventName(
        _ store: any Store, _ waiting: [String: ChangeEvent], _ now: Int64
    ) throws(AlertError) -> String {
        var number = 1
        while true {
            let name = name("event", now, number)
            let known = try AlertError.reading { () throws(StorageError) in try store.event(name) }
            if known == nil, waiting[name] == nil { return name }
            number += 1
        }
    }

    /// Tries a rejected delivery again, with the bytes it had; also of a receiver that wanted nothing more, which is
    /// sent everything again from then on.
    ///
    /// - Throws: ``AlertError/unknownDelivery(_:)``, ``AlertError/storage(_:)``.
    public func retry(delivery sequence: Int64) throws(AlertError) -> Delivery {
        let all = try deliveries(in: .rejected, limit: .max)
        guard let rejected = all.first(where: { $0.sequence == sequence }) else {
            throw .unknownDelivery(sequence)
        }
        let subject = try incident(rejected.incident)
        return try order { (state, now) throws(AlertError) in
            if state.book.incident(subject.id) == nil, state.resolved[subject.id] == nil {
                state.resolved[subject.id] = subject
            }
            for var other in all where other.channel == rejected.channel && other.isGone {
                other.isGone = false
                state.dirty.deliveries[other.sequence] = other
            }
            let delivery = state.outbox.again(rejected, now: now)
            state.note([delivery])
            // Whoever hears of an opening that late hears of the end, too.
            state.note(state.outbox.followUp(delivery, subject, now: now))
            return delivery
        }
    }

    /// A name that is not taken: what it names, and the clock.
    private static func name(_ kind: String, _ now: Int64, isTaken: (String) -> Bool) -> String {
        var number = 1
        while isTaken(name(kind, now, number)) { number += 1 }
        return name(kind, now, number)
    }

    private static func name(_ kind: String, _ now: Int64, _ number: Int) -> String {
        "\(kind)-\(now)-\(number)"
    }
}
