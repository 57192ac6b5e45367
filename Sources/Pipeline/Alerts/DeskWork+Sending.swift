import Alerting
import TimeSeries

extension DeskWork {
    /// What a receiver that keeps a picture was shown, and when it is shown again.
    struct Picture {
        let channel: String
        /// Milliseconds.
        let interval: Int64
        /// Milliseconds since 1970; at the start it is due.
        var next: Int64 = 0
        var isInFlight = false
        /// Incidents that it shows: they stay in it, silenced or not, until they are over, since a receiver takes what
        /// is not shown again for resolved.
        var shown: Set<Int64> = []
        /// Incidents in the attempt that is in flight.
        var sent: Set<Int64> = []

        /// What the timeline of an incident says when it is in the picture for the first time.
        var note: String { "shown to \(channel)" }
    }

    /// Newest values in a message.
    private static let sparkline = 60
    /// Milliseconds after which a picture that did not arrive is sent again.
    private static let pictureRetry: Int64 = 5_000

    /// Hands couriers what is due. Payloads are made and stored first, so that every attempt sends the same.
    func send(now: Int64) {
        var ready = held
        held = []
        let state = state
        let (due, changed) = self.state.outbox.due(now: now, silences: Array(state.silences.values)) {
            state.incident($0)
        }
        self.state.note(changed)
        for delivery in due {
            guard delivery.payload.isEmpty else {
                ready.append(delivery)
                continue
            }
            let payload = payload(of: delivery, now: now)
            ready.append(self.state.outbox.setPayload(payload, of: delivery.sequence, now: now))
            self.state.note(ready.suffix(1))
        }
        // Also what `changed` brought; urgent or not, what is sent must be stored as it is sent.
        guard !ready.isEmpty || !changed.isEmpty else { return }
        guard commit(isForced: true) == nil else {
            held = ready
            return
        }
        for delivery in ready { couriers[delivery.channel]?.put(.message(delivery)) }
    }

    private func payload(of delivery: Delivery, now: Int64) -> [UInt8] {
        guard let incident = state.incident(delivery.incident),
            case .each(let notifier) = couriers[delivery.channel]?.channel
        else { return [] }
        let message = Message(
            incident, delivery, externalURL: settings.externalURL,
            recent: { self.recent($0, Self.sparkline) }, now: now,
            since: state.outbox.lastMade(before: delivery))
        return notifier.payload(for: message)
    }

    /// Takes note of how an attempt ended.
    func finish(_ sequence: Int64, _ result: Result<Void, NotifierFailure>) {
        let now = surroundings.wall()
        let delivery = state.outbox.finish(sequence, result, now: now)
        state.note([delivery])
        tell(delivery.channel, result)
        switch delivery.state {
        case .delivered:
            state.count(delivery.channel) { $0.delivered += 1 }
            let text = "\(delivery.event.rawValue) to \(delivery.channel)"
            state.note(Incident.Moment(time: now, kind: .notified, text: text), on: delivery.incident)
        case .waiting:
            state.count(delivery.channel) { $0.retried += 1 }
        case .rejected, .suppressed:
            let text = "\(delivery.event.rawValue) to \(delivery.channel): \(delivery.lastError)"
            state.note(
                Incident.Moment(time: now, kind: .notificationFailed, text: text), on: delivery.incident)
        }
    }

    /// Says once that a channel fails, and once that it works again.
    private func tell(_ channel: String, _ result: Result<Void, NotifierFailure>) {
        switch result {
        case .success:
            if failing.remove(channel) != nil { surroundings.log(false, "\(channel) takes messages again") }
        case .failure(.retryLater(let reason, _, _)):
            guard failing.insert(channel).inserted else { return }
            surroundings.log(true, "\(channel) does not take messages, they are sent again later: \(reason)")
        case .failure(.rejected(let reason, let isGone)):
            let end = isGone ? "; it is sent nothing more" : ""
            surroundings.log(true, "\(channel) refuses a message, which is not sent again: \(reason)\(end)")
        }
    }

    // MARK: - Pictures

    /// Hands couriers the pictures that are due: every interval, and at once when an incident in one has changed.
    ///
    /// What is silenced or muted does not come into a picture, but what is in it stays.
    func sendPictures(now: Int64) {
        let transitioned = state.transitioned
        state.transitioned = []
        let isDue = pictures.contains { $0.next <= now || $0.next - now > $0.interval }
        guard isDue || !(transitioned.isEmpty || pictures.isEmpty) else { return }
        let latest = state.resolved.values.filter { now - ($0.resolved ?? now) <= DeskState.resolvedShown }
        let shown = (state.book.unresolved + latest).sorted { $0.id < $1.id }
        let routes = shown.map { state.outbox.channels(of: $0, now: now) }
        for place in pictures.indices {
            let channel = pictures[place].channel
            let kept = pictures[place].shown
            let own = zip(shown, routes).filter { $1.contains(channel) || kept.contains($0.id) }.map(\.0)
            if own.contains(where: { transitioned.contains($0.id) }) { pictures[place].next = now }
            // A clock that was set back must not keep a picture waiting.
            let wait = pictures[place].next - now
            guard wait <= 0 || wait > pictures[place].interval, !pictures[place].isInFlight else { continue }
            pictures[place].next = now + pictures[place].interval
            let told = own.filter { kept.contains($0.id) || !isSilenced($0, now: now) }
            pictures[place].sent = Set(told.map(\.id))
            let messages = told.map {
                Message(
                    $0, externalURL: settings.externalURL, recent: { self.recent($0, Self.sparkline) },
                    now: now)
            }
            guard !messages.isEmpty else { continue }
            pictures[place].isInFlight = true
            couriers[channel]?.put(.picture(messages))
        }
    }

    /// Takes note of how the attempt to send a picture ended.
    func finish(picture channel: String, _ failure: NotifierFailure?) {
        guard let place = pictures.firstIndex(where: { $0.channel == channel }) else { return }
        pictures[place].isInFlight = false
        if failure == nil { keep(place) }
        tell(channel, failure.map { .failure($0) } ?? .success(()))
        state.count(channel) { counts in
            switch failure {
            case nil: counts.delivered += 1
            case .retryLater: counts.retried += 1
            case .rejected: counts.rejected += 1
            }
        }
        guard case .retryLater(_, let after, _) = failure else { return }
        let asked = after.map { Int64(min(max($0, 0), 3_600) * 1_000) } ?? 0
        let retry = surroundings.wall() + max(Self.pictureRetry, asked)
        pictures[place].next = min(pictures[place].next, retry)
    }

    /// Remembers what a picture that arrived shows, in the timelines too: they are known after a start.
    private func keep(_ place: Int) {
        let picture = pictures[place]
        let now = surroundings.wall()
        for id in picture.sent.subtracting(picture.shown).sorted() {
            state.note(Incident.Moment(time: now, kind: .notified, text: picture.note), on: id)
        }
        pictures[place].shown = picture.sent
    }

    private func isSilenced(_ incident: Incident, now: Int64) -> Bool {
        state.silences.values.hold(incident, at: now)
    }
}
