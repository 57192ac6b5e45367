public import Alerting
public import Storage
import Synchronization

extension Trainer {
    /// Takes other definitions and other alerting over while the service runs.
    ///
    /// Everything acknowledged is in the store first, so that a crash on the way finds each series as it was before or as
    /// it is after. Then receivers and routes are changed, which may fail and leaves everything as it was; then the
    /// definitions, which cannot. Trainings of definitions that are gone, or ask for another model, are cancelled.
    ///
    /// - Throws: ``StorageError`` when the store refuses, or when the system has no threads for the receivers; nothing has
    ///   changed then.
    public func follow(
        _ definitions: [MetricDefinition], alerts: AlertSettings
    ) throws(StorageError) -> DefinitionChanges {
        // No model may be on its way to a series whose definition changes.
        try swapping.withLock { _ throws(StorageError) in
            let all = try monitor.store.withSelectors(definitions)
            try monitor.checkpoint()
            try monitor.alerts.follow(alerts)
            let changes = monitor.redefine(all)
            let gone = Set(changes.removed + changes.remodelled)
            jobs.withLock { jobs in
                for (name, job) in jobs where gone.contains(name) { job.cancel() }
            }
            let other = gone.union(changes.edited)
            due.withLock { due in due = due.filter { !other.contains($0.key) } }
            outdated.withLock { outdated in outdated = outdated.filter { !other.contains($0.key) } }
            // Another definition may have a champion for a series that had none.
            brought.withLock { $0 = [:] }
            return changes
        }
    }
}
