import Storage

/// Threads that bring shards up to date at a start, side by side: what a shard is given it does in its order.
///
/// One shard alone is brought up to date by the caller. ``finish()`` is to be called on every path.
final class ReplayCrew {
    typealias Work = @Sendable (Shard) -> Void

    private let shards: [Shard]
    private var mailboxes: [Mailbox<Work>] = []
    private var joins: [@Sendable () -> Void] = []
    private let sleep: @Sendable (Double) -> Void
    /// Points that may wait for one shard.
    private static let mostWaiting = 1_000_000
    private static let pause = 0.001

    /// - Throws: ``StorageError/file(operation:path:reason:)`` when the system has no thread.
    init(_ shards: [Shard], in surroundings: PipelineSurroundings) throws(StorageError) {
        self.shards = shards
        sleep = surroundings.sleep
        guard shards.count > 1 else { return }
        for shard in shards {
            let mailbox = Mailbox<Work>(capacity: Self.mostWaiting)
            let join = surroundings.threads.start {
                while let waiting = mailbox.takeAll() { for work in waiting { work(shard) } }
            }
            guard let join else {
                finish()
                throw .file(operation: "start a thread", path: "", reason: "the system has none")
            }
            mailboxes.append(mailbox)
            joins.append(join)
        }
    }

    /// Gives a shard something to do; waits while too much waits for it.
    ///
    /// - Parameter weight: About how many points it is.
    func give(_ place: Int, weight: Int, _ work: @escaping Work) {
        guard !mailboxes.isEmpty else { return work(shards[place]) }
        while !mailboxes[place].hasRoom(for: weight) { sleep(Self.pause) }
        mailboxes[place].put(work, weight: weight)
    }

    /// Waits until everything is done.
    func finish() {
        for mailbox in mailboxes { mailbox.close() }
        for join in joins { join() }
        mailboxes = []
        joins = []
    }
}
