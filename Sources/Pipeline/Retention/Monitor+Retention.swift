import Storage
import Synchronization

extension Monitor {
    /// So many seconds after a checkpoint are spent on what is old, in slices between which others may write.
    private static let sweepSeconds = 2.0

    /// What has gone since the start because it was old.
    public var expired: RetentionCounts { checkpointer.sweep.withLock { $0.counts } }

    /// Lets go of what is old: slices of bounded size, until nothing is left of this hour or the time is over.
    ///
    /// Old is what the newest point leaves behind, or this machine's clock, whichever is earlier: a clock that is a year
    /// ahead lets nothing go.
    func sweep() {
        guard !settings.retention.isForever else { return }
        let newest = checkpointer.newest.load(ordering: .relaxed)
        guard newest > .min else { return }
        let due = settings.retention.expiry(at: min(surroundings.wall(), newest))
        let begin = surroundings.steady()
        checkpointer.sweep.withLock { sweep in
            guard sweep.isDone || sweep.expiry?.from == 0 else { return }
            var last = sweep.expiry
            last?.from = 0
            guard last != due else { return }
            sweep.expiry = due
            sweep.isDone = false
        }
        while let expiry = checkpointer.sweep.withLock({ $0.isDone ? nil : $0.expiry }) {
            guard let expired = expire(expiry) else { return }
            checkpointer.sweep.withLock { sweep in
                sweep.counts.points += expired.points
                sweep.counts.chunks += expired.chunks
                sweep.counts.rollups += expired.rollups
                sweep.counts.records += expired.records
                sweep.expiry?.from = expired.next ?? 0
                // Records go with every slice: another one may be needed for them alone.
                sweep.isDone = expired.next == nil && expired.records < expiry.most
            }
            guard !checkpointer.mailbox.isClosed, checkpointer.mailbox.weight == 0,
                Double(surroundings.steady() - min(begin, surroundings.steady())) / 1e9 < Self.sweepSeconds
            else { return }
        }
    }

    /// One slice; `nil`, and a line in the log the first time, when it failed: it is tried again after the next
    /// checkpoint.
    private func expire(_ expiry: Expiry) -> Expired? {
        do throws(StorageError) {
            let expired = try store.expire(expiry)
            if expired.points > 0 {
                let size = try store.size()
                checkpointer.size.withLock { $0 = size }
            }
            checkpointer.sweep.withLock { $0.isTold = false }
            return expired
        } catch {
            let isFirst = checkpointer.sweep.withLock { sweep in
                defer { sweep.isTold = true }
                return !sweep.isTold
            }
            if isFirst {
                surroundings.log(true, "what is older than its retention could not be removed: \(error)")
            }
            return nil
        }
    }
}
