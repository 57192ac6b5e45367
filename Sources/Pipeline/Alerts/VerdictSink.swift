import Alerting
import Storage

/// What the pipeline asks of those who are told: the alert desk, or a recorder in tests.
struct VerdictSink: Sendable {
    /// Starts to work, before the first verdict.
    var start: @Sendable () throws(StorageError) -> Void
    /// Takes verdicts, from any thread, without waiting.
    var take: @Sendable ([Verdict]) -> Void
    /// Hears which stretches go on after a start; all others are over.
    var reconcile: @Sendable (Standing) -> Void
    /// Hears what nobody asks of any more, from any thread, in the order of the verdicts.
    var forgo: @Sendable ([Forgone]) -> Void = { _ in }
    /// Waits until what was taken is durable; answers why it is not.
    var drain: @Sendable () -> StorageError?
    /// Works no more; after the last verdict.
    var stop: @Sendable () -> Void
}

extension VerdictSink {
    /// The alert desk.
    init(_ desk: AlertDesk) {
        self.init(
            start: { () throws(StorageError) in try desk.start() }, take: { desk.take($0) },
            reconcile: { desk.reconcile($0) }, forgo: { desk.forgo($0) }, drain: { desk.drain() },
            stop: { desk.stop() })
    }
}
