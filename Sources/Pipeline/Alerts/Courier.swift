import Alerting
import Synchronization

/// The thread of one channel: sends what the desk hands it, one after the other, and reports how it went.
final class Courier: Sendable {
    /// What it is to send.
    enum Parcel: Sendable {
        case message(Delivery)
        case picture([Message])
    }

    let name: String
    let channel: NotifierChannel
    private let mailbox = Mailbox<Parcel>(capacity: .max)
    private let surroundings: PipelineSurroundings
    private let report: @Sendable (AlertDesk.Letter) -> Void
    private let isStopping = Atomic(false)

    init(
        _ name: String, _ channel: NotifierChannel, _ surroundings: PipelineSurroundings,
        report: @escaping @Sendable (AlertDesk.Letter) -> Void
    ) {
        self.name = name
        self.channel = channel
        self.surroundings = surroundings
        self.report = report
    }

    func put(_ parcel: Parcel) { mailbox.put(parcel) }

    /// Sends until it is told to stop.
    func work() {
        while let parcels = mailbox.takeAll() {
            for parcel in parcels {
                guard !isStopping.load(ordering: .acquiring) else { return }
                send(parcel)
            }
        }
    }

    /// Begins nothing more; what is being sent is not interrupted.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        mailbox.close()
    }

    /// Takes nothing more, and ends when what it was handed was tried: another takes its place.
    func retire() { mailbox.close() }

    private func send(_ parcel: Parcel) {
        let now = surroundings.wall()
        switch (parcel, channel) {
        case (.message(let delivery), .each(let notifier)):
            report(.sent(sequence: delivery.sequence, Self.send(delivery, notifier, now)))
        case (.picture(let messages), .picture(let notifier)):
            report(.pictured(channel: name, Self.send(messages, notifier, now)))
        case (.message, .picture), (.picture, .each):
            preconditionFailure("channel \(name) was handed what it does not send")
        }
    }

    private static func send(
        _ delivery: Delivery, _ notifier: any Notifier, _ now: Int64
    ) -> Result<Void, NotifierFailure> {
        do throws(NotifierFailure) {
            try notifier.send(delivery.payload, id: delivery.eventID, now: now)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private static func send(
        _ messages: [Message], _ notifier: any PictureNotifier, _ now: Int64
    ) -> NotifierFailure? {
        do throws(NotifierFailure) {
            try notifier.send(messages, now: now)
            return nil
        } catch {
            return error
        }
    }
}
