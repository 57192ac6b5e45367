public import Alerting
import Storage
import Synchronization
import TimeSeries

/// Where verdicts become incidents and incidents become messages: one thread that owns both, and one for each channel.
///
/// Shards put verdicts into its mailbox and never wait. What follows from them is committed at once, incidents and
/// messages together, before anything is sent; while the store refuses, everything stays in memory and is tried again
/// every second. Each message is sent until its receiver has answered, under one name: after a crash a receiver may
/// hear it again, never not at all. A receiver that is slow or hangs holds up its own channel alone.
public final class AlertDesk: Sendable {
    let store: any Store
    let surroundings: PipelineSurroundings
    let mailbox: Mailbox<Letter>
    let view: Mutex<DeskView>
    let observers = Mutex<[@Sendable (Incident) -> Void]>([])
    private let work: DeskWork
    /// Those that begin with the desk.
    private let first: [Courier]
    let threads = Mutex<Running?>(nil)

    /// What the desk's thread hears of.
    enum Letter: Sendable {
        case verdicts([Verdict])
        case reconcile(Standing)
        case forgone([Forgone])
        case drain(Promise<StorageError?>)
        case order(@Sendable (DeskWork) -> Void)
        /// How an attempt to send a delivery ended.
        case sent(sequence: Int64, Result<Void, NotifierFailure>)
        /// How an attempt to send a picture ended.
        case pictured(channel: String, NotifierFailure?)
    }

    /// Threads that were started: how to wait for the end of the desk's, and the promises of the others' ends.
    struct Running: Sendable {
        var desk: @Sendable () -> Void
        var couriers: [StartedCourier]
    }

    /// A courier at work, and the promise of its end.
    struct StartedCourier: Sendable {
        var courier: Courier
        var ended: Promise<Bool>
    }

    /// A desk with the incidents and messages of a store; it does nothing before ``start()``.
    ///
    /// - Parameter recent: Up to so many newest values of a series, the oldest first.
    /// - Throws: ``StorageError`` when they cannot be read.
    init(
        _ settings: AlertSettings, store: any Store, surroundings: PipelineSurroundings,
        recent: @escaping @Sendable (_ series: UInt32, _ count: Int) -> [Double]
    ) throws(StorageError) {
        self.store = store
        self.surroundings = surroundings
        let mailbox = Mailbox<Letter>(capacity: .max)
        self.mailbox = mailbox
        let state = try DeskState(settings, store: store, now: surroundings.wall())
        first = Self.couriers(settings, surroundings, mailbox)
        view = Mutex(DeskView(state))
        for (channel, reason) in state.outbox.gone.sorted(by: { $0.key < $1.key }) {
            surroundings.log(
                true, "\(channel) is sent nothing until a rejected delivery is tried again: \(reason)")
        }
        work = DeskWork(
            state, settings, store: store, surroundings: surroundings, couriers: first, recent: recent)
    }

    /// Starts the threads.
    ///
    /// - Throws: ``StorageError/file(operation:path:reason:)`` when the system has none.
    func start() throws(StorageError) {
        let started = try start(first)
        let join = surroundings.threads.start { [self] in work.run(mailbox) { self.publish($0) } }
        guard let join else { throw refusal(ending: started) }
        threads.withLock { $0 = Running(desk: join, couriers: started) }
    }

    /// One courier a channel, which report to a desk's mailbox.
    static func couriers(
        _ settings: AlertSettings, _ surroundings: PipelineSurroundings, _ mailbox: Mailbox<Letter>
    ) -> [Courier] {
        settings.receivers.flatMap(\.channels).map { name, _, channel in
            Courier(name, channel, surroundings, report: { mailbox.put($0, weight: 0) })
        }
    }

    /// Lets couriers work; none of them, when there is not a thread for each.
    func start(_ couriers: [Courier]) throws(StorageError) -> [StartedCourier] {
        var started: [StartedCourier] = []
        for courier in couriers {
            let ended = Promise<Bool>()
            let join = surroundings.threads.start {
                courier.work()
                ended.fulfil(true)
            }
            guard join != nil else { throw refusal(ending: started) }
            started.append(StartedCourier(courier: courier, ended: ended))
        }
        return started
    }

    private func refusal(ending started: [StartedCourier]) -> StorageError {
        end(started)
        return .file(operation: "start a thread", path: "", reason: "the system has none")
    }

    /// Takes verdicts from a shard; from any thread, never waits.
    func take(_ verdicts: [Verdict]) {
        guard !verdicts.isEmpty else { return }
        mailbox.put(.verdicts(verdicts), weight: verdicts.count)
    }

    /// Waits until everything that was taken so far is durable.
    ///
    /// - Returns: Why it is not.
    func drain() -> StorageError? {
        guard threads.withLock({ $0 != nil }) else {
            guard mailbox.weight > 0 else { return nil }
            return .refused(path: "incidents", reason: "the alert desk was not started")
        }
        let promise = Promise<StorageError?>()
        guard mailbox.put(.drain(promise), weight: 0), let answer = promise.wait() else {
            return view.withLock { $0.failure }
        }
        return answer
    }

    /// Ends every member whose stretch is not among those that are going on: after a start, when the journal was
    /// replayed.
    func reconcile(_ standing: Standing) {
        mailbox.put(.reconcile(standing), weight: 0)
    }

    /// Takes what nobody asks of any more; from any thread, never waits.
    func forgo(_ ends: [Forgone]) {
        guard !ends.isEmpty else { return }
        mailbox.put(.forgone(ends), weight: ends.count)
    }

    /// Ends the threads; what waits to be sent stays stored. A receiver that hangs is waited for a second, then left.
    func stop() {
        let running = threads.withLock { threads in
            defer { threads = nil }
            return threads
        }
        guard let running else { return mailbox.close() }
        end(running.couriers)
        mailbox.close()
        running.desk()
    }

    /// How long ``stop()`` waits for receivers, in seconds.
    private static let patience = 1.0

    func end(_ started: [StartedCourier]) {
        for one in started { one.courier.stop() }
        var left = Self.patience
        for one in started where one.ended.wait(seconds: left) == nil { left = 0 }
    }

    /// Calls a body with each incident that changed: on the desk's thread, so it must not wait nor give orders.
    public func observe(_ body: @escaping @Sendable (Incident) -> Void) {
        observers.withLock { $0.append(body) }
    }

    /// Shows what has changed to whoever asks and observes.
    private func publish(_ work: DeskWork) {
        let next = DeskView(work.state, failure: work.failure)
        let changed = work.takeChanged()
        view.withLock { $0 = next }
        guard !changed.isEmpty else { return }
        let observers = observers.withLock { $0 }
        for incident in changed { for observer in observers { observer(incident) } }
    }
}
