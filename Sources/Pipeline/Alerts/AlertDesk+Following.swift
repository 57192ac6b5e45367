import Alerting
import Storage
import Synchronization

extension AlertDesk {
    /// Tells others from now on, in other ways: routes, receivers, times and what merges, between two looks of the desk.
    ///
    /// Incidents, silences and what waits to be sent stay. What is being sent is sent to its end by who began it.
    ///
    /// - Throws: ``StorageError`` when the system has no threads for the receivers, or the desk has stopped; everything is
    ///   as before then.
    func follow(_ settings: AlertSettings) throws(StorageError) {
        let couriers = Self.couriers(settings, surroundings, mailbox)
        let started = try start(couriers)
        let isDone = Promise<Bool>()
        let isTaken = mailbox.put(
            .order { work in
                work.follow(settings, couriers)
                isDone.fulfil(true)
            }, weight: 0)
        // A letter that was taken is read, also by a desk that stops.
        guard isTaken, isDone.wait() == true, let old = replaceCouriers(by: started) else {
            end(started)
            throw .refused(path: "alerting", reason: "the alert desk has stopped")
        }
        for one in old { one.courier.retire() }
        // Those that still send are waited for when the desk stops; the others are forgotten.
        let busy = old.filter { $0.ended.wait(seconds: 0) == nil }
        threads.withLock { $0?.couriers += busy }
    }

    /// - Returns: Those before; `nil` when the desk was stopped meanwhile.
    private func replaceCouriers(by started: [StartedCourier]) -> [StartedCourier]? {
        threads.withLock { running in
            guard let old = running?.couriers else { return nil }
            running?.couriers = started
            return old
        }
    }
}

extension DeskWork {
    /// Takes other settings over, with the couriers of their channels.
    func follow(_ settings: AlertSettings, _ couriers: [Courier]) {
        self.settings = settings
        self.couriers = Dictionary(couriers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        state.outbox.follow(settings)
        state.book.merge(by: settings.merging)
        let counted = state.channels
        state.channels = settings.receivers.flatMap(\.channels).map { channel in
            counted.first { $0.name == channel.name && $0.kind == channel.kind }
                ?? AlertStatus.Channel(name: channel.name, kind: channel.kind)
        }
        let shown = pictures
        pictures = couriers.compactMap { courier in
            guard var picture = Self.picture(courier, state) else { return nil }
            if let before = shown.first(where: { $0.channel == courier.name }) {
                picture.isInFlight = before.isInFlight
                picture.shown = before.shown
                picture.sent = before.sent
            }
            return picture
        }
        // What was about to be handed to a channel that is gone waits again, and is rejected as what waits is.
        let lost = held.filter { self.couriers[$0.channel] == nil }
        held.removeAll { self.couriers[$0.channel] == nil }
        for delivery in lost {
            let reason = "the configuration was changed"
            finish(delivery.sequence, .failure(.retryLater(reason: reason, after: nil)))
        }
        failing = failing.filter { self.couriers[$0] != nil }
    }
}
