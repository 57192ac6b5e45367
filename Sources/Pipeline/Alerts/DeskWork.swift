import Alerting
import Storage
import TimeSeries

/// What the desk's thread does.
final class DeskWork: @unchecked Sendable {  // Everything belongs to the thread that runs `run`.
    var state: DeskState
    var settings: AlertSettings
    let store: any Store
    let surroundings: PipelineSurroundings
    var couriers: [String: Courier]
    let recent: @Sendable (_ series: UInt32, _ count: Int) -> [Double]
    /// Why the last commit failed; `nil` when it did not.
    private(set) var failure: StorageError?
    /// When the last commit was tried, on the steady clock.
    private var tried: UInt64?
    private var repeated = Int64.min
    /// Under way for the outbox, not handed to a courier yet: their payload is not stored.
    var held: [Delivery] = []
    var pictures: [Picture]
    /// Channels whose last attempt failed.
    var failing: Set<String> = []
    private var publish: (DeskWork) -> Void = { _ in }

    /// Seconds between two looks at the clock.
    private static let tickSeconds = 0.25
    /// Nanoseconds that news of members wait for more of them, and between two commits that fail.
    private static let commitEvery: UInt64 = 1_000_000_000
    /// Milliseconds between two looks for what is to be repeated or forgotten.
    private static let repeatEvery: Int64 = 5_000

    init(
        _ state: DeskState, _ settings: AlertSettings, store: any Store, surroundings: PipelineSurroundings,
        couriers: [Courier], recent: @escaping @Sendable (_ series: UInt32, _ count: Int) -> [Double]
    ) {
        self.state = state
        self.settings = settings
        self.store = store
        self.surroundings = surroundings
        self.couriers = Dictionary(couriers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        self.recent = recent
        pictures = couriers.compactMap { Self.picture($0, state) }
    }

    /// What a channel shows, as the timelines tell; `nil` for one that keeps no picture.
    static func picture(_ courier: Courier, _ state: DeskState) -> Picture? {
        guard case .picture(let notifier) = courier.channel else { return nil }
        var picture = Picture(channel: courier.name, interval: max(notifier.interval, 1_000))
        let known = state.book.unresolved + Array(state.resolved.values)
        picture.shown = Set(
            known.filter { $0.timeline.contains { $0.kind == .notified && $0.text == picture.note } }
                .map(\.id))
        return picture
    }

    /// Reads letters until the mailbox is closed, and lets time pass; at last stores what is left.
    func run(_ mailbox: Mailbox<AlertDesk.Letter>, publish: @escaping (DeskWork) -> Void) {
        self.publish = publish
        while let letters = mailbox.takeAll(waiting: Self.tickSeconds) { step(letters) }
        commit(isForced: true)
        publish(self)
        // Who owns this is what it publishes to: they would keep one another, and the store, for ever.
        self.publish = { _ in }
    }

    /// The incidents that changed since the last call.
    func takeChanged() -> [Incident] {
        defer { state.changed = [:] }
        return state.changed.sorted { $0.key < $1.key }.map(\.value)
    }

    private func step(_ letters: [AlertDesk.Letter]) {
        var drains: [Promise<StorageError?>] = []
        var verdicts: [Verdict] = []
        for letter in letters {
            if case .verdicts(let more) = letter {
                verdicts += more
                continue
            }
            take(&verdicts)
            switch letter {
            case .verdicts: break
            case .reconcile(let standing):
                let now = surroundings.wall()
                let changes = state.book.reconcile(standing.goingOn, now: now, because: standing.reason)
                state.note(changes, now: now)
            case .forgone(let ends):
                let now = surroundings.wall()
                state.note(state.book.forgo(ends, now: now), now: now)
            case .drain(let promise): drains.append(promise)
            case .order(let body): body(self)
            case .sent(let sequence, let result): finish(sequence, result)
            case .pictured(let channel, let failure): finish(picture: channel, failure)
            }
        }
        take(&verdicts)
        let now = surroundings.wall()
        tick(now: now)
        let error = commit(isForced: !drains.isEmpty)
        publish(self)
        for drain in drains { drain.fulfil(error) }
        // A picture that is not shown again would fade, and it promises nothing.
        sendPictures(now: now)
        guard error == nil else { return }
        send(now: now)
        publish(self)
    }

    private func take(_ verdicts: inout [Verdict]) {
        guard !verdicts.isEmpty else { return }
        let now = surroundings.wall()
        state.note(state.book.take(verdicts, now: now), now: now)
        verdicts = []
    }

    private func tick(now: Int64) {
        state.note(state.book.tick(now: now), now: now)
        // A clock that was set back counts from there.
        let isDue = repeated == .min || repeated > now || now - repeated >= Self.repeatEvery
        guard isDue else { return }
        repeated = now
        state.note(state.outbox.tick(now: now, unresolved: state.book.unresolved))
        state.forget(now: now)
    }

    /// Stores what is not stored yet: incidents and deliveries at once.
    ///
    /// - Parameter isForced: Whether it is tried even though the last attempt has just failed, or little has changed.
    /// - Returns: Why there is something that is not stored, when that is for want of the store.
    @discardableResult
    func commit(isForced: Bool) -> StorageError? {
        guard !state.dirty.isEmpty else { return nil }
        let now = surroundings.steady()
        let isEarly = tried.map { now >= $0 && now - $0 < Self.commitEvery } ?? false
        if !isForced, isEarly, failure != nil || !state.dirty.isUrgent { return failure }
        tried = now
        do throws(StorageError) {
            try store.commit(state.dirty.changes)
        } catch {
            if failure == nil {
                surroundings.log(true, "incidents are not stored, tried again every second: \(error)")
            }
            failure = error
            return error
        }
        if failure != nil { surroundings.log(false, "incidents are stored again") }
        failure = nil
        state.dirty = DirtyRecords()
        return nil
    }

    /// Carries an order out, and makes it durable; undoes it when that fails.
    func carryOut<Answer>(
        _ body: (inout DeskState, Int64) throws(AlertError) -> Answer
    ) -> Result<Answer, AlertError> {
        let before = state
        do throws(AlertError) {
            let answer = try body(&state, surroundings.wall())
            guard let error = commit(isForced: true) else {
                publish(self)
                return .success(answer)
            }
            state = before
            return .failure(.storage(error))
        } catch {
            state = before
            return .failure(error)
        }
    }
}
